"""Waivers: what is excused, by whom, why, and until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from bot.domain.violation import Violation, Waiver
from bot.reports.frame import Frame

SOON: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverRow:
    """One waiver of one rule. `soon`: it ends within a week. `url` leads to the first place."""

    rule: str
    place: str
    url: str | None
    count: int
    by: str
    until: str
    reason: str
    soon: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleWaiver:
    """A waiver that does nothing, and why."""

    place: str
    url: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waivers:
    """The waivers that hold, those first that end first; and those that do nothing."""

    rows: Sequence[WaiverRow]
    rows_left_out: int
    idle: Sequence[IdleWaiver]
    idle_left_out: int


def waivers(frame: Frame) -> Waivers:
    """Everything that is left out of the counts, and why."""
    found = sorted((one for one in frame.evidence.violations if one.waiver is not None), key=_order)
    groups = [list(group) for _, group in groupby(found, key=_order)]
    rows = frame.rows(groups)
    idle = frame.rows(frame.evidence.scan.waivers)
    return Waivers(
        rows=[_row(group, frame) for group in rows.shown],
        rows_left_out=rows.left_out,
        idle=[
            IdleWaiver(
                place=f"{one.path}:{one.line}", url=frame.at(one.path, one.line), reason=one.reason
            )
            for one in idle.shown
        ],
        idle_left_out=idle.left_out,
    )


def _order(violation: Violation) -> tuple[str, str, str, str, str]:
    waiver = _waiver(violation)
    return waiver.until, violation.rule, violation.path, waiver.by, waiver.reason


def _row(group: Sequence[Violation], frame: Frame) -> WaiverRow:
    first, waiver = group[0], _waiver(group[0])
    return WaiverRow(
        rule=first.rule,
        place=f"{first.path}:{first.line}",
        url=frame.at(first.path, first.line),
        count=len(group),
        by=waiver.by,
        until=waiver.until,
        reason=waiver.reason,
        soon=date.fromisoformat(waiver.until) - frame.today <= SOON,
    )


def _waiver(violation: Violation) -> Waiver:
    assert violation.waiver is not None
    return violation.waiver
