from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from bot.scanner.facts import Depth, Facts
from bot.scanner.globs import Globs
from bot.scanner.kind import Checker, Example, Expected, Kind
from bot.scanner.modules import File
from bot.scanner.parameters import CONFIGURATION, Help
from bot.scanner.parameters import Globs as GlobList
from bot.scanner.snapshot import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Files that must be gone."""

    __pydantic_config__ = CONFIGURATION

    files: Annotated[GlobList, Help("Which files must not exist (gitignore-style globs).")]

    def __post_init__(self) -> None:
        if not self.files:
            raise ValueError("absent-file needs files")


class AbsentFile(Checker):
    """Looks at paths, and counts lines."""

    def __init__(self, parameters: Parameters) -> None:
        self._files = Globs(parameters.files)

    def wants(self, path: str) -> Depth | None:
        """The number of lines of a file that matches."""
        return Depth.LINES if self._files.match(path) else None

    def check(self, file: File, facts: Facts) -> Iterator[Finding]:
        """One finding; its symbol is the glob, which a file keeps when it is moved."""
        symbol = self._files.which(file.path) or file.path
        details = {} if facts.lines is None else {"lines": facts.lines}
        yield Finding(1, 1, symbol, f"{file.path} still exists", via="path", details=details)


_FACTORY = Parameters(files=("shop/factory.py", "scripts/legacy_*"))

KIND = Kind(
    name="absent-file",
    summary="One violation for each file that exists; its number of lines is in the details.",
    parameters=Parameters,
    prepare=AbsentFile,
    files="any",
    examples=(
        Example(
            title="Still there",
            parameters=_FACTORY,
            files={"shop/factory.py": "x = 1\ny = 2\n", "scripts/legacy_import.sh": "exit 0\n"},
            finds=(
                Expected(
                    path="scripts/legacy_import.sh", line=1, column=1, symbol="scripts/legacy_*"
                ),
                Expected(path="shop/factory.py", line=1, column=1, symbol="shop/factory.py"),
            ),
        ),
        Example(
            title="Gone",
            parameters=_FACTORY,
            files={"shop/orders.py": "", "shop/other/factory.py": ""},
        ),
    ),
)
