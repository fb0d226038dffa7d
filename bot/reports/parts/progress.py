"""How far each rule has come from its first recorded count to its target."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.decide.assessment import RuleProgress
from bot.reports.figures import share
from bot.reports.frame import Frame
from bot.reports.parts.rules import RuleRow, rule_table
from bot.reports.parts.where import bar

_WIDE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressRow:
    """One rule: `done` is the share of the way; without a first count there is no share."""

    rule: RuleRow
    bar: str
    done: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The whole way. `done` is None while the first counts are not all known, with `why_not`."""

    rows: Sequence[ProgressRow]
    rows_left_out: int
    bar: str
    done: str | None
    why_not: str | None
    first: int | None
    now: int
    target: int
    left: int


def progress(frame: Frame) -> Progress:
    """The rules as in the table of counts, each with its bar."""
    table = rule_table(frame)
    known = {rule.id: rule for rule in frame.assessment.rules}
    begun = [rule for rule in known.values() if rule.first is not None]
    why_not = _why_not(frame, whole=len(begun) == len(known))
    done, total = _sum(begun)
    return Progress(
        rows=[_row(row, known[row.id]) for row in table.rows],
        rows_left_out=table.rows_left_out,
        bar="" if why_not else bar(done, total, _WIDE),
        done=None if why_not else _share(done, total),
        why_not=why_not,
        first=table.first,
        now=table.count,
        target=table.target,
        left=frame.assessment.left,
    )


def _why_not(frame: Frame, *, whole: bool) -> str | None:
    if frame.assessment.unchecked:
        return f"rule {frame.assessment.unchecked[0].id} could not be checked"
    return None if whole else "not every rule has a first recorded count"


def _row(row: RuleRow, rule: RuleProgress) -> ProgressRow:
    if rule.first is None or rule.unchecked:
        return ProgressRow(rule=row, bar="", done="-")
    done, total = _sum([rule])
    return ProgressRow(rule=row, bar=bar(done, total), done=_share(done, total))


def _sum(rules: Sequence[RuleProgress]) -> tuple[int, int]:
    """Violations that are gone, of those that had to go; what has grown is not less than none."""
    total = sum(max(0, (rule.first or 0) - rule.target) for rule in rules)
    left = sum(rule.left for rule in rules)
    return max(0, total - left), total


def _share(done: int, total: int) -> str:
    return share(done / total) if total else share(1)
