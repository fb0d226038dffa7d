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
    """Files of which only the named ones may stay."""

    __pydantic_config__ = CONFIGURATION

    files: Annotated[GlobList, Help("Which files are meant (gitignore-style globs).")]
    keep: Annotated[
        tuple[str, ...], Help("Paths of the files that stay, from the repository's root.")
    ] = ()

    def __post_init__(self) -> None:
        if not self.files:
            raise ValueError("single-file needs files")


class SingleFile(Checker):
    """Looks at paths only."""

    def __init__(self, parameters: Parameters) -> None:
        self._files = Globs(parameters.files)
        self._keep = frozenset(path.removeprefix("./") for path in parameters.keep)
        self._kept = " and ".join(parameters.keep)

    def wants(self, path: str) -> Depth | None:
        """Whether the path matches is all that must be known."""
        if path in self._keep or not self._files.match(path):
            return None
        return Depth.NOTHING

    def check(self, file: File, facts: Facts) -> Iterator[Finding]:
        """One finding; its symbol is the glob, which a file keeps when it is moved."""
        del facts
        kept = f"; only {self._kept} may stay" if self._kept else ""
        symbol = self._files.which(file.path) or file.path
        yield Finding(1, 1, symbol, f"{file.path} is another such file{kept}", via="path")


_MANAGERS = Parameters(files=("*_manager.py",), keep=("shop/unified_manager.py",))

KIND = Kind(
    name="single-file",
    summary="One violation for each file that matches, other than the ones to keep.",
    parameters=Parameters,
    prepare=SingleFile,
    files="any",
    examples=(
        Example(
            title="Every other manager",
            parameters=_MANAGERS,
            files={
                "shop/unified_manager.py": "",
                "shop/cart_manager.py": "",
                "shop/old/basket_manager.py": "",
                "shop/manager_of_carts.py": "",
            },
            finds=(
                Expected(path="shop/cart_manager.py", line=1, column=1, symbol="*_manager.py"),
                Expected(
                    path="shop/old/basket_manager.py", line=1, column=1, symbol="*_manager.py"
                ),
            ),
        ),
        Example(
            title="Only the one that stays",
            parameters=_MANAGERS,
            files={"shop/unified_manager.py": ""},
        ),
    ),
)
