import pytest

from bot.decide.success import check, success
from bot.domain.measurement import Measures
from bot.domain.plan import Operator, SuccessCriterion
from bot.domain.progress import Standing
from tests.support.observations import NOTHING, measured, named, when

TOTAL = named("violations.total")


@pytest.mark.parametrize(
    ("operator", "below", "same", "above"),
    [
        (Operator.AT_MOST, True, True, False),
        (Operator.AT_LEAST, False, True, True),
        (Operator.LESS, True, False, False),
        (Operator.MORE, False, False, True),
        (Operator.EQUAL, False, True, False),
    ],
)
def test_each_operator_holds_on_its_side(
    operator: Operator, *, below: bool, same: bool, above: bool
) -> None:
    condition = when("violations.total", operator, 10)
    for value, holds in ((9, below), (10, same), (11, above)):
        standing = check(condition, Measures({TOTAL: measured(value)})).standing
        assert standing is (Standing.MET if holds else Standing.UNMET)


def test_a_share_that_is_just_enough_is_enough() -> None:
    up = named("probe.events.up")
    condition = when("probe.events.up", Operator.AT_LEAST, 0.99)
    assert check(condition, Measures({up: measured(198 / 200)})).standing is Standing.MET
    assert check(condition, Measures({up: measured(197 / 200)})).standing is Standing.UNMET


def test_what_was_not_measured_is_unknown_and_says_why() -> None:
    held = check(when("violations.total", Operator.AT_MOST, 0), Measures({TOTAL: NOTHING}))
    assert (held.standing, held.measurement) == (Standing.UNKNOWN, NOTHING)


def test_success_criteria_come_in_their_order() -> None:
    criteria = [
        SuccessCriterion(name="b", condition=when("violations.total", Operator.AT_MOST, 0)),
        SuccessCriterion(name="a", condition=when("tests.passed", Operator.AT_LEAST, 1)),
    ]
    states = success(criteria, Measures({TOTAL: measured(0)}))
    assert [(s.criterion.name, s.check.standing) for s in states] == [
        ("b", Standing.MET),
        ("a", Standing.UNKNOWN),
    ]
