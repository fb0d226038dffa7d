"""The first tier: which probes a text may hit, by the words in it alone."""

from collections.abc import Callable, Sequence

from bot.scanner.probes import Probe, words

_FEW = 4  # so many searches for a word take as long as one pass with an automaton


class Sieve:
    """Made once for a query, used on every blob."""

    def __init__(self, probes: Sequence[Probe]) -> None:
        self._always = 0
        self._of_word: dict[bytes, int] = {}
        for number, probe in enumerate(probes):
            any_of = words(probe)
            if not any_of:
                self._always |= 1 << number
            for word in any_of:
                self._of_word[word] = self._of_word.get(word, 0) | 1 << number
        self._find = _finder(list(self._of_word.items()))

    def sift(self, text: bytes) -> int:
        """The probes that `text` may hit, one bit each."""
        return self._always | self._find(text)


def _finder(items: Sequence[tuple[bytes, int]]) -> Callable[[bytes], int]:
    return _one_by_one(items) if len(items) <= _FEW else _all_at_once(items)


def _one_by_one(items: Sequence[tuple[bytes, int]]) -> Callable[[bytes], int]:
    def find(text: bytes) -> int:
        found = 0
        for word, bits in items:
            if word in text:
                found |= bits
        return found

    return find


def _all_at_once(items: Sequence[tuple[bytes, int]]) -> Callable[[bytes], int]:
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
