from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from bot.scanner.kind import Example, Expected, Finder, Kind
from bot.scanner.matches import Match, State
from bot.scanner.modules import File
from bot.scanner.parameters import CONFIGURATION, Help
from bot.scanner.probes import StateProbe
from bot.scanner.snapshot import Finding

Construct = Literal["global", "module-mutable", "cached-factory", "class-mutable", "singleton"]
_MESSAGES = {
    "global": "{name} of the module is bound anew by a function",
    "module-mutable": "{name} of the module is changed by a function",
    "cached-factory": "{name} remembers for all callers",
    "class-mutable": "{name} is changed through objects, and shared by all of them",
    "singleton": "{name} is one for all users",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """State that all users of a module share."""

    __pydantic_config__ = CONFIGURATION

    constructs: Annotated[
        tuple[Construct, ...],
        Help(
            "What to look for: `global` (a function binds a name of the module anew), "
            "`module-mutable` (a function changes a container at the top of the module), "
            "`cached-factory` (lru_cache or cache on a function, or a shared dict of results whose "
            "key leaves out a parameter), `class-mutable` (a container of a class is changed "
            "through its objects), `singleton` (the _instance idiom)."
        ),
    ] = get_args(Construct)

    def __post_init__(self) -> None:
        if not self.constructs:
            raise ValueError("shared-state needs constructs")


class SharedState(Finder):
    """Tells each piece of state once, by the construct that shares it."""

    def __init__(self, parameters: Parameters) -> None:
        self.probes = (StateProbe(tuple(sorted(set(parameters.constructs)))),)

    def report(self, file: File, matches: Sequence[Match]) -> Iterator[Finding]:
        """A finding for each name, attribute or function; details tell where it is changed."""
        del file
        for one in matches:
            assert isinstance(one, State)
            message = _MESSAGES[one.construct].format(name=one.name)
            details: dict[str, object] = {"construct": one.construct}
            if one.detail:
                message, details["detail"] = f"{message}: {one.detail}", one.detail
            if one.changed:
                lines = ", ".join(map(str, one.changed))
                message, details["changed"] = f"{message} (line {lines})", list(one.changed)
            yield Finding(
                one.line,
                one.column,
                one.name,
                message,
                one.context,
                via=one.construct,
                details=details,
            )


KIND = Kind(
    name="shared-state",
    summary=(
        "One violation for each piece of module-level or class-level state that all users share: a "
        "name, a class attribute, or a function that remembers."
    ),
    parameters=Parameters,
    prepare=SharedState,
    examples=(
        Example(
            title="A global that functions bind anew",
            parameters=Parameters(constructs=("global",)),
            files={
                "app.py": (
                    "current = None\n"
                    "limit = 10\n"
                    "\n"
                    "def login(user):\n"
                    "    global current, limit\n"
                    "    current = user\n"
                    "    return limit\n"
                )
            },
            finds=(Expected(path="app.py", line=5, column=5, symbol="current"),),
        ),
        Example(
            title="A container at the top of a module that a function changes",
            parameters=Parameters(constructs=("module-mutable",)),
            files={
                "app.py": (
                    "from collections import defaultdict\n"
                    "\n"
                    "SESSIONS: dict[str, str] = {}\n"
                    "by_user = defaultdict(list)\n"
                    "NAMES = ['a', 'b']\n"
                    "\n"
                    "def login(user, names):\n"
                    "    SESSIONS[user] = NAMES[0]\n"
                    "    by_user[user].append(1)\n"
                    "    names.append(user)\n"
                )
            },
            finds=(
                Expected(path="app.py", line=3, column=1, symbol="SESSIONS"),
                Expected(path="app.py", line=4, column=1, symbol="by_user"),
            ),
        ),
        Example(
            title="What is filled once at import, or belongs to a function, is not shared state",
            parameters=Parameters(),
            files={
                "app.py": (
                    "NAMES = []\n"
                    "NAMES.append('a')  # def f(): NAMES.append('b')\n"
                    "for name in NAMES:\n"
                    "    NAMES[0] = name\n"
                    "\n"
                    "def collect(NAMES):\n"
                    "    NAMES.append(1)\n"
                    "    seen = {}\n"
                    "    seen[1] = NAMES\n"
                    "    return seen\n"
                )
            },
        ),
        Example(
            title="Functions that remember results for everybody",
            parameters=Parameters(constructs=("cached-factory",)),
            files={
                "app.py": (
                    "from functools import lru_cache\n"
                    "\n"
                    "_managers = {}\n"
                    "\n"
                    "@lru_cache(maxsize=None)\n"
                    "def settings():\n"
                    "    return load()\n"
                    "\n"
                    "def manager(user, region):\n"
                    "    key = f'm-{region}'\n"
                    "    if key not in _managers:\n"
                    "        _managers[key] = make(user, region)\n"
                    "    return _managers[key]\n"
                    "\n"
                    "def by_both(user, region):\n"
                    "    _managers[user, region] = made = make(user, region)\n"
                    "    return _managers.get((user, region), made)\n"
                    "\n"
                    "def register(name, handler):\n"
                    "    _managers[name] = handler\n"
                    "    return _managers[name]\n"
                )
            },
            finds=(
                Expected(path="app.py", line=6, column=1, symbol="settings"),
                Expected(path="app.py", line=9, column=1, symbol="manager"),
            ),
        ),
        Example(
            title="A container of a class that its objects share",
            parameters=Parameters(constructs=("class-mutable",)),
            files={
                "app.py": (
                    "class Cart:\n"
                    "    items = []\n"
                    "    prices = {}\n"
                    "    names = []\n"
                    "\n"
                    "    def __init__(self):\n"
                    "        self.prices = {}\n"
                    "\n"
                    "    def add(self, item):\n"
                    "        self.items.append(item)\n"
                    "        self.prices[item] = 1\n"
                    "        return self.names[0]\n"
                )
            },
            finds=(Expected(path="app.py", line=2, column=5, symbol="Cart.items"),),
        ),
        Example(
            title="One instance for all",
            parameters=Parameters(constructs=("singleton",)),
            files={
                "app.py": (
                    "class Manager:\n"
                    "    _instance = None\n"
                    "\n"
                    "    def __new__(cls):\n"
                    "        if cls._instance is None:\n"
                    "            cls._instance = super().__new__(cls)\n"
                    "        return cls._instance\n"
                    "\n"
                    "_bus_instance = None\n"
                    "\n"
                    "def bus():\n"
                    "    global _bus_instance\n"
                    "    _bus_instance = _bus_instance or Bus()\n"
                    "    return _bus_instance\n"
                )
            },
            finds=(
                Expected(path="app.py", line=2, column=5, symbol="Manager._instance"),
                Expected(path="app.py", line=9, column=1, symbol="_bus_instance"),
            ),
        ),
    ),
)
