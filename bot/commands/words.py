"""One line of a comment, split into words and options the way a shell user expects.

Quotes open at the beginning of a word, or of an option's value, and close before a space or at the
end of the line, so an apostrophe inside a word is a letter. Phones and word processors write
typographic quotes, and a long dash for two hyphens; those count as what was meant. Backticks quote
too: it is how names are written in comments.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_CLOSING: Final = {
    '"': '"',
    "'": "'",
    "`": "`",
    "\N{LEFT DOUBLE QUOTATION MARK}": "\N{RIGHT DOUBLE QUOTATION MARK}",
    "\N{DOUBLE LOW-9 QUOTATION MARK}": (
        "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"
    ),
    "\N{LEFT SINGLE QUOTATION MARK}": "\N{RIGHT SINGLE QUOTATION MARK}",
    "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}": (
        "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}"
    ),
}
_OPTION: Final = re.compile(
    "(?:--|[\N{EM DASH}\N{EN DASH}])(?P<name>[A-Za-z][A-Za-z0-9-]*)(?P<is>=)?"
)
_BARE: Final = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with what somebody typed: a sentence without capital and full stop."""

    text: str


@dataclass(frozen=True, slots=True)
class Word:
    """A word of its own (`option` is None), or an option; `text` is what stands behind its `=`."""

    text: str | None
    option: str | None = None


def split(line: str) -> Sequence[Word] | Problem:
    """The words of one line; a `Problem` where a quotation mark is not closed."""
    words: list[Word] = []
    position = 0
    while (found := _BARE.search(line, position)) is not None:
        start = found.start()
        option = _option(line, start)
        if option is not None:
            start = option.end()
        if option is not None and option["is"] is None:
            words.append(Word(None, option["name"]))
            position = start
            continue
        closed = _quoted(line, start)
        if isinstance(closed, Problem):
            return closed
        text, position = closed or _bare(line, start)
        words.append(Word(text, option["name"] if option else None))
    return words


def _option(line: str, start: int) -> re.Match[str] | None:
    found = _OPTION.match(line, start)
    if found is None or found["is"]:
        return found
    return found if found.end() == len(line) or line[found.end()].isspace() else None


def _quoted(line: str, start: int) -> tuple[str, int] | Problem | None:
    """The text between quotation marks and the position behind them; None where none opens."""
    closing = _CLOSING.get(line[start : start + 1])
    if closing is None:
        return None
    text: list[str] = []
    position = start + 1
    while position < len(line):
        char, after = line[position], line[position + 1 : position + 2]
        if char == "\\" and after and after in f"\\{closing}":
            text.append(after)
            position += 2
            continue
        if char in closing and (not after or after.isspace()):
            return "".join(text), position + 1
        text.append(char)
        position += 1
    return Problem("a quotation mark is opened and not closed")


def _bare(line: str, start: int) -> tuple[str, int]:
    found = _BARE.match(line, start)
    return (found[0], found.end()) if found else ("", start)
