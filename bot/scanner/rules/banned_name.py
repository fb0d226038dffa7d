from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from bot.scanner.globs import Globs
from bot.scanner.kind import Example, Expected, Finder, Kind
from bot.scanner.matches import Match, Reference
from bot.scanner.modules import File
from bot.scanner.parameters import CONFIGURATION, DottedName, Glob, Help
from bot.scanner.paths import ends_in, meaning
from bot.scanner.probes import NameProbe
from bot.scanner.snapshot import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Names that must not be used any more."""

    __pydantic_config__ = CONFIGURATION

    names: Annotated[
        tuple[DottedName, ...],
        Help(
            "Names that must not be used: bare ones wherever they appear, dotted ones where what "
            "is used is, or ends in, that path."
        ),
    ]
    allow: Annotated[
        tuple[Glob, ...], Help("Files that may go on using them (gitignore-style globs).")
    ] = ()

    def __post_init__(self) -> None:
        if not self.names:
            raise ValueError("banned-name needs names")


class BannedName(Finder):
    """Compares what the names in a file stand for with the banned ones."""

    def __init__(self, parameters: Parameters) -> None:
        # The longest first, as it says most about what was used.
        self._names = sorted(set(parameters.names), key=lambda name: (-name.count("."), name))
        self._allow = Globs(parameters.allow)
        self.probes = (NameProbe(parameters.names),)

    def covers(self, path: str) -> bool:
        """Every file but those that may use the names."""
        return not self._allow.match(path)

    def report(self, file: File, matches: Sequence[Match]) -> Iterator[Finding]:
        """A finding for each use outside the definition of what is used."""
        for one in matches:
            assert isinstance(one, Reference)
            paths = list(meaning(one.paths, file))
            name = next(
                (name for name in self._names if any(ends_in(path, name) for path in paths)), None
            )
            if name is None or _is_inside(one.within, name, file):
                continue
            written = "" if one.written == name else f" (as {one.written})"
            yield Finding(
                one.line, one.column, name, f"use of {name}{written}", one.context, one.via
            )


def _is_inside(within: str, name: str, file: File) -> bool:
    """Whether code within some definitions belongs to the definition of a name."""
    around = f"{file.module}.{within}" if file.module else within
    while within:
        if ends_in(around, name):
            return True
        within, around = within.rpartition(".")[0], around.rpartition(".")[0]
    return False


_LEGACY = Parameters(names=("legacy_factory",))

KIND = Kind(
    name="banned-name",
    summary="One violation for each use of a banned name: call, attribute or bare reference.",
    parameters=Parameters,
    prepare=BannedName,
    examples=(
        Example(
            title="Calls, attributes and references; under another name, too",
            parameters=_LEGACY,
            files={
                "app.py": (
                    "import shop\n"
                    "from shop.factories import legacy_factory as make\n"
                    "\n"
                    "cart = make()\n"
                    "shop.factories.legacy_factory.cache_clear()\n"
                    "makers = [shop.legacy_factory]\n"
                )
            },
            finds=(
                Expected(path="app.py", line=4, column=8, symbol="legacy_factory"),
                Expected(path="app.py", line=5, column=16, symbol="legacy_factory"),
                Expected(path="app.py", line=6, column=16, symbol="legacy_factory"),
            ),
        ),
        Example(
            title="Not its own definition and import, and not strings, comments and keywords",
            parameters=_LEGACY,
            files={
                "shop/factories.py": (
                    "def legacy_factory(depth=0):\n"
                    "    return legacy_factory(depth + 1)\n"
                    "\n"
                    "\n"
                    "class Shop:\n"
                    "    def __init__(self):\n"
                    "        self.legacy_factory = None\n"
                ),
                "app.py": (
                    "from shop.factories import legacy_factory\n"
                    "\n"
                    '__all__ = ["legacy_factory"]  # legacy_factory\n'
                    "configure(legacy_factory=True)\n"
                    "legacy_factory_two()\n"
                ),
            },
        ),
        Example(
            title="Not a parameter or local variable of that name",
            parameters=_LEGACY,
            files={"app.py": "def make(legacy_factory):\n    return legacy_factory()\n"},
        ),
        Example(
            title="A dotted name is what the imports of the file say it is",
            parameters=Parameters(names=("shop.carts.Cart.total",)),
            files={
                "app.py": (
                    "from shop.carts import Cart\n"
                    "from shop.baskets import Basket\n"
                    "\n"
                    "Cart.total\n"
                    "Basket.total\n"
                ),
                "shop/views.py": "from . import carts as c\n\nc.Cart.total\n",
                "shop/carts.py": "class Cart:\n    total = 0\n\n\nprint(Cart.total)\n",
            },
            finds=(
                Expected(path="app.py", line=4, column=6, symbol="shop.carts.Cart.total"),
                Expected(path="shop/carts.py", line=5, column=12, symbol="shop.carts.Cart.total"),
                Expected(path="shop/views.py", line=3, column=8, symbol="shop.carts.Cart.total"),
            ),
        ),
        Example(
            title="Where it is allowed",
            parameters=Parameters(names=("legacy_factory",), allow=("shop/compat/**",)),
            files={"shop/compat/carts.py": "import shop\n\nshop.legacy_factory()\n"},
        ),
    ),
)
