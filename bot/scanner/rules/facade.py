from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from bot.scanner.globs import module_globs
from bot.scanner.kind import Example, Expected, Inquiry, Kind
from bot.scanner.parameters import CONFIGURATION, Help, ModuleGlob
from bot.scanner.probes import SymbolsProbe
from bot.scanner.snapshot import Finding

if TYPE_CHECKING:
    from bot.scanner.ground import Ground
    from bot.scanner.symbols.facades import Facade
    from bot.scanner.symbols.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Modules that may be nothing but a way to others."""

    __pydantic_config__ = CONFIGURATION

    modules: Annotated[
        tuple[ModuleGlob, ...],
        Help("Modules that are looked at (globs of dotted paths, such as shop.*.compat)."),
    ]

    def __post_init__(self) -> None:
        if not self.modules:
            raise ValueError("facade needs modules")


class FacadeRule(Inquiry):
    """Follows the public names of modules to where they are defined."""

    note = str
    later = (SymbolsProbe(), SymbolsProbe(facade=True))

    def __init__(self, parameters: Parameters) -> None:
        self._modules = module_globs(parameters.modules)

    def inquire(self, notes: Mapping[str, str], ground: "Ground") -> Iterator[tuple[str, Finding]]:
        """A finding for each module whose public names all come from others."""
        del notes
        table = ground.table
        matches = self._modules.match
        modules = [one for one in table.layout.modules if matches(one.replace(".", "/"))]
        paths = [path for module in modules for path in table.sources(module)]
        possible = table.read(paths, SymbolsProbe(facade=True))
        for one in table.settled(lambda: list(_facades(table, possible))):
            leads_to = ", ".join(one.leads_to)
            message = f"{one.module} only passes on what {leads_to} defines"
            details = {"leads_to": list(one.leads_to), "chain": one.chain}
            yield (
                one.path,
                Finding(one.line, one.column, one.module, message, details=details),
            )


def _facades(table: "Table", paths: Sequence[str]) -> "Iterator[Facade]":
    from bot.scanner.symbols.facades import facade

    for path in paths:
        found = facade(table, path)
        if found is not None:
            yield found


_COMPAT = Parameters(modules=("shop.compat", "shop.old_*"))

KIND = Kind(
    name="facade",
    summary=(
        "One violation for each module whose public names all come from other modules of the "
        "repository."
    ),
    parameters=Parameters,
    prepare=FacadeRule,
    scope="repository",
    examples=(
        Example(
            title="A re-export, an alias, and a way of two steps",
            parameters=_COMPAT,
            files={
                "shop/carts.py": "class Cart: ...\n",
                "shop/compat.py": "import warnings\nfrom shop.carts import *\n\nBasket = Cart\n",
                "shop/old_carts.py": (
                    '"""Moved to shop.carts."""\n'
                    "from .compat import Basket as OldBasket\n"
                    "__all__ = ['OldBasket']\n"
                ),
            },
            finds=(
                Expected(path="shop/compat.py", line=2, column=24, symbol="shop.compat"),
                Expected(path="shop/old_carts.py", line=2, column=21, symbol="shop.old_carts"),
            ),
        ),
        Example(
            title="A module with something of its own, one that takes from elsewhere, and others",
            parameters=_COMPAT,
            files={
                "shop/carts.py": "class Cart: ...\n",
                "shop/compat.py": "from shop.carts import Cart\n\nclass Basket(Cart): ...\n",
                "shop/old_names.py": "from six import *\nfrom os import path\n",
                "shop/old_empty.py": "",
                "shop/views.py": "from shop.carts import Cart\n",
            },
        ),
    ),
)
