"""Suggested lines, where they can be shown as exactly what they are."""

from collections.abc import Iterator, Sequence
from typing import Final

from bot.domain.violation import Violation
from bot.reports.plain import LONGEST

_MOST_LINES: Final = 12


def shown(violation: Violation) -> str | None:
    """The suggested lines of a violation; None where showing would change or shorten them."""
    if violation.suggestion is None:
        return None
    text = violation.suggestion.text
    lines = text.split("\n")
    fit = len(lines) <= _MOST_LINES and all(len(line) <= LONGEST for line in lines)
    return (
        text
        if fit and all(line.isprintable() and line == line.rstrip() for line in lines)
        else None
    )


def suggestions(violations: Sequence[Violation]) -> Iterator[str | None]:
    """What each of them shows: where several stand in one statement, the first one alone."""
    seen = set()
    for violation in violations:
        suggestion = violation.suggestion
        key = (violation.path, suggestion and suggestion.start_line)
        yield None if key in seen else shown(violation)
        if suggestion is not None:
            seen.add(key)
