"""The configuration in a working directory."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.config import FOLDER, MAIN_FILE, is_configuration_path

_LARGEST_FILE = 4 * 1024 * 1024
"""Bytes read of one file. The language has a smaller bound, which is told with its place."""


def configuration_in(top: Path) -> Mapping[str, bytes]:
    """The files of a working directory as git would have them: symbolic links lead nowhere."""
    return dict(_regular_files(top))


def _regular_files(top: Path) -> Iterator[tuple[str, bytes]]:
    folder = top / FOLDER
    names = sorted(file.name for file in folder.iterdir()) if folder.is_dir() else []
    for path in (MAIN_FILE, *(f"{FOLDER}/{name}" for name in names)):
        if is_configuration_path(path) and _is_regular(top, path):
            with (top / path).open("rb") as file:
                yield path, file.read(_LARGEST_FILE)


def _is_regular(top: Path, path: str) -> bool:
    file = top / path
    between = [file, *file.parents[: path.count("/")]]
    return file.is_file() and not any(each.is_symlink() for each in between)
