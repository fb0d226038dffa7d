"""How the lines of a file changed: hunks of a difference without context."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hunk:
    """`before` lines from `start_before` on became `after` lines from `start_after` on.

    Lines are 1-based. Where a side has none, its start is the line after which they would stand,
    as in unified diffs.
    """

    start_before: int
    before: int
    start_after: int
    after: int


def moved(line: int, hunks: Sequence[Hunk]) -> int | None:
    """Where a line stands after all hunks of its file; None for one that was changed or removed."""
    shift = 0
    for hunk in hunks:
        first = hunk.start_before if hunk.before else hunk.start_before + 1
        if line < first:
            break
        if line < first + hunk.before:
            return None
        shift += hunk.after - hunk.before
    return line + shift
