"""Whether a module may bind a name that matches: told by the words in its text, without a parser.

A name that a module binds or defines stands in its text as a word, in code or in a string.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from bot.scanner.names import full_match
from bot.scanner.reading import Reading

_REMEMBERED: Final = 1 << 14  # words; the same ones stand in text after text
_WORD: Final = re.compile(rb"[\w\x80-\xff]++")
_OF_WORDS: Final = bytes(byte for byte in range(256) if _WORD.match(bytes([byte])))
_LONGEST: Final = 250  # bytes before and after; what is longer counts as a candidate


def candidates(pattern: str, parts: Sequence[bytes]) -> Callable[[Reading], bool]:
    """Whether a text holds a word that matches an expression of RE2 as a whole; no is certain.

    `parts` are texts of which one is in every word that matches; empty where there are none.
    """
    full = full_match(pattern)

    @lru_cache(_REMEMBERED)
    def matches(word: bytes) -> bool:
        return bool(full(word.decode("utf-8", "replace")))

    def found(reading: Reading) -> bool:
        text = reading.compared
        if not parts:
            return any(map(matches, set(_WORD.findall(text))))
        return any(
            word is None or matches(word) for part in parts for word in _words_with(part, text)
        )

    return found


def _words_with(part: bytes, text: bytes) -> Iterator[bytes | None]:
    """The whole words around each place of a part of a word; None for a very long one."""
    at = text.find(part)
    while at >= 0:
        before = text[max(at - _LONGEST, 0) : at]
        start = at - len(before) + len(before.rstrip(_OF_WORDS))
        after = _WORD.match(text, at, at + _LONGEST)
        assert after is not None  # the part is of such bytes
        if max(at - start, len(after[0])) == _LONGEST:
            yield None
            return
        yield text[start : after.end()]
        at = text.find(part, after.end())
