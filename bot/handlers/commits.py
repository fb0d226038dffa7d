"""Small questions about commits that several handlers ask."""

from collections.abc import Mapping, Sequence

from bot.config import FOLDER, MAIN_FILE, is_configuration_path
from bot.domain.errors import UnknownRevisionError
from bot.ports.git import Commits

_LARGEST_FILE = 4 * 1024 * 1024
"""Bytes. The configuration has a smaller bound with a better message; this one protects us."""

_FOLDERS = (MAIN_FILE.rpartition("/")[0], FOLDER)


def configuration_paths(commits: Commits, commit: str) -> Sequence[str]:
    """Where the configuration files of a commit are."""
    return [
        path
        for folder in _FOLDERS
        for path in commits.paths(commit, folder)
        if is_configuration_path(path)
    ]


def configuration_at(commits: Commits, commit: str) -> Mapping[str, bytes]:
    """The configuration files of a commit: path -> bytes; empty where there are none."""
    paths = configuration_paths(commits, commit)
    return commits.files(commit, paths, largest=_LARGEST_FILE) if paths else {}


def knows(commits: Commits, revision: str) -> bool:
    """Whether the repository has what a revision names."""
    try:
        commits.resolve(revision)
    except UnknownRevisionError:
        return False
    return True
