from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import msgspec

from bot.scanner.facts import Facts
from bot.scanner.kind import Example, Expected, Kind, Survey
from bot.scanner.matches import CONSTANT, HERE, Match, Registration
from bot.scanner.modules import File
from bot.scanner.parameters import CONFIGURATION, Argument, DottedName, Help
from bot.scanner.paths import ends_in, meaning
from bot.scanner.probes import RegistrationProbe
from bot.scanner.snapshot import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """A registry in which every key has one handler."""

    __pydantic_config__ = CONFIGURATION

    call: Annotated[
        DottedName,
        Help(
            "The function or decorator that registers: a bare name, or a dotted path in which what "
            "is called ends."
        ),
    ]
    key: Annotated[
        Argument, Help("Which argument is the key: its position, from 0, or its keyword.")
    ] = 0


class _Bound(msgspec.Struct, frozen=True, array_like=True):
    """One registration: its place, and its key, for people and as it is compared."""

    line: int
    column: int
    text: str
    key: str
    handler: str
    context: str


class _Registry(msgspec.Struct, frozen=True, array_like=True):
    """The registrations in one file."""

    bound: tuple[_Bound, ...]


class DuplicateRegistration(Survey):
    """Goes through all registrations, in the order of paths and lines."""

    note = _Registry

    def __init__(self, parameters: Parameters) -> None:
        self._call = parameters.call
        self.probes = (RegistrationProbe(parameters.call, parameters.key),)

    def take(self, file: File, facts: Facts, matches: Sequence[Match]) -> _Registry | None:
        """The registrations in a file, with what names stand for there."""
        del facts
        bound = []
        for one in matches:
            assert isinstance(one, Registration)
            if any(ends_in(path, self._call) for path in meaning(one.register, file)):
                key = _identity(one.key, file)
                handler = " ".join(
                    f"{keyword} {_identity(paths, file)}" for keyword, *paths in one.handler
                )
                text = one.text if key.startswith(CONSTANT) else key
                bound.append(_Bound(one.line, one.column, text, key, handler, one.context))
        return _Registry(tuple(bound)) if bound else None

    def conclude(self, notes: Mapping[str, _Registry]) -> Iterator[tuple[str, Finding]]:
        """A finding for each registration whose key is bound to something else already."""
        first: dict[str, tuple[str, _Bound]] = {}
        for path, note in notes.items():
            for one in note.bound:
                where, before = first.setdefault(one.key, (path, one))
                if before.handler != one.handler:
                    place = f"{where}:{before.line}"
                    message = f"{one.text} is registered already, with another handler, at {place}"
                    details = {"first": place}
                    yield (
                        path,
                        Finding(
                            *(one.line, one.column, one.text, message, one.context),
                            via="call",
                            details=details,
                        ),
                    )


def _identity(paths: Sequence[str], file: File) -> str:
    """What is the same for the same thing in all files: where its names lead in the end."""
    last = paths[-1]
    if last.startswith(CONSTANT):
        return last
    return f"{file.path}{last}" if last.startswith(HERE) else next(meaning([last], file), last)


_ROUTES = Parameters(call="register", key=0)

KIND = Kind(
    name="duplicate-registration",
    summary="One violation for each registration whose key already has a different handler.",
    parameters=Parameters,
    prepare=DuplicateRegistration,
    scope="repository",
    examples=(
        Example(
            title="Two handlers for one key",
            parameters=_ROUTES,
            files={
                "shop/a.py": (
                    "from shop.registry import register\n"
                    "from shop.carts import show\n"
                    "\n"
                    'register("cart", show)\n'
                ),
                "shop/b.py": (
                    'from shop import registry\n\n@registry.register("cart")\ndef show(): ...\n'
                ),
            },
            finds=(Expected(path="shop/b.py", line=3, column=20, symbol="cart"),),
        ),
        Example(
            title="The same handler twice, other keys, and keys that nobody knows beforehand",
            parameters=_ROUTES,
            files={
                "shop/a.py": (
                    "from shop.carts import show\n"
                    "\n"
                    'register("cart", show)\n'
                    'register("basket", lambda: 1)\n'
                    "for name in names:\n"
                    '    register(f"cart-{name}", other)\n'
                ),
                "shop/b.py": 'import shop.carts\n\nregister("cart", shop.carts.show)\n',
                "shop/carts.py": 'def show(): ...\n\nregister("cart", show)\n',
            },
        ),
        Example(
            title="A key that is a name, given by keyword",
            parameters=Parameters(call="bus.subscribe", key="event"),
            files={
                "shop/a.py": (
                    "from shop.events import Event\n"
                    "\n"
                    "bus.subscribe(print, event=Event.PAID)\n"
                    "other.subscribe(repr, event=Event.PAID)\n"
                ),
                "shop/b.py": (
                    "import shop.events as e\n\nself.bus.subscribe(len, event=e.Event.PAID)\n"
                ),
            },
            finds=(Expected(path="shop/b.py", line=3, column=31, symbol="shop.events.Event.PAID"),),
        ),
    ),
)
