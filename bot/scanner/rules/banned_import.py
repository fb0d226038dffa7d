from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from bot.scanner.dotted import Prefixes
from bot.scanner.facts import STAR, Facts, Import, StringTarget
from bot.scanner.globs import Globs
from bot.scanner.kind import Checker, Example, Expected, Kind
from bot.scanner.modules import File, absolute
from bot.scanner.parameters import CONFIGURATION, DottedName, Glob, Help
from bot.scanner.probes import ImportProbe, StringProbe
from bot.scanner.snapshot import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """What must not be imported any more."""

    __pydantic_config__ = CONFIGURATION

    modules: Annotated[
        tuple[DottedName, ...],
        Help("Dotted paths; whatever is or lies below one of them must not be imported."),
    ] = ()
    symbols: Annotated[
        tuple[DottedName, ...],
        Help("Dotted paths of names; only exactly these must not be imported."),
    ] = ()
    replacement: Annotated[
        DottedName | Mapping[DottedName, DottedName] | None,
        Help(
            "What to import instead: a dotted path that takes the place of the banned one, "
            "or a map from old to new."
        ),
    ] = None
    strings: Annotated[
        bool,
        Help(
            "Count string constants too that name a banned path as the target of "
            "importlib.import_module, __import__, patch or monkeypatch.setattr."
        ),
    ] = False
    allow: Annotated[
        tuple[Glob, ...], Help("Files that may go on importing it (gitignore-style globs).")
    ] = ()

    def __post_init__(self) -> None:
        if not self.modules and not self.symbols:
            raise ValueError("banned-import needs modules or symbols")


class BannedImport(Checker):
    """Compares what a file imports, made absolute, with the banned paths."""

    def __init__(self, parameters: Parameters) -> None:
        self._modules = Prefixes(parameters.modules)
        self._symbols = frozenset(parameters.symbols)
        self._replacement = parameters.replacement
        self._strings = parameters.strings
        self._allow = Globs(parameters.allow)
        banned = (*parameters.modules, *parameters.symbols)
        strings = banned if parameters.strings else ()
        self.packages = parameters.modules  # in there, relative imports need not write the name
        self.probes = (*map(ImportProbe, banned), *map(StringProbe, strings))

    def check(self, file: File, facts: Facts) -> Iterator[Finding]:
        """A finding for each imported name, and for each string target."""
        if self._allow.match(file.path):
            return
        for found in facts.imports:
            symbol = absolute(file.package, found.dotted)
            if symbol is not None and (banned := self._banned(symbol)) is not None:
                yield self._finding(found, symbol, banned, via="import")
        if self._strings and facts.syntax is not None:
            for target in facts.syntax.targets:
                symbol = _named(target)
                if symbol is not None and (banned := self._banned(symbol)) is not None:
                    yield self._finding(target, target.text, banned, via="string")

    def _banned(self, symbol: str) -> str | None:
        """The banned path that `symbol` falls under."""
        return symbol if symbol in self._symbols else self._modules.over(symbol)

    def _finding(
        self, found: Import | StringTarget, symbol: str, banned: str, *, via: str
    ) -> Finding:
        replacement = self._instead(symbol, banned)
        use = f"; use {replacement}" if replacement is not None else ""
        what = "import" if via == "import" else "string target"
        return Finding(
            found.line,
            found.column,
            symbol,
            f"{what} of {symbol}{use}",
            found.context,
            via,
            replacement,
        )

    def _instead(self, symbol: str, banned: str) -> str | None:
        """What to write instead of `symbol`."""
        if isinstance(self._replacement, Mapping):
            old = Prefixes(self._replacement).over(symbol)
            return None if old is None else self._replacement[old] + symbol.removeprefix(old)
        if self._replacement is None or not symbol.startswith(banned):
            return self._replacement
        return self._replacement + symbol.removeprefix(banned)


def _named(target: StringTarget) -> str | None:
    """The dotted path that a string stands for; import_module takes relative ones, too."""
    package = target.package.split(".") if target.package else None
    return absolute(tuple(package) if package else None, target.text)


_LEGACY = Parameters(modules=("shop.legacy",), replacement="shop.orders")

KIND = Kind(
    name="banned-import",
    summary="One violation for each imported name that is, or lies below, a banned dotted path.",
    parameters=Parameters,
    prepare=BannedImport,
    examples=(
        Example(
            title="Every name counts, wherever the import stands",
            parameters=_LEGACY,
            files={
                "app/views.py": (
                    "from shop.legacy import Cart, Price as P\n"
                    "\n"
                    "def view():\n"
                    "    import shop.legacy.tax\n"
                )
            },
            finds=(
                Expected(path="app/views.py", line=1, column=25, symbol="shop.legacy.Cart"),
                Expected(path="app/views.py", line=1, column=31, symbol="shop.legacy.Price"),
                Expected(path="app/views.py", line=4, column=12, symbol="shop.legacy.tax"),
            ),
        ),
        Example(
            title="The module itself, relative imports and stars",
            parameters=_LEGACY,
            files={
                "shop/a.py": "from shop import legacy\n",
                "shop/b.py": "from . import legacy as old\nfrom .legacy import *\n",
            },
            finds=(
                Expected(path="shop/a.py", line=1, column=18, symbol="shop.legacy"),
                Expected(path="shop/b.py", line=1, column=15, symbol="shop.legacy"),
                Expected(path="shop/b.py", line=2, column=21, symbol=f"shop.legacy.{STAR}"),
            ),
        ),
        Example(
            title="Strings and comments are no imports, and names that only begin alike are others",
            parameters=_LEGACY,
            files={
                "app/notes.py": (
                    '"""\n'
                    "from shop.legacy import Cart\n"
                    '"""\n'
                    "# import shop.legacy\n"
                    "from shop.legacy_free import Cart\n"
                )
            },
        ),
        Example(
            title="Only the very symbol",
            parameters=Parameters(symbols=("shop.factory.create",)),
            files={"app.py": "from shop.factory import create, create_all\n"},
            finds=(Expected(path="app.py", line=1, column=26, symbol="shop.factory.create"),),
        ),
        Example(
            title="With strings, what a test patches counts",
            parameters=Parameters(modules=("shop.legacy",), strings=True),
            files={
                "tests/test_cart.py": (
                    "from unittest.mock import patch\n"
                    "\n"
                    '@patch("shop.legacy.Cart.total")\n'
                    "def test_total(total):\n"
                    '    """shop.legacy.Cart is only mentioned here."""\n'
                )
            },
            finds=(
                Expected(
                    path="tests/test_cart.py", line=3, column=8, symbol="shop.legacy.Cart.total"
                ),
            ),
        ),
        Example(
            title="Where it is allowed",
            parameters=Parameters(modules=("shop.legacy",), allow=("shop/compat/**",)),
            files={"shop/compat/cart.py": "from shop.legacy import Cart\n"},
        ),
    ),
)
