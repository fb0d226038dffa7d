"""Small questions about commits that several handlers ask."""

from collections.abc import Mapping

from bot.config import FOLDER, MAIN_FILE, is_configuration_path
from bot.domain.errors import UnknownRevisionError
from bot.ports.git import Commits

_FOLDERS = (MAIN_FILE.rpartition("/")[0], FOLDER)


def configuration_at(commits: Commits, commit: str) -> Mapping[str, bytes]:
    """The configuration files of a commit: path -> bytes; empty where there are none."""
    return {
        path: content
        for folder in _FOLDERS
        for path, content in commits.files(commit, folder).items()
        if is_configuration_path(path)
    }


def knows(commits: Commits, revision: str) -> bool:
    """Whether the repository has what a revision names."""
    try:
        commits.resolve(revision)
    except UnknownRevisionError:
        return False
    return True
