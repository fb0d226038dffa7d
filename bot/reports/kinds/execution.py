"""`execution`: what is run in which phase, what it must show, and how to get back."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.reports.frame import Frame
from bot.reports.parts.matrix import Matrix, matrix
from bot.reports.parts.phases import PhaseView, phases
from bot.reports.parts.probed import Watched, watched
from bot.reports.parts.rules import RuleTable, rule_table
from bot.reports.parts.suites import Expectations, Suites, expectations, suites
from bot.reports.parts.summary import (
    Key,
    Verdict,
    forecast_key,
    stake_key,
    tests_key,
    verdict,
    violations_key,
)
from bot.reports.parts.wanted import (
    Checklist,
    Criteria,
    Plan,
    Stated,
    checklist,
    criteria,
    plan,
    stated,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionView:
    """What the template is given."""

    verdict: Verdict
    keys: Sequence[Key]
    phases: Sequence[PhaseView]
    expectations: Sequence[Expectations]
    suites: Suites
    checklist: Checklist
    watched: Watched
    rules: RuleTable
    criteria: Criteria
    plan: Plan
    stated: Stated
    matrix: Matrix | None


def view(frame: Frame) -> ExecutionView:
    """Everything of the report, in the order of reading."""
    found = suites(frame)
    return ExecutionView(
        verdict=verdict(frame),
        keys=[
            violations_key(frame),
            tests_key(found),
            forecast_key(frame.assessment),
            *stake_key(frame),
        ],
        phases=phases(frame),
        expectations=expectations(frame),
        suites=found,
        checklist=checklist(frame),
        watched=watched(frame),
        rules=rule_table(frame),
        criteria=criteria(frame),
        plan=plan(frame),
        stated=stated(frame),
        matrix=matrix(frame),
    )
