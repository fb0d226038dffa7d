"""The steps of a plan, and what keeps a migration from its next phase.

Violations and tests are required, since the gate's phases are about them. Steps of the plan and
success criteria are what people set themselves: an open one is shown, and holds nothing up.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from bot.decide.success import check, success
from bot.domain.configuration import Migration
from bot.domain.measure import Figure, Measure
from bot.domain.measurement import Measurement, Measures, Unmeasured
from bot.domain.observation import TestRuns
from bot.domain.phase import Phase
from bot.domain.plan import Condition, Operator, Step
from bot.domain.progress import ChecklistItem, Readiness, Standing, StepState
from bot.domain.suite import Category
from bot.domain.testing import CategoryOutcome, CategoryResult


def steps(
    plan: Sequence[Step], measures: Measures, stated: Mapping[str, bool], *, today: date
) -> tuple[StepState, ...]:
    """Each step and how it stands: by its condition, or else by what people state of its title."""
    return tuple(_step(step, measures, stated, today) for step in plan)


def readiness(
    migration: Migration,
    measures: Measures,
    tests: TestRuns | Unmeasured,
    plan: Sequence[StepState],
) -> Readiness:
    """The checklist of the migration's phase; `plan` is what `steps` gave for the same measures."""
    return Readiness(
        phase=migration.phase,
        next=migration.phase.next,
        items=(
            _violations(migration, measures),
            *(_tests(category, migration.phase, tests) for category in migration.tests),
            *_planned(migration.phase, plan),
            *_wanted(migration, measures),
        ),
    )


def _step(step: Step, measures: Measures, stated: Mapping[str, bool], today: date) -> StepState:
    held = check(step.done_when, measures) if step.done_when else None
    if held is not None:
        standing = held.standing
    elif step.title in stated:
        standing = Standing.MET if stated[step.title] else Standing.UNMET
    else:
        standing = Standing.UNKNOWN
    past = step.due is not None and date.fromisoformat(step.due) < today
    return StepState(
        step=step,
        standing=standing,
        check=held,
        stated=held is None and step.title in stated,
        overdue=past and standing is not Standing.MET,
    )


def _violations(migration: Migration, measures: Measures) -> ChecklistItem:
    detecting = migration.phase is Phase.DETECT
    measure = Measure(Figure.RULES_CONFIRMED if detecting else Figure.RULES_MET)
    every = check(Condition(measure=measure, operator=Operator.EQUAL, value=1.0), measures)
    return ChecklistItem(
        text="every rule finds something" if detecting else "every rule is at its target",
        standing=every.standing,
        required=True,
        detail=_basis(every.measurement),
    )


def _tests(category: Category, phase: Phase, tests: TestRuns | Unmeasured) -> ChecklistItem:
    text = f"category {category.name}: as expected in {phase}"
    if isinstance(tests, Unmeasured):
        return ChecklistItem(
            text=text, standing=Standing.UNKNOWN, required=True, detail=tests.reason
        )
    result = next((r for r in tests.results if r.category == category.name), None)
    if result is None or result.phase is not phase:
        detail = "it has not run" if result is None else f"it ran in phase {result.phase}"
        return ChecklistItem(text=text, standing=Standing.UNKNOWN, required=True, detail=detail)
    return ChecklistItem(
        text=text, standing=_OUTCOMES[result.outcome], required=True, detail=_summary(result)
    )


_OUTCOMES = {
    CategoryOutcome.AS_EXPECTED: Standing.MET,
    CategoryOutcome.FINDING: Standing.UNMET,
    CategoryOutcome.COULD_NOT_CHECK: Standing.UNKNOWN,
}


def _summary(result: CategoryResult) -> str:
    totals = result.totals
    return "; ".join((f"{totals.as_expected} of {totals.total} tests", *result.reasons[:1]))


def _planned(phase: Phase, plan: Sequence[StepState]) -> Iterator[ChecklistItem]:
    for state in plan:
        if state.step.phase is phase:
            word = "overdue since" if state.overdue else "due"
            yield ChecklistItem(
                text=state.step.title,
                standing=state.standing,
                required=False,
                detail=f"{word} {state.step.due}" if state.step.due else "",
            )


def _wanted(migration: Migration, measures: Measures) -> Iterator[ChecklistItem]:
    if migration.phase is not Phase.VALIDATE:
        return
    for state in success(migration.success, measures):
        yield ChecklistItem(
            text=state.criterion.name,
            standing=state.check.standing,
            required=False,
            detail=_basis(state.check.measurement),
        )


def _basis(measurement: Measurement) -> str:
    return measurement.reason if isinstance(measurement, Unmeasured) else measurement.evidence.basis
