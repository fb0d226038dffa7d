from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from bot.scanner.dotted import Prefixes
from bot.scanner.facts import Facts, Import
from bot.scanner.kind import Checker, Example, Expected, Kind
from bot.scanner.modules import File, absolute
from bot.scanner.parameters import CONFIGURATION, DottedName, Help
from bot.scanner.probes import ImportProbe
from bot.scanner.snapshot import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Ways of doing the same thing that must not be mixed in one file."""

    __pydantic_config__ = CONFIGURATION

    modules: Annotated[
        tuple[DottedName, ...],
        Help("Two or more dotted paths, of which one file may import from one only."),
    ]

    def __post_init__(self) -> None:
        if len(set(self.modules)) < 2:
            raise ValueError("dual-import needs two or more different modules")


class DualImport(Checker):
    """Finds the first import of each module in a file."""

    def __init__(self, parameters: Parameters) -> None:
        self._modules = Prefixes(parameters.modules)
        # The same for every file and every order of imports: sorting imports adds no violation.
        self._symbol = " + ".join(parameters.modules)
        self.packages = parameters.modules  # in there, relative imports need not write the name
        self.probes = tuple(map(ImportProbe, parameters.modules))

    def check(self, file: File, facts: Facts) -> Iterator[Finding]:
        """One finding, at the first import of the module that comes second."""
        first: dict[str, Import] = {}
        for found in facts.imports:
            path = absolute(file.package, found.dotted)
            module = self._modules.over(path) if path is not None else None
            if module is not None:
                first.setdefault(module, found)
        if len(first) > 1:
            modules = list(first)
            second = first[modules[1]]
            yield Finding(
                second.line,
                second.column,
                self._symbol,
                f"imports from {' and from '.join(modules)}",
                second.context,
                details={"modules": modules},
            )


_PARAMETERS = Parameters(modules=("shop.carts", "shop.baskets"))

KIND = Kind(
    name="dual-import",
    summary="One violation for each file that imports from two or more of the modules.",
    parameters=Parameters,
    prepare=DualImport,
    examples=(
        Example(
            title="The first import of the second one is the place",
            parameters=_PARAMETERS,
            files={
                "app.py": (
                    "from shop.baskets import Basket\n"
                    "from shop.baskets import Item\n"
                    "from shop.carts import Cart\n"
                    "from shop.carts import Line\n"
                )
            },
            finds=(Expected(path="app.py", line=3, column=24, symbol="shop.carts + shop.baskets"),),
        ),
        Example(
            title="One of them, however often",
            parameters=_PARAMETERS,
            files={
                "a.py": "from shop.carts import Cart\nimport shop.carts.lines\n",
                "b.py": "from shop.baskets import Basket\n",
            },
        ),
    ),
)
