from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.decide.matrix import decide
from bot.domain.decision import Criterion, DecisionMatrix, MeasuredScore, StatedScore
from bot.domain.measure import Measure
from bot.domain.measurement import Evidence, Measured, Measurement, Measures, Unmeasured
from bot.domain.plan import Condition, Operator
from bot.domain.recommendation import Decision, Recommendation, Turn

PROCEED, CAUTION, HOLD = Recommendation.PROCEED, Recommendation.CAUTION, Recommendation.HOLD
UNMEASURED = Unmeasured("the tests did not run")


def measure(name: str) -> Measure:
    found = Measure.parse(name)
    assert found is not None
    return found


def measured(value: float) -> Measured:
    return Measured(value, Evidence(basis="as seen"))


def stated(score: float, *, name: str = "Business impact", weight: float = 3) -> Criterion:
    return Criterion(
        name=name,
        weight=weight,
        stated=StatedScore(score=score, evidence="finance sheet", by="@alice"),
    )


def scored(
    name: str, *scale: tuple[float, float], weight: float = 3, title: str | None = None
) -> Criterion:
    return Criterion(
        name=title or name,
        weight=weight,
        measured=MeasuredScore(measure=measure(name), scale=scale),
    )


def matrix(
    *criteria: Criterion, proceed_at: float = 0.85, hold_below: float = 0.6
) -> DecisionMatrix:
    return DecisionMatrix(proceed_at=proceed_at, hold_below=hold_below, criteria=criteria)


def decided(*criteria: Criterion, **values: Measurement) -> Decision:
    known = {measure(name.replace("__", ".")): value for name, value in values.items()}
    return decide(matrix(*criteria), Measures(known))


def turn(decision: Decision, becomes: Recommendation) -> Turn:
    (found,) = [one for one in decision.turns if one.becomes is becomes]
    return found


def test_the_score_is_the_weighted_share_of_what_could_be_reached() -> None:
    decision = decided(stated(10, weight=3), stated(4, weight=2), stated(7, weight=1))
    assert (decision.points, decision.possible) == (45, 60)
    assert decision.score == 0.75
    assert decision.recommendation is CAUTION


@pytest.mark.parametrize(
    ("score", "recommendation"),
    [(8.5, PROCEED), (8.49, CAUTION), (6, CAUTION), (5.99, HOLD), (10, PROCEED), (0, HOLD)],
)
def test_a_threshold_is_reached_by_its_own_value(
    score: float, recommendation: Recommendation
) -> None:
    assert decided(stated(score)).recommendation is recommendation


def test_thresholds_are_exact_where_floats_are_not() -> None:
    criteria = [stated(0.1, weight=1), stated(0.2, weight=1)]
    assert (0.1 + 0.2) / 20 != 0.015
    narrow = matrix(*criteria, proceed_at=0.015, hold_below=0.015)
    assert decide(narrow, Measures({})).recommendation is PROCEED


@pytest.mark.parametrize(
    ("value", "score"), [(0, 0), (0.45, 5), (0.9, 10), (1, 10), (0.3, 10 / 3), (0.95, 10)]
)
def test_a_measured_score_lies_on_the_line_between_points_and_is_clamped(
    value: float, score: float
) -> None:
    decision = decided(scored("tests.passed", (0, 0), (0.9, 10)), tests__passed=measured(value))
    (row,) = decision.criteria
    assert row.score == pytest.approx(score, abs=1e-12)
    assert row.measurement == measured(value)


def test_a_scale_may_fall() -> None:
    fewer_is_better = scored("violations.total", (0, 10), (100, 0))
    decision = decided(fewer_is_better, violations__total=measured(25))
    assert decision.criteria[0].score == 7.5


def test_an_unknown_criterion_is_left_out_of_the_sum_and_listed() -> None:
    decision = decided(stated(9), scored("tests.passed", (0, 0), (1, 10)), tests__passed=UNMEASURED)
    assert (decision.points, decision.possible) == (27, 30)
    assert [row.unknown for row in decision.unknown] == ["the tests did not run"]


def test_with_an_unknown_criterion_the_result_is_never_proceed() -> None:
    unknown = scored("tests.passed", (0, 0), (1, 10))
    assert decided(stated(10)).recommendation is PROCEED
    assert decided(stated(10), unknown, tests__passed=UNMEASURED).recommendation is CAUTION
    assert decided(stated(1), unknown, tests__passed=UNMEASURED).recommendation is HOLD


def test_where_nothing_is_known_the_result_is_hold_without_a_score() -> None:
    decision = decided(scored("tests.passed", (0, 0), (1, 10)), tests__passed=UNMEASURED)
    assert (decision.recommendation, decision.score) == (HOLD, None)


def test_a_stated_score_needs_a_change_to_the_threshold() -> None:
    decision = decided(stated(5, weight=1), stated(9, weight=1, name="Readiness"))
    up = [one for one in decision.turns if one.becomes is PROCEED]
    assert [(one.criterion, one.bound.score, one.change) for one in up] == [
        ("Business impact", 8, 3)
    ]
    down = [one for one in decision.turns if one.becomes is HOLD]
    assert [(one.criterion, one.bound.operator, one.bound.score) for one in down] == [
        ("Business impact", Operator.LESS, 3),
        ("Readiness", Operator.LESS, 7),
    ]


def test_a_measured_score_is_read_backwards() -> None:
    decision = decided(scored("tests.passed", (0, 0), (0.9, 10)), tests__passed=measured(0.45))
    assert decision.recommendation is HOLD
    assert turn(decision, PROCEED).condition == Condition(
        measure=measure("tests.passed"), operator=Operator.AT_LEAST, value=0.765
    )
    assert turn(decision, CAUTION).condition == Condition(
        measure=measure("tests.passed"), operator=Operator.AT_LEAST, value=0.54
    )


def test_a_count_changes_by_whole_numbers() -> None:
    decision = decided(scored("violations.total", (0, 10), (7, 0)), violations__total=measured(5))
    assert turn(decision, PROCEED).condition == Condition(
        measure=measure("violations.total"), operator=Operator.AT_MOST, value=1
    )
    assert turn(decision, CAUTION).condition == Condition(
        measure=measure("violations.total"), operator=Operator.AT_MOST, value=2
    )


def test_a_result_that_no_value_can_reach_has_no_turn() -> None:
    decision = decided(scored("tests.passed", (0, 0), (1, 8)), tests__passed=measured(0.1))
    assert {one.becomes for one in decision.turns} == {CAUTION}


def test_an_unknown_criterion_says_what_it_would_have_to_be() -> None:
    decision = decided(
        stated(10), scored("tests.passed", (0, 0), (1, 10)), tests__passed=UNMEASURED
    )
    unknown = [one for one in decision.turns if one.criterion == "tests.passed"]
    assert [(one.becomes, one.change) for one in unknown] == [(PROCEED, None), (HOLD, None)]
    assert unknown[0].condition == Condition(
        measure=measure("tests.passed"), operator=Operator.AT_LEAST, value=0.7
    )
    assert unknown[1].condition == Condition(
        measure=measure("tests.passed"), operator=Operator.LESS, value=0.2
    )


def test_the_smallest_change_comes_first() -> None:
    decision = decided(stated(2), stated(4, name="b"), stated(6, name="c", weight=1))
    changes = [abs(one.change) for one in decision.turns if one.change is not None]
    assert changes == sorted(changes)


def test_it_says_what_the_reference_report_said() -> None:
    scores = {"a": (10, 3), "b": (10, 3), "c": (10, 3), "d": (8, 2), "e": (9, 2), "f": (10, 3)}
    decision = decided(*(stated(s, weight=w, name=n) for n, (s, w) in scores.items()))
    assert (decision.points, decision.possible) == (154, 160)
    assert decision.recommendation is PROCEED


# The slow oracle: the definition in CONFIG's words, by Fraction, and turns by trying everything.

SHARES = ("tests.passed", "tests.ran", "codemod.covered")
COUNTS = ("violations.total", "files.affected", "violations.rule.a")
GRID = {True: [n / 50 for n in range(51)], False: [float(n) for n in range(24)]}


@st.composite
def filled(draw: st.DrawFn) -> tuple[DecisionMatrix, dict[Measure, Measurement]]:
    names = draw(st.lists(st.sampled_from(SHARES + COUNTS), unique=True, max_size=3))
    values: dict[Measure, Measurement] = {}
    criteria = [
        stated(score / 2, name=f"stated {n}", weight=draw(st.sampled_from([1, 2, 3, 0.5, 7.3])))
        for n, score in enumerate(draw(st.lists(st.integers(0, 20), max_size=3)))
    ]
    for name in names:
        grid = GRID[name in SHARES]
        places = sorted(draw(st.sets(st.sampled_from(grid), min_size=2, max_size=4)))
        scale = [(place, float(draw(st.integers(0, 10)))) for place in places]
        criteria.append(scored(name, *scale, weight=draw(st.sampled_from([1, 2, 3, 0.25]))))
        known = draw(st.integers(0, 4)) > 0
        values[measure(name)] = measured(draw(st.sampled_from(grid))) if known else UNMEASURED
    if not criteria:
        criteria = [stated(draw(st.integers(0, 10)))]
    low, high = sorted(draw(st.tuples(st.integers(0, 20), st.integers(0, 20))))
    return matrix(*criteria, proceed_at=high / 20, hold_below=low / 20), values


def fraction(number: float) -> Fraction:
    return Fraction(Decimal(str(number)))


def slow_score(scale: Sequence[tuple[float, float]], value: float) -> Fraction:
    before = [point for point in scale if point[0] <= value]
    after = [point for point in scale if point[0] >= value]
    if not before or not after:
        return fraction((after or before[::-1])[0][1])
    (x0, y0), (x1, y1) = before[-1], after[0]
    if x0 == x1:
        return fraction(y0)
    part = (fraction(value) - fraction(x0)) / (fraction(x1) - fraction(x0))
    return fraction(y0) * (1 - part) + fraction(y1) * part


def slow(of: DecisionMatrix, values: dict[Measure, Measurement]) -> Recommendation:
    points = possible = Fraction()
    unknown = False
    for criterion in of.criteria:
        if criterion.stated is not None:
            score = fraction(criterion.stated.score)
        else:
            assert criterion.measured is not None
            measurement = values[criterion.measured.measure]
            if isinstance(measurement, Unmeasured):
                unknown = True
                continue
            score = slow_score(criterion.measured.scale, measurement.value)
        points += fraction(criterion.weight) * score
        possible += fraction(criterion.weight) * 10
    if possible == 0 or points / possible < fraction(of.hold_below):
        return HOLD
    return PROCEED if points / possible >= fraction(of.proceed_at) and not unknown else CAUTION


def with_score(of: DecisionMatrix, name: str, score: float) -> DecisionMatrix:
    criteria = (
        c if c.name != name else stated(score, name=name, weight=c.weight) for c in of.criteria
    )
    return replace(of, criteria=tuple(criteria))


def inside(bound: Operator, value: float) -> float:
    return {
        Operator.MORE: value + 1e-9,
        Operator.LESS: value - 1e-9,
        Operator.AT_LEAST: value,
        Operator.AT_MOST: value,
    }[bound]


@settings(max_examples=300, deadline=None)
@given(filled())
def test_the_result_is_that_of_the_definition(
    case: tuple[DecisionMatrix, dict[Measure, Measurement]],
) -> None:
    of, values = case
    assert decide(of, Measures(values)).recommendation is slow(of, values)


@settings(max_examples=300, deadline=None)
@given(filled())
def test_each_turn_does_what_it_says(
    case: tuple[DecisionMatrix, dict[Measure, Measurement]],
) -> None:
    of, values = case
    for one in decide(of, Measures(values)).turns:
        score = inside(one.bound.operator, one.bound.score)
        assert slow(with_score(of, one.criterion, score), values) is one.becomes
        if one.condition is not None:
            value = inside(one.condition.operator, one.condition.value)
            changed = values | {one.condition.measure: measured(value)}
            assert slow(of, changed) is one.becomes


@settings(max_examples=300, deadline=None)
@given(filled())
def test_no_smaller_change_of_a_measure_comes_to_the_same(
    case: tuple[DecisionMatrix, dict[Measure, Measurement]],
) -> None:
    of, values = case
    decision = decide(of, Measures(values))
    for name, now in values.items():
        if isinstance(now, Unmeasured):
            continue
        turns = {
            one.becomes: one.condition
            for one in decision.turns
            if one.condition is not None and one.condition.measure == name
        }
        for value in GRID[name.figure.is_share]:
            result = slow(of, values | {name: measured(value)})
            if result is not decision.recommendation:
                found = turns[result]
                assert abs(found.value - now.value) <= abs(value - now.value) + 1e-8


@settings(max_examples=300, deadline=None)
@given(filled())
def test_no_smaller_change_of_a_stated_score_comes_to_the_same(
    case: tuple[DecisionMatrix, dict[Measure, Measurement]],
) -> None:
    of, values = case
    decision = decide(of, Measures(values))
    for criterion in of.criteria:
        if criterion.stated is None:
            continue
        turns = {one.becomes: one for one in decision.turns if one.criterion == criterion.name}
        for score in range(0, 101, 4):
            result = slow(with_score(of, criterion.name, score / 10), values)
            if result is not decision.recommendation:
                change = turns[result].change
                assert change is not None
                assert abs(change) <= abs(score / 10 - criterion.stated.score) + 1e-8


@settings(max_examples=300, deadline=None)
@given(filled())
def test_an_unknown_criterion_turns_to_every_result_its_values_come_to(
    case: tuple[DecisionMatrix, dict[Measure, Measurement]],
) -> None:
    of, values = case
    decision = decide(of, Measures(values))
    for name, now in values.items():
        if not isinstance(now, Unmeasured):
            continue
        found = {one.becomes for one in decision.turns if one.criterion == str(name)}
        measure_of = next(c.measured for c in of.criteria if c.name == str(name))
        assert measure_of is not None
        ends = (measure_of.scale[0][0], measure_of.scale[-1][0])
        results = {slow(of, values | {name: measured(value)}) for value in ends}
        assert results - {decision.recommendation} <= found
