"""Asks the probes that find by themselves about one blob."""

from bot.scanner.facts import Trouble
from bot.scanner.matches import Found
from bot.scanner.probes import Query
from bot.scanner.reading import Reading


class Finders:
    """The finding probes of one query."""

    def __init__(self, query: Query) -> None:
        self._query = query

    def find(
        self, reading: Reading, asked: int, sifted: int
    ) -> tuple[tuple[Found, ...], tuple[Trouble, ...]]:
        """What the probes that are `asked` (one bit each) find, and what troubles them."""
        return (), ()


def bits(mask: int) -> bytes:
    """A mask as bytes, little-endian."""
    return mask.to_bytes((mask.bit_length() + 7) // 8, "little")
