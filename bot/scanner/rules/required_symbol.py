from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from bot.scanner.facts import Problem
from bot.scanner.kind import Example, Expected, Inquiry, Kind
from bot.scanner.parameters import CONFIGURATION, DottedName, Help
from bot.scanner.probes import SymbolsProbe
from bot.scanner.snapshot import Finding

if TYPE_CHECKING:
    from bot.scanner.ground import Ground
    from bot.scanner.symbols.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Names that a module must have."""

    __pydantic_config__ = CONFIGURATION

    module: Annotated[DottedName, Help("The module, as it is imported.")]
    names: Annotated[
        tuple[DottedName, ...], Help("Names that it has to define or import, such as a function.")
    ]

    def __post_init__(self) -> None:
        if not self.names:
            raise ValueError("required-symbol needs names")


class RequiredSymbol(Inquiry):
    """Looks for names in one module."""

    note = str
    later = (SymbolsProbe(),)

    def __init__(self, parameters: Parameters) -> None:
        self._module = parameters.module
        self._names = parameters.names

    def inquire(
        self, notes: Mapping[str, str], ground: "Ground"
    ) -> Iterator[tuple[str, Finding | Problem]]:
        """A finding for each name that is not there; a problem for what cannot be told."""
        del notes
        table = ground.table
        yield from table.settled(lambda: list(self._inquire(table)))

    def _inquire(self, table: "Table") -> Iterator[tuple[str, Finding | Problem]]:
        module = self._module
        sources = table.sources(module)
        path = sources[0] if sources else ""
        for name in self._names:
            if not table.layout.exists(module):
                if table.layout.has_other_form(module):
                    yield "", Problem(f"{module} has no Python source: it may have {name} or not")
                    continue
                message = f"there is no module {module}, which has to have {name}"
                yield path, Finding(1, 1, f"{module}.{name}", message, via="absence")
                continue
            there = table.has(module, name)
            if there is None:
                why = next((table.symbols(one).opened for one in sources), "")
                because = f": {why}" if why else ""
                yield "", Problem(f"whether {module} has {name}, only running it tells{because}")
            elif not there:
                message = f"{module} neither defines nor imports {name}"
                yield path, Finding(1, 1, f"{module}.{name}", message, via="absence")


_CARTS = Parameters(module="shop.carts", names=("Cart", "load_cart"))

KIND = Kind(
    name="required-symbol",
    summary=(
        "One violation for each name that a module neither defines nor imports; for all of them if "
        "there is no such module."
    ),
    parameters=Parameters,
    prepare=RequiredSymbol,
    scope="repository",
    examples=(
        Example(
            title="Defined, imported, or taken over with a star",
            parameters=_CARTS,
            files={
                "shop/carts.py": "from shop.models import *\n\ndef load_cart(): ...\n",
                "shop/models.py": "class Cart: ...\n",
            },
        ),
        Example(
            title="Only named in a comment, or in a function",
            parameters=_CARTS,
            files={"shop/carts.py": "# class Cart:\n\ndef load():\n    load_cart = 1\n"},
            finds=(
                Expected(path="shop/carts.py", line=1, column=1, symbol="shop.carts.Cart"),
                Expected(path="shop/carts.py", line=1, column=1, symbol="shop.carts.load_cart"),
            ),
        ),
        Example(
            title="The module is gone: the place is that of the rule",
            parameters=Parameters(module="shop.carts", names=("Cart",)),
            files={"shop/models.py": "class Cart: ...\n"},
            finds=(Expected(path=".github/canon.yml", line=1, column=1, symbol="shop.carts.Cart"),),
        ),
    ),
)
