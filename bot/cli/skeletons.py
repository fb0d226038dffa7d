"""Puts tests into the working directory, and never over what is there unless it may."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.domain.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.suites.plan import Skeleton

_PACKAGE: Final = "__init__.py"


def write_skeletons(root: Path, made: "Sequence[Skeleton]", *, force: bool) -> list[str]:
    """Write all files, or none; returns their paths.

    A new folder becomes a package where the one above it is one. Raises `InputError` where a file
    exists, unless `force` says to overwrite it; what is no regular file is never overwritten.
    """
    places = [root / one.path for one in made]
    for place in places:
        _refuse(place, root, force=force)
    written = []
    for place, one in zip(places, made, strict=True):
        written += [path.relative_to(root).as_posix() for path in _folder(place.parent)]
        flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | (os.O_TRUNC if force else os.O_EXCL)
        with os.fdopen(os.open(place, flags, 0o666), "w", encoding="utf-8") as file:
            file.write(one.text)
        written.append(one.path)
    return written


def _refuse(place: Path, root: Path, *, force: bool) -> None:
    shown = place.relative_to(root)
    if place.is_symlink() or (place.exists() and not place.is_file()):
        raise InputError(f"{shown} is there, and is no regular file: nothing was written")
    if place.exists() and not force:
        raise InputError(f"{shown} is there: nothing was written; --force overwrites it")


def _folder(folder: Path) -> list[Path]:
    """Make a folder; returns the file that makes it a package, where that is new."""
    if folder.is_dir():
        return []
    more = _folder(folder.parent)
    folder.mkdir()
    package = folder / _PACKAGE
    if (folder.parent / _PACKAGE).exists():
        package.touch()
        return [*more, package]
    return more
