"""Small questions about commits that several handlers ask."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bot.config import FOLDER, MAIN_FILE, is_configuration_path
from bot.domain.errors import UnknownRevisionError

if TYPE_CHECKING:  # the command line reads configurations too, and starts without the ports
    from bot.ports.git import Commits

_LARGEST_FILE = 4 * 1024 * 1024
"""Bytes. The configuration has a smaller bound with a better message; this one protects us."""

_TEMPLATES = f"{FOLDER}/templates"
_LARGEST_TEMPLATE = 1024 * 1024

_FOLDERS = (MAIN_FILE.rpartition("/")[0], FOLDER)


def configuration_paths(commits: "Commits", commit: str) -> Sequence[str]:
    """Where the configuration files of a commit are."""
    return [
        path
        for folder in _FOLDERS
        for path in commits.paths(commit, folder)
        if is_configuration_path(path)
    ]


def configuration_at(commits: "Commits", commit: str) -> Mapping[str, bytes]:
    """The configuration files of a commit: path -> bytes; empty where there are none."""
    inside = (path for path in commits.paths(commit, FOLDER) if is_configuration_path(path))
    return commits.files(commit, (MAIN_FILE, *inside), largest=_LARGEST_FILE)


def template_at(commits: "Commits", commit: str, kind: str) -> str | None:
    """The repository's own template for a kind of report at a commit; None where it has none.

    Raises `InputError` for one of more than 1 MiB.
    """
    path = f"{_TEMPLATES}/{kind}.md.j2"
    found = commits.files(commit, [path], largest=_LARGEST_TEMPLATE).get(path)
    return None if found is None else found.decode("utf-8", "replace")


def knows(commits: "Commits", revision: str) -> bool:
    """Whether the repository has what a revision names."""
    try:
        commits.resolve(revision)
    except UnknownRevisionError:
        return False
    return True
