from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final, Literal

from bot.scanner.facts import Facts, Problem
from bot.scanner.kind import Example, Expected, Inquiry, Kind
from bot.scanner.matches import Encoded, Match
from bot.scanner.modules import File
from bot.scanner.parameters import CONFIGURATION, ClassPath, Help, RegularExpression, Text
from bot.scanner.probes import SymbolsProbe
from bot.scanner.snapshot import Finding

if TYPE_CHECKING:
    from bot.scanner.ground import Ground
    from bot.scanner.symbols.interfaces import Difference, Interface
    from bot.scanner.symbols.table import Origin, Table

_NAMED: Final = 5  # methods in one sentence
_Concluded = tuple[str, Finding | Problem]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Classes that must be alike."""

    __pydantic_config__ = CONFIGURATION

    reference: Annotated[ClassPath, Help("The class that says how the others must be.")]
    implementations: Annotated[
        tuple[ClassPath, ...] | Mapping[Literal["class"], RegularExpression],
        Help(
            "The classes that are compared with it: a list of module:Class, or RE2 for the whole "
            "name of all that are meant (class: ...)."
        ),
    ]
    methods: Annotated[
        tuple[Text, ...], Help("Methods that are compared; without them, the public ones.")
    ] = ()
    check: Annotated[
        tuple[Literal["missing", "signature", "async"], ...],
        Help("The kinds of difference that are looked for."),
    ] = ("missing", "signature", "async")
    annotations: Annotated[bool, Help("Compare the annotations of parameters and results too.")] = (
        False
    )

    def __post_init__(self) -> None:
        if not self.implementations:
            raise ValueError("interface needs implementations")


class InterfaceRule(Inquiry):
    """Compares the methods of classes with those of their reference."""

    note = Encoded
    later = (SymbolsProbe(),)

    def __init__(self, parameters: Parameters) -> None:
        self._parameters = parameters
        listed = parameters.implementations
        self._pattern = listed["class"] if isinstance(listed, Mapping) else ""
        self._listed = () if isinstance(listed, Mapping) else listed
        self.probes = (SymbolsProbe(self._pattern),) if self._pattern else ()

    def take(self, file: File, facts: Facts, matches: Sequence[Match]) -> Encoded | None:
        """The symbols of a file with a class that may be meant."""
        del file, facts
        return next((one for one in matches if isinstance(one, Encoded)), None)

    def inquire(self, notes: Mapping[str, Encoded], ground: "Ground") -> Iterator[_Concluded]:
        """A finding for each difference; a problem for what cannot be told."""
        from bot.scanner.symbols.table import decoded

        table = ground.table
        for path, note in notes.items():
            table.add(path, decoded(note))
        yield from table.settled(lambda: list(self._inquire(table, list(notes))))

    def _inquire(self, table: "Table", paths: Sequence[str]) -> Iterator[_Concluded]:
        from bot.scanner.symbols.interfaces import Interface

        given = self._parameters
        references, problems = self._classes(table, given.reference)
        yield from problems
        implementations: dict[Origin, None] = {}
        for written in self._listed:
            found, problems = self._classes(table, written)
            yield from problems
            implementations.update(dict.fromkeys(found))
        if self._pattern:
            from bot.scanner.symbols.named import classes_named

            for one in classes_named(table, paths, self._pattern):
                if one.kind == "class":
                    implementations[one] = None
                else:
                    why = f"what {one.module}:{one.name} is, only running {one.module} tells"
                    yield one.path, Problem(why)
        for reference in references:
            check = (given.methods, given.check)
            interface = Interface(table, reference, *check, annotations=given.annotations)
            for name in interface.lacking:
                yield "", Problem(f"{given.reference} has no {name}")
            for one in implementations:
                if one not in references:
                    yield from self._compare(interface, one)

    def _classes(
        self, table: "Table", written: str
    ) -> tuple[Sequence["Origin"], Sequence[_Concluded]]:
        """The classes that `module:Class` stands for, and what is no class."""
        module, _, name = written.partition(":")
        found = table.resolve(module, name)
        classes = list(dict.fromkeys(o._replace(hops=()) for o in found if o.kind == "class"))
        others = [o for o in found if o.kind != "class"]
        problems = [("", Problem(f"{written} is no class that can be looked into"))] * bool(others)
        if not found:
            problems = [("", Problem(f"there is no class {written}"))]
        return classes, problems

    def _compare(self, interface: "Interface", one: "Origin") -> Iterator[_Concluded]:
        from bot.scanner.symbols.interfaces import Difference

        for found in interface.differences(one):
            if isinstance(found, Difference):
                yield one.path, self._finding(one, found)
            else:
                more = len(found.methods) - _NAMED
                methods = ", ".join(found.methods[:_NAMED]) + (f" and {more} more" * (more > 0))
                why = f"{one.module}:{one.name} may lack {methods}, or not: {found.why}"
                yield one.path, Problem(why)

    def _finding(self, one: "Origin", found: "Difference") -> Finding:
        implementation = f"{one.module}:{one.name}"
        texts = {
            "missing": f"{implementation} lacks {found.method}{found.expected}",
            "signature": f"{implementation} has {found.method}{found.found}, "
            f"where {self._parameters.reference} has {found.expected}",
            "async": f"{implementation} has {found.method} as {found.found}, "
            f"where {self._parameters.reference} has {found.expected}",
        }
        made = getattr(one.binding and one.binding.what, "made", "")
        details = {
            "implementation": implementation,
            "method": found.method,
            "difference": found.kind,
            "expected": found.expected,
            "found": found.found,
        }
        return Finding(
            found.line,
            found.column,
            f"{one.name}.{found.method}",
            texts[found.kind] + (f" (it is made by {made}())" if made else ""),
            context="class",
            via="definition",
            details=details,
        )


_STORE = (
    "class Store:\n"
    "    async def load(self, key, *, fast=False): ...\n"
    "    def close(self): ...\n"
    "    @property\n"
    "    def name(self): ...\n"
)

KIND = Kind(
    name="interface",
    summary=(
        "One violation for each method of an implementation that is missing, that has another "
        "signature, or that is not async where the reference is."
    ),
    parameters=Parameters,
    prepare=InterfaceRule,
    scope="repository",
    examples=(
        Example(
            title="A missing method, another signature, and one that is not async",
            parameters=Parameters(
                reference="shop.stores:Store", implementations={"class": r"\w+Store"}
            ),
            files={
                "shop/stores.py": _STORE,
                "shop/carts.py": (
                    "class CartStore:\n"
                    "    def load(self, key, *, fast=False): ...\n"
                    "    def close(self, force): ...\n"
                ),
            },
            finds=(
                Expected(path="shop/carts.py", line=1, column=1, symbol="CartStore.name"),
                Expected(path="shop/carts.py", line=2, column=5, symbol="CartStore.load"),
                Expected(path="shop/carts.py", line=3, column=5, symbol="CartStore.close"),
            ),
        ),
        Example(
            title="Two names of one class, and methods that are inherited",
            parameters=Parameters(
                reference="shop.stores:Store",
                implementations=("shop.carts:CartStore", "shop.carts:Basket"),
            ),
            files={
                "shop/stores.py": _STORE,
                "shop/base.py": "from shop import stores\n\nclass Base(stores.Store): ...\n",
                "shop/carts.py": (
                    "from shop.base import Base\n"
                    "\n"
                    "class CartStore(Base):\n"
                    "    async def load(this, key: str, *, fast: bool = False) -> bytes: ...\n"
                    "\n"
                    "Basket = CartStore\n"
                ),
            },
        ),
        Example(
            title="A name that is bound to two classes stands for both",
            parameters=Parameters(
                reference="shop.stores:Store",
                implementations=("shop.carts:CartStore",),
                methods=("close",),
            ),
            files={
                "shop/stores.py": _STORE,
                "shop/carts.py": (
                    "if FAST:\n"
                    "    class CartStore:\n"
                    "        pass\n"
                    "else:\n"
                    "    CartStore = type('CartStore', (), {'close': lambda self, now: None})\n"
                ),
            },
            finds=(
                Expected(path="shop/carts.py", line=2, column=5, symbol="CartStore.close"),
                Expected(path="shop/carts.py", line=5, column=40, symbol="CartStore.close"),
            ),
        ),
    ),
)
