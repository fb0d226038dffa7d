"""Which modules a repository has, by its paths alone."""

from collections.abc import Collection, Iterator
from functools import cached_property
from pathlib import PurePosixPath
from typing import Final

from bot.scanner.modules import File, Roots

SOURCE: Final = ".py"
STUB: Final = ".pyi"
_INIT: Final = "__init__"
# What a module may be made of besides Python source; `.in` and the like come after another suffix.
_OTHER_FORMS: Final = {
    *(".c", ".cc", ".cpp", ".cxx", ".dll", ".dylib", ".f", ".f90", ".f95", ".pyc", ".pyd"),
    *(".pyf", ".pyx", ".rs", ".so", ".zig"),
}
_TEMPLATES: Final = {".in", ".j2", ".jinja", ".src", ".tmpl", ".tpl"}


class Layout:
    """The modules of one tree; all of its files count, whatever a configuration includes."""

    def __init__(self, roots: Roots, paths: Collection[str]) -> None:
        self._roots = roots
        self._paths = paths
        self._files: dict[str, list[str]] = {}
        for path in paths:
            if path.endswith((SOURCE, STUB)):
                module = roots.file(path).module
                if module is not None:
                    self._files.setdefault(module, []).append(path)
        for several in self._files.values():
            if len(several) > 1:
                several.sort(key=lambda path: (path.endswith(STUB), path))

    def file(self, path: str) -> File:
        """What the file at a path is."""
        return self._roots.file(path)

    def files(self, module: str) -> list[str]:
        """The files of a module, its stubs last; several where roots have the same names."""
        return self._files.get(module, [])

    @property
    def modules(self) -> Collection[str]:
        """All modules that have a file."""
        return self._files.keys()

    def exists(self, module: str) -> bool:
        """Whether there is such a module, or a folder that can be imported as one."""
        return module in self._files or module in self._folders

    def is_package(self, module: str) -> bool:
        """Whether something may lie below a module."""
        return module in self._folders

    def is_regular(self, module: str) -> bool:
        """Whether a module is a package with an `__init__`."""
        return any(PurePosixPath(path).stem == _INIT for path in self.files(module))

    def is_shared(self, package: str) -> bool:
        """Whether other distributions may add to a package.

        They may if neither it nor one that it lies in has an `__init__`. The top is shared.
        """
        while package:
            if self.is_regular(package):
                return False
            package = package.rpartition(".")[0]
        return True

    def has_other_form(self, module: str) -> bool:
        """Whether a module may be compiled or made from something that is no Python source."""
        return module in self._other_forms or (
            bool(self.files(module)) and all(path.endswith(STUB) for path in self.files(module))
        )

    def beside(self, path: str, module: str) -> Iterator[str]:
        """Files that a module may be for a file, if folders around it are on its path too."""
        below = module.replace(".", "/")
        folder = path
        while folder:
            folder = folder.rpartition("/")[0]
            for end in (f"{SOURCE}", f"/{_INIT}{SOURCE}"):
                candidate = f"{folder}/{below}{end}" if folder else f"{below}{end}"
                if candidate in self._paths:
                    yield candidate

    @cached_property
    def _folders(self) -> frozenset[str]:
        """The folders that can be imported."""
        found: dict[str, None] = {}
        for path in self._paths:
            folder = path.rpartition("/")[0]
            while folder and folder not in found:
                found[folder] = None
                folder = folder.rpartition("/")[0]
        packages = (self._roots.package(folder) for folder in found)
        return frozenset(".".join(package) for package in packages if package)

    @cached_property
    def _other_forms(self) -> frozenset[str]:
        return frozenset(self._in_other_forms())

    def _in_other_forms(self) -> Iterator[str]:
        for path in self._paths:
            if path.endswith((SOURCE, STUB)):
                continue
            folder, _, name = path.rpartition("/")
            stem, *suffixes = name.split(".")
            if not suffixes or not stem.isidentifier():
                continue
            template = f".{suffixes[-1]}" in _TEMPLATES
            last = f".{suffixes[-2 if template and len(suffixes) > 1 else -1]}"
            if last in _OTHER_FORMS or (template and last in {SOURCE, STUB}):
                package = self._roots.package(folder)
                if package is not None:
                    yield ".".join((*package, stem))
