"""The first tier: which probes a text may hit, by the words in it alone.

One pass over the text with hyperscan, where it is installed; else with RE2, or, for a few words,
one search for each. All three find the same.
"""

from collections.abc import Callable, Sequence

from bot.scanner.probes import FINDING, Probe, words

_FEW = 4  # so many searches for a word take as long as one pass with RE2

Words = Sequence[tuple[bytes, int]]
Finder = Callable[[bytes], int]


class Sieve:
    """Made once for a query, used on every blob.

    `marks` are words that matter by themselves; their bits come after those of the probes. Finding
    probes without words are left out: they are asked whatever the text says. For `few` texts no
    library is loaded.
    """

    def __init__(
        self, probes: Sequence[Probe], marks: Sequence[bytes] = (), *, few: bool = False
    ) -> None:
        self._always = 0
        self._of_word: dict[bytes, int] = {}
        for number, probe in enumerate(probes):
            any_of = words(probe)
            if not any_of and not isinstance(probe, FINDING):
                self._always |= 1 << number
            for word in any_of:
                self._of_word[word] = self._of_word.get(word, 0) | 1 << number
        for number, mark in enumerate(marks, start=len(probes)):
            self._of_word[mark] = self._of_word.get(mark, 0) | 1 << number
        items = list(self._of_word.items())
        self._find = one_by_one(items) if few else finder(items)

    def sift(self, text: bytes) -> int:
        """The probes that `text` may hit and the marks that it holds, one bit each."""
        return self._always | self._find(text)


def finder(items: Words) -> Finder:
    """The fastest way here to find words in texts: the bits of those that a text holds."""
    if len(items) > 1 and (quickest := with_hyperscan(items)) is not None:
        return quickest
    return one_by_one(items) if len(items) <= _FEW else with_re2(items)


def one_by_one(items: Words) -> Finder:
    """One search for each word."""

    def find(text: bytes) -> int:
        found = 0
        for word, bits in items:
            if word in text:
                found |= bits
        return found

    return find


def with_re2(items: Words) -> Finder:
    """One pass with RE2."""
    import re2

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1  # bytes are bytes
    options.literal = True
    options.max_mem = 64 << 20  # far above what words need; an automaton that is full finds nothing
    automaton = re2.Set.SearchSet(options)
    for word, _ in items:
        automaton.Add(word)
    automaton.Compile()

    def find(text: bytes) -> int:
        found = 0
        for number in automaton.Match(text) or ():
            found |= items[number][1]
        return found

    return find


def with_hyperscan(items: Words) -> Finder | None:
    """One pass with hyperscan; None where it is not installed, or has no build for this machine."""
    try:
        import hyperscan
    except ImportError:
        return None
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    try:
        database.compile(
            expressions=[b"".join(b"\\x%02x" % byte for byte in word) for word, _ in items],
            ids=list(range(len(items))),
            elements=len(items),
            flags=[hyperscan.HS_FLAG_SINGLEMATCH] * len(items),
        )
    except hyperscan.HyperscanError:  # a processor without the instructions that it needs
        return None
    found = 0

    def note(number: int, start: int, end: int, flags: int, context: object) -> None:
        del start, end, flags, context
        nonlocal found
        found |= items[number][1]

    def find(text: bytes) -> int:
        nonlocal found
        found = 0
        database.scan(text, match_event_handler=note)
        return found

    return find
