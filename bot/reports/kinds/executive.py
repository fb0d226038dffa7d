"""`executive`: one page for people who decide and do not read code."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.plan import RiskLevel
from bot.domain.progress import Standing
from bot.reports.frame import Frame
from bot.reports.parts.burndown import forecast_text
from bot.reports.parts.matrix import Matrix, matrix
from bot.reports.parts.progress import Progress, progress
from bot.reports.parts.suites import suites
from bot.reports.parts.summary import Key, Verdict, verdict
from bot.reports.parts.wanted import Plan, RiskRow, Stated, plan, stated
from bot.reports.words import plural

_MOST_RISKS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutiveView:
    """What the template is given."""

    verdict: Verdict
    progress: Progress
    since: str | None
    keys: Sequence[Key]
    stated: Stated
    matrix: Matrix | None
    measured: str
    plan: Plan
    risks: Sequence[RiskRow]


def view(frame: Frame) -> ExecutiveView:
    """Everything of the report, in the order of reading."""
    found = stated(frame)
    return ExecutiveView(
        verdict=verdict(frame),
        progress=progress(frame),
        since=_since(frame),
        keys=list(_keys(frame)),
        stated=found,
        matrix=matrix(frame),
        measured=_measured(frame),
        plan=plan(frame),
        risks=_gravest(found),
    )


def _since(frame: Frame) -> str | None:
    """The day of the first recorded count."""
    first = frame.evidence.observations.first.values()
    return str(min(count.on for count in first)) if first else None


def _keys(frame: Frame) -> Iterator[Key]:
    yield Key(lead="When", text=forecast_text(frame.assessment.forecast))
    steps = frame.assessment.steps
    if steps:
        overdue = sum(step.overdue for step in steps)
        done = sum(step.standing is Standing.MET for step in steps)
        late = f", {overdue:,} overdue" if overdue else ""
        yield Key(lead="Plan", text=f"{done:,} of {plural(len(steps), 'step')} done{late}")
    criteria = frame.assessment.criteria
    if criteria:
        met = sum(one.check.standing is Standing.MET for one in criteria)
        text = f"{met:,} of {plural(len(criteria), 'criterion')} met".replace(
            "criterions", "criteria"
        )
        yield Key(lead="Success", text=text)
    found = suites(frame)
    if found.total is None:
        yield Key(lead="Tests", text=f"not measured: {found.missing or 'nothing has run'}")
    else:
        text = f"{found.as_expected:,} of {plural(found.total, 'test')} came out as they should"
        yield Key(lead="Tests", text=text)


def _measured(frame: Frame) -> str:
    """How much of the decision rests on measurement."""
    decision = frame.assessment.decision
    if decision is None:
        return ""
    stated_ones = sum(row.criterion.stated is not None for row in decision.criteria)
    unknown = len(decision.unknown)
    measured = len(decision.criteria) - stated_ones - unknown
    return (
        f"Of {len(decision.criteria)} criteria, {measured} are measured,"
        f" {stated_ones} stated by people, {unknown} unknown."
    )


def _gravest(found: Stated) -> Sequence[RiskRow]:
    order = [*RiskLevel, "not rated"]
    return sorted(found.risks, key=lambda risk: order.index(risk.level))[:_MOST_RISKS]
