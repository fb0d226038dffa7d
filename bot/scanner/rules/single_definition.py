from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Annotated

from bot.scanner.facts import Definition, Facts
from bot.scanner.kind import Checker, Example, Expected, Kind
from bot.scanner.modules import File
from bot.scanner.names import full_match
from bot.scanner.parameters import CONFIGURATION, Canonical, Help, RegularExpression
from bot.scanner.probes import DefinitionProbe
from bot.scanner.snapshot import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """A class or function that may be defined in one place only."""

    __pydantic_config__ = CONFIGURATION

    class_: Annotated[
        RegularExpression | None, Help("RE2 for the whole name of the classes that are meant.")
    ] = field(default=None, metadata={"alias": "class"})
    function: Annotated[
        RegularExpression | None,
        Help("RE2 for the whole name of the functions that are meant; methods are none."),
    ] = None
    canonical: Annotated[Canonical, Help("Where the one definition lives: a path, or module:Name.")]
    nested: Annotated[bool, Help("Count definitions inside functions and classes too.")] = True

    def __post_init__(self) -> None:
        if (self.class_ is None) == (self.function is None):
            raise ValueError("single-definition needs either class or function")


class SingleDefinition(Checker):
    """Compares the place of every matching definition with the canonical one."""

    def __init__(self, parameters: Parameters) -> None:
        self._is_class = parameters.class_ is not None
        pattern = parameters.class_ or parameters.function or ""
        self._matches: Callable[[str], object] = full_match(pattern)
        self._nested = parameters.nested
        place, _, self._name = parameters.canonical.partition(":")
        self._module = place if self._name else None
        self._path = None if self._name else place.removeprefix("./")
        self._canonical = parameters.canonical
        self.probes = (DefinitionProbe(pattern, self._is_class),)

    def check(self, file: File, facts: Facts) -> Iterator[Finding]:
        """A finding for each definition but the canonical; there, only its first one counts."""
        kept: set[str] = set()
        for found in facts.syntax.definitions if facts.syntax is not None else ():
            if not self._is_meant(found):
                continue
            name = f"{found.within}.{found.name}" if found.within else found.name
            canonical = file.path == self._path or (file.module, name) == (self._module, self._name)
            if canonical and name not in kept:
                kept.add(name)
                continue
            what = "class" if self._is_class else "function"
            message = f"{what} {found.name} is defined here too; the one is {self._canonical}"
            details = {"qualified": name}
            yield Finding(
                found.line,
                found.column,
                found.name,
                message,
                found.context,
                via="definition",
                details=details,
            )

    def _is_meant(self, found: Definition) -> bool:
        if found.is_class != self._is_class or found.method:
            return False
        return (self._nested or not found.within) and bool(self._matches(found.name))


_ROUTERS = Parameters(class_=r"\w*Router", canonical="shop.routing:Router")

KIND = Kind(
    name="single-definition",
    summary="One violation for each definition of a matching name outside its canonical place.",
    parameters=Parameters,
    prepare=SingleDefinition,
    examples=(
        Example(
            title="Other definitions, nested ones too",
            parameters=_ROUTERS,
            files={
                "shop/routing.py": "class Router:\n    pass\n",
                "shop/carts.py": (
                    "class CartRouter:\n    pass\n\ndef make():\n    class Router:\n        pass\n"
                ),
            },
            finds=(
                Expected(path="shop/carts.py", line=1, column=1, symbol="CartRouter"),
                Expected(path="shop/carts.py", line=5, column=5, symbol="Router"),
            ),
        ),
        Example(
            title="Defined twice in its own file",
            parameters=Parameters(class_="Manager", canonical="shop/protocols.py"),
            files={"shop/protocols.py": "class Manager: ...\n\n\nclass Manager: ...\n"},
            finds=(Expected(path="shop/protocols.py", line=4, column=1, symbol="Manager"),),
        ),
        Example(
            title="Uses, other names, and methods where functions are meant",
            parameters=Parameters(function="create_cart", canonical="shop/carts.py"),
            files={
                "shop/carts.py": "def create_cart(): ...\n",
                "shop/views.py": (
                    "from shop.carts import create_cart\n"
                    "\n"
                    "def create_carts(): ...\n"
                    "\n"
                    "class Shop:\n"
                    "    def create_cart(self): ...\n"
                ),
            },
        ),
    ),
)
