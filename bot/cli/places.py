"""Violations as a terminal shows them: by file, each with its source line.

Everything from a repository goes through `visible`: it could hold escape sequences.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final

from bot.reports.plain import visible

if TYPE_CHECKING:
    from bot.cli.sources import Lines
    from bot.cli.terminal import Palette
    from bot.domain.scan import FileProblem
    from bot.domain.violation import Violation

_WIDEST: Final = 120
_MOST_FILES: Final = 20


def places(
    violations: "Iterable[Violation]", lines: "Lines", palette: "Palette", indent: str
) -> Iterator[str]:
    """One line for each file, and below it one for each violation, in the order given."""
    for path, grouped in groupby(violations, key=lambda violation: violation.path):
        inside = list(grouped)
        positions = [f"{violation.line}:{violation.column}" for violation in inside]
        width = max(map(len, positions))
        yield indent + palette.place(visible(path))
        for position, violation in zip(positions, inside, strict=True):
            source = lines.get((path, violation.line), "").strip() or violation.symbol
            yield f"{indent}  {position:>{width}}  {visible(source, _WIDEST)}" + _remark(
                violation, palette
            )


def unread(problems: "Sequence[FileProblem]", heading: str) -> Iterator[str]:
    """Files that were not read, or not in full, and why."""
    if problems:
        yield f"{heading}:"
    for problem in problems[:_MOST_FILES]:
        yield f"  {visible(problem.path)}: {visible(problem.reason)}"
    if len(problems) > _MOST_FILES:
        yield f"  and {len(problems) - _MOST_FILES:,} more"


def _remark(violation: "Violation", palette: "Palette") -> str:
    if violation.waiver is not None:
        waiver = violation.waiver
        said = f"waived until {waiver.until} by {waiver.by}: {waiver.reason}"
    elif violation.replacement is not None:
        said = f"-> {violation.replacement}"
    else:
        return ""
    return "  " + palette.dim(visible(said, _WIDEST))
