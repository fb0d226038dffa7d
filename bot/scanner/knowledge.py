"""What is known of blobs: remembered from earlier scans, or found out now and then remembered."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from bot.ports.clock import Cancellation
from bot.ports.scanning import Examinations, Memory, Wanted
from bot.scanner.facts import Depth, Examined, Facts
from bot.scanner.probes import Query

_KEPT_AT_A_TIME = 1024


class Known(NamedTuple):
    """One blob; `facts` are as deep as the examination says and as they were wanted."""

    blob: str
    examined: Examined
    facts: Facts | None


class Knowledge:
    """The answers to one query."""

    def __init__(self, query: Query, memory: Memory, examinations: Examinations) -> None:
        self._query = query
        self._digest = query.digest()
        self._memory = memory
        self._examinations = examinations
        self.found_out = 0  # blobs that had to be read

    def of(
        self, wanted: Mapping[str, Wanted], cancellation: Cancellation, *, entire: bool
    ) -> Iterator[Known]:
        """All of the wanted blobs, in any order.

        `entire` says that they are a whole tree's, so that all that is remembered is of use.
        """
        lacking = []
        remembered = self._memory.examined(self._digest, None if entire else wanted)
        facts = self._memory.facts(
            blob
            for blob, one in wanted.items()
            if blob in remembered and (one.depth or remembered[blob].depth)
        )
        for blob, one in wanted.items():
            examined = remembered.get(blob)
            if examined is not None and _lacks(examined, one):
                asked = one.asked | int.from_bytes(examined.asked, "little")
                lacking.append(one._replace(asked=asked, python=one.python or not examined.foreign))
            elif examined is None or _depth(facts.get(blob)) < max(examined.depth, one.depth):
                lacking.append(one)
            else:
                yield Known(blob, examined, facts.get(blob))
        if lacking:
            yield from self._find_out(lacking, cancellation)

    def _find_out(self, lacking: Sequence[Wanted], cancellation: Cancellation) -> Iterator[Known]:
        """Examine blobs, and remember what comes of it as it comes."""
        in_full = self._memory.known(one.blob for one in lacking)
        asked = [one._replace(known=True) if one.blob in in_full else one for one in lacking]
        unkept: dict[str, Examined] = {}
        for wanted, examined in self._examinations.examine(self._query, asked, cancellation):
            self.found_out += 1
            facts = examined.facts
            if wanted.known and (examined.depth or wanted.depth):
                facts = self._memory.facts([wanted.blob]).get(wanted.blob)
            yield Known(wanted.blob, examined, facts)
            if examined.lasting:
                unkept[wanted.blob] = examined
            if len(unkept) == _KEPT_AT_A_TIME:
                self._memory.keep(self._digest, unkept)
                unkept = {}
        self._memory.keep(self._digest, unkept)


def _lacks(examined: Examined, wanted: Wanted) -> bool:
    """Whether there are questions to a blob that it was not asked."""
    unasked = wanted.asked & ~int.from_bytes(examined.asked, "little")
    return unasked != 0 or (wanted.python and examined.foreign)


def _depth(facts: Facts | None) -> Depth:
    return Depth.NOTHING if facts is None else facts.depth
