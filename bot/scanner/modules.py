import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.scanner.globs import translate

_SUFFIXES = (".py", ".pyi")


class File(NamedTuple):
    """A file of the repository, as rules see it.

    `module` is the dotted name under which it is imported, None outside every root and for what is
    no Python file. `package` is the package that its relative imports start from.
    """

    path: str
    module: str | None = None
    package: tuple[str, ...] | None = None


class Roots:
    """The import roots of a repository: which module a file is."""

    def __init__(self, globs: Sequence[str]) -> None:
        """Take the globs of folders as written; `.` is the root of the repository."""
        folders = [glob.removeprefix("./").strip("/") for glob in globs]
        self._top = any(folder in {".", ""} for folder in folders)
        self._folders = [
            re.compile(translate(f"/{folder}/"), re.DOTALL)
            for folder in folders
            if folder not in {".", ""}
        ]
        self._known: dict[str, tuple[str, ...] | None] = {}

    def file(self, path: str) -> File:
        """What the file at `path` is; it belongs to its longest root."""
        folder, _, name = path.rpartition("/")
        package = self.package(folder)
        if package is None or not name.endswith(_SUFFIXES):
            return File(path)
        stem = name.rpartition(".")[0]
        parts = package if stem == "__init__" else (*package, stem)
        return File(path, ".".join(parts), package)

    def package(self, folder: str) -> tuple[str, ...] | None:
        """The package that a folder is; None outside every root."""
        if folder not in self._known:
            self._known[folder] = self._find_package(folder)
        return self._known[folder]

    def _find_package(self, folder: str) -> tuple[str, ...] | None:
        path = f"{folder}/"
        ends = [found.end() for root in self._folders if (found := root.match(path))]
        if not ends and not self._top:
            return None
        below = path[max(ends, default=0) :].rstrip("/")
        return tuple(below.split("/")) if below else ()


def absolute(package: tuple[str, ...] | None, name: str) -> str | None:
    """The dotted path that a name in an import statement stands for.

    `name` has its leading dots, if any. None for one that leads out of the root, or that is
    relative in a file which belongs to none.
    """
    if not name.startswith("."):
        return name
    below = name.lstrip(".")
    up = len(name) - len(below) - 1
    if package is None or up > len(package):
        return None
    base = package[: len(package) - up]
    return ".".join((*base, below) if below else base)
