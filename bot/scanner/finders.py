"""Asks the probes that find by themselves about one blob."""

from collections.abc import Callable, Iterable, Iterator

from bot.scanner.facts import Problem, Trouble
from bot.scanner.matches import Found, Match
from bot.scanner.probes import (
    ModuleProbe,
    OwnProbe,
    Probe,
    Query,
    SyntaxProbe,
    words,
)
from bot.scanner.reading import Reading

Answer = tuple[Iterable[Match], Problem | None]
Ask = Callable[[Reading], Answer]

_NOTHING: Answer = ((), None)


class Finders:
    """The finding probes of one query. What one of them needs is loaded when it is asked."""

    def __init__(self, query: Query) -> None:
        self._probes = query.probes
        self._worded = sum(1 << n for n, probe in enumerate(query.probes) if words(probe))
        self._prepared: dict[int, Ask] = {}

    def find(
        self, reading: Reading, asked: int, sifted: int
    ) -> tuple[tuple[Found, ...], tuple[Trouble, ...]]:
        """What the probes that are `asked` find, and what troubles them; one bit for each.

        `sifted` are the probes of whose words the text holds one.
        """
        found: list[Found] = []
        troubles: list[Trouble] = []
        for number in _numbers(asked & ~(self._worded & ~sifted)):
            ask = self._prepared.get(number)
            if ask is None:
                ask = self._prepared[number] = _prepared(self._probes[number])
            matches, problem = ask(reading)
            found.extend(Found(number, one) for one in matches)
            if problem is not None:
                troubles.append(Trouble(number, problem))
        return tuple(found), tuple(troubles)


def bits(mask: int) -> bytes:
    """A mask as bytes, little-endian."""
    return mask.to_bytes((mask.bit_length() + 7) // 8, "little")


def _numbers(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def _prepared(probe: Probe) -> Ask:
    if isinstance(probe, OwnProbe):
        from bot.scanner.kinds import kind

        answers = kind(probe.kind).answers
        assert answers is not None
        return answers(probe.question)
    if isinstance(probe, ModuleProbe):
        from bot.scanner.symbols.ask import about

        return about(probe)
    assert isinstance(probe, SyntaxProbe)
    return _in_syntax(probe)


def _in_syntax(probe: SyntaxProbe) -> Ask:
    from bot.scanner.reach import suspects

    suspected = suspects(probe)

    def ask(reading: Reading) -> Answer:
        if (reading.problem is not None and reading.problem.skipped) or not suspected(reading):
            return _NOTHING
        try:
            references, problem = reading.references
            return list(references.answer(probe)), problem
        except RecursionError:
            return (), Problem("nested too deeply")

    return ask
