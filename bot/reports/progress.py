"""What a check says while its test categories are running."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.testing import CategoryResult
from bot.ports.sandbox import SandboxStage
from bot.reports.limits import LONGEST_TITLE
from bot.reports.markdown import code, prose
from bot.reports.plain import visible
from bot.reports.words import plural
from bot.suites.run import CategoryProgress

_MOST: Final = 50
_DOING: Final = {
    SandboxStage.WAITING: "waits for its turn",
    SandboxStage.SETUP: "sets up its environment",
    SandboxStage.CHECKOUT: "checks the files out",
    SandboxStage.RUNNING: "runs",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One category: not begun, under way, or ended."""

    category: str
    progress: CategoryProgress | None = None
    result: CategoryResult | None = None


def progress_report(scanned: str, rows: Sequence[Row], seconds: float) -> tuple[str, str]:
    """Title and summary (Markdown) of the check; `scanned` is the verdict of the scan in a line."""
    ended = sum(row.result is not None for row in rows)
    busy = next((row for row in rows if row.progress), None)
    what = f": {busy.category} {_standing(busy)}" if busy else ""
    title = f"Tests{what}, {ended} of {len(rows)} categories done, {seconds:.0f} s"
    table = [
        "| Category | So far | Time |",
        "| :--- | :--- | ---: |",
        *(
            f"| {code(row.category)} | {prose(_standing(row))} | {_time(row)} |"
            for row in rows[:_MOST]
        ),
    ]
    if len(rows) > _MOST:
        table.append(f"\nAnd {len(rows) - _MOST} more.")
    summary = "\n".join([f"Scanned: {prose(scanned)}", "", *table, ""])
    return visible(title, LONGEST_TITLE), summary


def _standing(row: Row) -> str:
    if row.result is not None:
        outcome = row.result.outcome.replace("_", " ")
        return f"{outcome}, {plural(row.result.totals.total, 'test')}"
    if row.progress is None:
        return "not begun"
    progress = row.progress
    again = " what failed again" if progress.again else ""
    counted = f", {progress.done:,} of {progress.total:,} tests" if progress.total else ""
    return f"{_DOING[progress.stage]}{again}{counted}"


def _time(row: Row) -> str:
    seconds = row.result.seconds if row.result else row.progress.seconds if row.progress else 0.0
    return f"{seconds:.0f} s"
