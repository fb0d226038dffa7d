"""Where tests and what they stand on are, and which file an import or a fixture comes from."""

import re
from collections.abc import Iterable, Iterator
from posixpath import basename, dirname
from typing import Final

from bot.domain.inventory import FileRole
from bot.scanner.modules import File, Roots

_TEST_FILE: Final = re.compile(r"test_.*\.py|.*_test\.py|tests?\.py")
_TEST_WORDS: Final = {"test", "tests", "testing", "testutils"}
_WORD: Final = re.compile(r"[^\W_]+")
CONFTEST: Final = "conftest.py"


def role_of(path: str) -> FileRole | None:
    """What a file is, by its path; None for all that is neither test nor support.

    Tests are named as pytest and Django name them. Support is every conftest.py, and every other
    Python file in a folder whose name speaks of tests ("tests", "test_framework").
    """
    name = basename(path)
    if _TEST_FILE.fullmatch(name):
        return FileRole.TESTS
    if name == CONFTEST:
        return FileRole.SUPPORT
    if name.endswith(".py") and _TEST_WORDS & set(_WORD.findall(dirname(path).lower())):
        return FileRole.SUPPORT
    return None


class Layout:
    """The test and support files of a repository by the names that imports give them."""

    def __init__(self, paths: Iterable[str], roots: Roots) -> None:
        self.files: dict[str, File] = {path: roots.file(path) for path in paths}
        self._modules: dict[str, str] = {}
        for path, file in self.files.items():
            if file.module:
                self._modules.setdefault(file.module, path)
        self.all_conftests = [path for path in self.files if basename(path) == CONFTEST]
        self._words = {word for path in self.files for word in path.removesuffix(".py").split("/")}
        self._near: dict[tuple[str, str], str | None] = {}

    def conftests(self, path: str) -> Iterator[str]:
        """The conftest.py files that a test file sees, the nearest first."""
        for folder in _upwards(dirname(path)):
            conftest = _join(folder, CONFTEST)
            if conftest in self.files:
                yield conftest

    def locate(self, dotted: str, importer: str) -> tuple[str, tuple[str, ...]] | None:
        """The file of the longest beginning of a dotted path, and what is left of the path.

        Besides import roots, the folders above the importing file count as such: pytest puts them
        on `sys.path` (https://docs.pytest.org/en/stable/explanation/pythonpath.html).
        """
        parts = dotted.split(".")
        if parts[0] not in self._words:
            return None
        for end in range(len(parts), 0, -1):
            path = self._modules.get(".".join(parts[:end])) or self._nearby(
                "/".join(parts[:end]), dirname(importer)
            )
            if path is not None:
                return path, tuple(parts[end:])
        return None

    def _nearby(self, stem: str, folder: str) -> str | None:
        key = stem, folder
        if key not in self._near:
            candidates = (
                _join(above, f"{stem}{end}")
                for above in _upwards(folder)
                for end in (".py", "/__init__.py")
            )
            self._near[key] = next((path for path in candidates if path in self.files), None)
        return self._near[key]


def _upwards(folder: str) -> Iterator[str]:
    while folder:
        yield folder
        folder = dirname(folder)
    yield ""


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
