from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from bot.scanner.globs import Globs
from bot.scanner.kind import Example, Expected, Finder, Kind
from bot.scanner.matches import Match, Reference
from bot.scanner.modules import File
from bot.scanner.parameters import CONFIGURATION, DottedName, Glob, Help
from bot.scanner.paths import meaning
from bot.scanner.probes import CallProbe
from bot.scanner.snapshot import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """What must not be called, such as a class that only its factory may make."""

    __pydantic_config__ = CONFIGURATION

    names: Annotated[
        tuple[DottedName, ...],
        Help("Dotted paths of functions and classes; only exactly these must not be called."),
    ]
    allow: Annotated[
        tuple[Glob, ...], Help("Files that may call them (gitignore-style globs).")
    ] = ()

    def __post_init__(self) -> None:
        if not self.names:
            raise ValueError("banned-call needs names")


class BannedCall(Finder):
    """Compares what is called, resolved through imports and aliases, with the banned paths."""

    def __init__(self, parameters: Parameters) -> None:
        # A bare name is a builtin's; the module in which these live can be imported, too.
        self._names = {name: name for name in parameters.names}
        self._names |= {f"builtins.{name}": name for name in parameters.names if "." not in name}
        self._allow = Globs(parameters.allow)
        self.probes = (CallProbe(parameters.names),)

    def covers(self, path: str) -> bool:
        """Every file but those that may call it."""
        return not self._allow.match(path)

    def report(self, file: File, matches: Sequence[Match]) -> Iterator[Finding]:
        """A finding for each call."""
        for one in matches:
            assert isinstance(one, Reference)
            paths = meaning(one.paths, file)
            name = next((self._names[path] for path in paths if path in self._names), None)
            if name is not None:
                yield Finding(one.line, one.column, name, f"call of {name}", one.context, one.via)


_MANAGER = Parameters(names=("shop.managers.Manager",), allow=("shop/factory.py",))

KIND = Kind(
    name="banned-call",
    summary="One violation for each call of a banned function or class outside the allowed files.",
    parameters=Parameters,
    prepare=BannedCall,
    examples=(
        Example(
            title="Construction that bypasses the factory, by whatever name",
            parameters=_MANAGER,
            files={
                "app.py": (
                    "import shop.managers\n"
                    "import shop.managers as m\n"
                    "from shop.managers import Manager as Direct\n"
                    "\n"
                    "Alias = Direct\n"
                    "shop.managers.Manager()\n"
                    "m.Manager(1)\n"
                    "\n"
                    "def handler():\n"
                    "    return Alias(2), Direct[int](3)\n"
                ),
                "shop/managers.py": (
                    "class Manager:\n"
                    "    @classmethod\n"
                    "    def make(cls):\n"
                    "        return Manager()\n"
                ),
                "shop/views.py": "from .managers import Manager\n\n@Manager\ndef view(): ...\n",
            },
            finds=(
                Expected(path="app.py", line=6, column=15, symbol="shop.managers.Manager"),
                Expected(path="app.py", line=7, column=3, symbol="shop.managers.Manager"),
                Expected(path="app.py", line=10, column=12, symbol="shop.managers.Manager"),
                Expected(path="app.py", line=10, column=22, symbol="shop.managers.Manager"),
                Expected(
                    path="shop/managers.py", line=4, column=16, symbol="shop.managers.Manager"
                ),
                Expected(path="shop/views.py", line=3, column=2, symbol="shop.managers.Manager"),
            ),
        ),
        Example(
            title="Not a use without a call, another class of that name, or a local variable",
            parameters=_MANAGER,
            files={
                "app.py": (
                    "from other.managers import Manager\n"
                    "import shop.managers\n"
                    "\n"
                    "Manager()\n"
                    "isinstance(1, shop.managers.Manager)\n"
                    "shop.managers.Manager.create()\n"
                ),
                "views.py": (
                    "from shop.managers import Manager\n"
                    "\n"
                    "def view(Manager):\n"
                    "    return Manager()\n"
                ),
            },
        ),
        Example(
            title="In the factory itself",
            parameters=_MANAGER,
            files={"shop/factory.py": "from shop.managers import Manager\n\nManager()\n"},
        ),
        Example(
            title="A builtin, unless the name is bound to something else",
            parameters=Parameters(names=("eval",)),
            files={"a.py": "eval('1')\n", "b.py": "from safe import eval\n\neval('1')\n"},
            finds=(Expected(path="a.py", line=1, column=1, symbol="eval"),),
        ),
    ),
)
