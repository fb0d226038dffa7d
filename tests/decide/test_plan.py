from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from bot.decide.plan import readiness, steps
from bot.domain.measurement import Measures
from bot.domain.observation import TestRuns
from bot.domain.phase import Phase
from bot.domain.plan import Operator, SuccessCriterion
from bot.domain.progress import Readiness, Standing, StepState
from bot.domain.suite import Expectation
from bot.domain.testing import CategoryOutcome
from tests.support.observations import (
    NOTHING,
    TODAY,
    category,
    measured,
    named,
    result,
    runs,
    step,
    when,
)
from tests.support.scans import migration

MET, UNMET, UNKNOWN = Standing.MET, Standing.UNMET, Standing.UNKNOWN
ZERO = when("violations.total", Operator.AT_MOST, 0)
DONE = Measures({named("violations.total"): measured(0)})
OPEN = Measures({named("violations.total"): measured(7)})


def stated(measures: Measures, say: Mapping[str, bool] | None = None, **changes: Any) -> StepState:
    (state,) = steps([step("a", **changes)], measures, say or {}, today=TODAY)
    return state


def test_a_step_with_a_condition_is_done_when_it_holds_whatever_people_say() -> None:
    assert stated(DONE, {"a": False}, done_when=ZERO).standing is MET
    state = stated(OPEN, {"a": True}, done_when=ZERO)
    assert (state.standing, state.stated) == (UNMET, False)


def test_a_step_without_a_condition_is_done_when_people_say_so() -> None:
    assert (stated(OPEN, {"a": True}).standing, stated(OPEN, {"a": True}).stated) == (MET, True)
    assert stated(OPEN, {"a": False}).standing is UNMET
    assert (stated(OPEN).standing, stated(OPEN).stated) == (UNKNOWN, False)


@pytest.mark.parametrize(("days", "overdue"), [(-1, True), (0, False), (1, False)])
def test_a_step_is_overdue_from_the_day_after_it_was_due(days: int, *, overdue: bool) -> None:
    due = (TODAY + timedelta(days=days)).isoformat()
    assert stated(OPEN, due=due).overdue is overdue
    assert stated(OPEN, {"a": True}, due=due).overdue is False


def ready(
    phase: Phase,
    *,
    confirmed: float | None = None,
    met: float | None = None,
    **changes: Any,
) -> Readiness:
    values = {named("rules.confirmed"): confirmed, named("rules.met"): met}
    measures = Measures(
        {name: NOTHING if share is None else measured(share) for name, share in values.items()}
    )
    of = migration(phase=phase, **changes)
    plan = steps(of.plan, measures, {}, today=TODAY)
    return readiness(of, measures, NOTHING, plan)


def test_detection_is_over_when_every_rule_finds_something() -> None:
    assert ready(Phase.DETECT, confirmed=1.0).ready
    some = ready(Phase.DETECT, confirmed=0.5)
    assert [item.text for item in some.blocking] == ["every rule finds something"]


@pytest.mark.parametrize("phase", [Phase.MIGRATE, Phase.VALIDATE])
def test_later_phases_are_over_when_every_rule_is_at_its_target(phase: Phase) -> None:
    assert ready(phase, met=1.0).ready
    assert not ready(phase, met=0.99).ready
    assert ready(phase, met=1.0).next is phase.next


def test_what_is_unknown_blocks_too_and_says_why() -> None:
    (item,) = ready(Phase.MIGRATE).blocking
    assert (item.standing, item.detail) == (UNKNOWN, NOTHING.reason)


def test_after_the_last_phase_there_is_none_to_be_ready_for() -> None:
    done = ready(Phase.DONE, met=1.0)
    assert (done.next, done.ready, done.blocking) == (None, False, ())


@pytest.mark.parametrize(
    ("tests", "standing", "detail"),
    [
        (runs(result(passed=3)), MET, "3 of 3 tests"),
        (runs(result(passed=2, failed=1)), UNMET, "2 of 3 tests"),
        (
            runs(result(outcome=CategoryOutcome.COULD_NOT_CHECK, reasons=("no sandbox",))),
            UNKNOWN,
            "0 of 0 tests; no sandbox",
        ),
        (runs(), UNKNOWN, "it has not run"),
        (runs(result(passed=3, phase=Phase.DETECT)), UNKNOWN, "it ran in phase detect"),
        (None, UNKNOWN, NOTHING.reason),
    ],
)
def test_every_category_must_be_as_the_phase_expects(
    tests: TestRuns | None, standing: Standing, detail: str
) -> None:
    found = readiness(
        migration(tests=(category("unit", Expectation.PASS),)),
        Measures({named("rules.met"): measured(1.0)}),
        tests or NOTHING,
        (),
    )
    item = found.items[1]
    assert (item.text, item.standing, item.detail, item.required) == (
        "category unit: as expected in migrate",
        standing,
        detail,
        True,
    )
    assert found.ready is (standing is MET)


def test_the_steps_of_the_phase_are_on_the_list_and_hold_nothing_up() -> None:
    plan = (
        step("now", due="2026-11-01"),
        step("soon", due="2026-12-01"),
        step("later", phase=Phase.VALIDATE),
    )
    found = ready(Phase.MIGRATE, met=1.0, plan=plan)
    assert [(item.text, item.detail) for item in found.items[1:]] == [
        ("now", "overdue since 2026-11-01"),
        ("soon", "due 2026-12-01"),
    ]
    assert found.ready


def test_success_criteria_are_on_the_list_when_it_comes_to_the_end() -> None:
    success = (SuccessCriterion(name="Events", condition=ZERO),)
    assert len(ready(Phase.MIGRATE, met=1.0, success=success).items) == 1
    found = ready(Phase.VALIDATE, met=1.0, success=success)
    assert [(i.text, i.standing, i.required) for i in found.items[1:]] == [
        ("Events", UNKNOWN, False)
    ]
    assert found.ready
