"""Regular expressions of users, on any text: RE2 takes time that is linear in it."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from bot.scanner.facts import Problem
from bot.scanner.matches import Span
from bot.scanner.reading import Reading
from bot.scanner.texts import Lines, excerpt

MOST_MATCHES: Final = 10_000  # in one file
_MEMORY: Final = 64 << 20  # bytes; an automaton that has too few gives way to a slow one
_BY_LINES: Final = "(?m)"  # ^ and $ match at the ends of lines
_TOO_MANY: Final = Problem(f"has more than {MOST_MATCHES} matches of one expression")

_PLAIN: Final = re.compile(r"\\[^\w]|[^\\\[\](){}|.*+?^$]")
_CLASS: Final = re.compile(r"\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]", re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(?:[pP](?:\{\^?\w+\}|\w)|x\{\w+\}|x\w\w|[0-7]{1,3}|.)", re.DOTALL)


def compiled(pattern: str, memory: int = _MEMORY) -> Any:
    """The expression, for bytes; raises `re2.error`."""
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = memory
    return re2.compile((_BY_LINES + pattern).encode(), options)


def group_of(searched: Any, group: int | str) -> int | None:
    """The number of a group, None if there is no such group."""
    named = {name.decode(): number for name, number in searched.groupindex.items()}
    number = named.get(group) if isinstance(group, str) else group
    return number if number is not None and number <= searched.groups else None


def expression(
    pattern: str, group: int | str
) -> Callable[[Reading], tuple[list[Span], Problem | None]]:
    """Finds what a group of an expression matches in a text, where that is not empty."""
    searched = compiled(pattern)
    literal = required(pattern)
    number = group_of(searched, group) or 0

    def ask(reading: Reading) -> tuple[list[Span], Problem | None]:
        text = reading.plain
        if text is None or literal not in text:
            return [], reading.unplain
        spans: list[Span] = []
        for span in _spans(searched, text, number):
            if len(spans) == MOST_MATCHES:
                return spans, _TOO_MANY
            spans.append(span)
        return spans, reading.unplain

    return ask


def _spans(searched: Any, text: bytes, group: int) -> Iterator[Span]:
    lines = Lines(text)
    for match in searched.finditer(text):
        start, end = match.span(group)
        if 0 <= start < end:
            yield Span(*lines.place(start), excerpt(text[start:end].decode("utf-8", "replace")))


def required(pattern: str) -> bytes:
    """The longest text that whatever matches must hold; empty where that is not plain to see."""
    if "|" in pattern or "(?" in pattern or "\\Q" in pattern:
        return b""
    runs = [""]
    position = depth = 0
    while position < len(pattern):
        plain = _PLAIN.match(pattern, position) if not depth else None
        if plain is not None:
            position = plain.end()
            follows = pattern[position : position + 1]
            if follows and follows in "?*{":
                runs.append("")
            else:
                runs[-1] += plain[0][-1]
            continue
        runs.append("")
        character = pattern[position]
        token = _CLASS.match(pattern, position) or _ESCAPE.match(pattern, position)
        depth += (character == "(") - (character == ")")
        position = token.end() if token is not None else position + 1
        if character == "{":
            position = pattern.find("}", position) + 1 or position
    return max(runs, key=len).encode()
