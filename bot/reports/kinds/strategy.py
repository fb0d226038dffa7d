"""`strategy`: which tests there are, and how they carry the migration."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.reports.frame import Frame
from bot.reports.parts.matrix import Matrix, matrix
from bot.reports.parts.phases import PhaseView, phases
from bot.reports.parts.summary import Key, Verdict, stake_key, verdict, violations_key
from bot.reports.parts.tests_planned import TestsPlanned, inventory_key, tests_planned, work_key
from bot.reports.parts.wanted import Checklist, Criteria, Stated, checklist, criteria, stated


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyView:
    """What the template is given."""

    verdict: Verdict
    keys: Sequence[Key]
    tests: TestsPlanned
    criteria: Criteria
    stated: Stated
    phases: Sequence[PhaseView]
    checklist: Checklist
    matrix: Matrix | None


def view(frame: Frame) -> StrategyView:
    """Everything of the report, in the order of reading."""
    return StrategyView(
        verdict=verdict(frame),
        keys=[
            inventory_key(frame),
            *work_key(frame),
            violations_key(frame),
            *stake_key(frame),
        ],
        tests=tests_planned(frame),
        criteria=criteria(frame),
        stated=stated(frame),
        phases=phases(frame),
        checklist=checklist(frame),
        matrix=matrix(frame),
    )
