"""`plan`: the tests that have to exist, what each run must show, and how it is known to be done."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.reports.frame import Frame
from bot.reports.parts.matrix import Matrix, matrix
from bot.reports.parts.rules import IssueGroup, issues
from bot.reports.parts.suites import Expectations, expectations
from bot.reports.parts.summary import Key, Verdict, stake_key, verdict, violations_key
from bot.reports.parts.tests_planned import TestsPlanned, inventory_key, tests_planned, work_key
from bot.reports.parts.wanted import Criteria, Stated, criteria, stated


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """What the template is given."""

    verdict: Verdict
    keys: Sequence[Key]
    issues: Sequence[IssueGroup]
    tests: TestsPlanned
    expectations: Sequence[Expectations]
    criteria: Criteria
    stated: Stated
    matrix: Matrix | None


def view(frame: Frame) -> PlanView:
    """Everything of the report, in the order of reading."""
    return PlanView(
        verdict=verdict(frame),
        keys=[
            violations_key(frame),
            inventory_key(frame),
            *work_key(frame),
            *stake_key(frame),
        ],
        issues=issues(frame),
        tests=tests_planned(frame),
        expectations=expectations(frame),
        criteria=criteria(frame),
        stated=stated(frame),
        matrix=matrix(frame),
    )
