from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import msgspec

from bot.scanner.facts import Facts
from bot.scanner.globs import Globs
from bot.scanner.kind import Example, Expected, Kind, Survey
from bot.scanner.matches import Emission, Match
from bot.scanner.modules import File
from bot.scanner.parameters import CONFIGURATION, DottedName, Glob, Help, Text
from bot.scanner.paths import ends_in, meaning
from bot.scanner.probes import EmissionProbe
from bot.scanner.snapshot import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Events that must be emitted, and only by those who answer for them."""

    __pydantic_config__ = CONFIGURATION

    events: Annotated[tuple[Text, ...], Help("Names of the events that are required.")]
    emitters: Annotated[
        tuple[Glob, ...], Help("Files that emit them, and nobody else (gitignore-style globs).")
    ]
    calls: Annotated[
        tuple[DottedName, ...],
        Help(
            "Functions that emit: bare names, or dotted paths in which what is called ends. The "
            "event is any positional or keyword argument that is a string."
        ),
    ]

    def __post_init__(self) -> None:
        for name in ("events", "emitters", "calls"):
            if not getattr(self, name):
                raise ValueError(f"event-contract needs {name}")


class _Emitted(msgspec.Struct, frozen=True, array_like=True):
    """The places at which a file emits events."""

    places: tuple[tuple[int, int, str, str], ...]  # line, column, event, context


class EventContract(Survey):
    """Compares who emits events with who has to."""

    note = _Emitted

    def __init__(self, parameters: Parameters) -> None:
        self._events = parameters.events
        self._calls = parameters.calls
        self._emitters = Globs(parameters.emitters)
        self._where = ", ".join(parameters.emitters)
        self.probes = (EmissionProbe(parameters.calls, parameters.events),)

    def take(self, file: File, facts: Facts, matches: Sequence[Match]) -> _Emitted | None:
        """The calls in a file that are of an emitting function."""
        del facts
        places = []
        for one in matches:
            assert isinstance(one, Emission)
            paths = meaning(one.emitter, file)
            if any(ends_in(path, name) for path in paths for name in self._calls):
                places.append((one.line, one.column, one.event, one.context))
        return _Emitted(tuple(places)) if places else None

    def conclude(self, notes: Mapping[str, _Emitted]) -> Iterator[tuple[str, Finding]]:
        """A finding for each event that no emitter emits, and for each emission elsewhere."""
        missing = dict.fromkeys(self._events)
        for path, note in notes.items():
            expected = self._emitters.match(path)
            for line, column, event, context in note.places:
                if expected:
                    missing.pop(event, None)
                else:
                    message = f"{event} is emitted here; only {self._where} may"
                    yield path, Finding(line, column, event, message, context, via="call")
        for event in missing:
            message = f"no emitter emits {event} (looked for in {self._where})"
            yield "", Finding(1, 1, event, message, via="absence")


_CONTRACT = Parameters(
    events=("order_placed", "order_paid"), emitters=("shop/events/**",), calls=("emit",)
)
_BOTH = (
    "from shop.bus import emit\n"
    "\n"
    "PAID = 'order_paid'\n"
    "\n"
    "async def place(bus, order):\n"
    "    await emit('order_placed', order)\n"
    "    bus.emit(order, name=PAID)\n"
)

KIND = Kind(
    name="event-contract",
    summary=(
        "One violation for each required event that no emitter emits, and for each place that "
        "emits one outside the emitters."
    ),
    parameters=Parameters,
    prepare=EventContract,
    scope="repository",
    examples=(
        Example(
            title="Every event is emitted, and only where it may be",
            parameters=_CONTRACT,
            files={
                "shop/events/orders.py": _BOTH,
                "shop/views.py": (
                    "def view(log):\n"
                    "    log('order_placed')  # emit('order_placed')\n"
                    "    emit('order_placed_twice')\n"
                ),
            },
        ),
        Example(
            title="Emitted by somebody else",
            parameters=_CONTRACT,
            files={
                "shop/events/orders.py": _BOTH,
                "shop/views.py": (
                    "from shop.bus import emit as send\n\nsend('order_' 'paid', id=1)\n"
                ),
            },
            finds=(Expected(path="shop/views.py", line=3, column=6, symbol="order_paid"),),
        ),
        Example(
            title="Emitted by nobody: the place is that of the rule",
            parameters=_CONTRACT,
            files={"shop/events/orders.py": "self.bus.emit('order_placed')\n"},
            finds=(Expected(path=".github/canon.yml", line=1, column=1, symbol="order_paid"),),
        ),
    ),
)
