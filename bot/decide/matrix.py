"""The decision matrix: criteria, measured or stated, weighed into one recommendation.

The score is the sum of weight x score over the sum of weight x 10. Criteria whose measure could not
be taken are left out of both sums; with one of them left out, the result is never PROCEED.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from bot.decide.scale import Crossing, Region, Scale, exact, outward
from bot.domain.decision import Criterion, DecisionMatrix
from bot.domain.measurement import Measured, Measurement, Measures
from bot.domain.plan import Condition, Operator
from bot.domain.recommendation import (
    Decision,
    Recommendation,
    ScoreBound,
    ScoredCriterion,
    Turn,
)

_HIGHEST: Final = Fraction(10)


def decide(matrix: DecisionMatrix, measures: Measures) -> Decision:
    """The matrix filled in with what was measured, and what would change its result."""
    rows = tuple(_Row.of(criterion, measures) for criterion in matrix.criteria)
    sums = _Sums.of(rows)
    recommendation = sums.recommend(matrix)
    return Decision(
        matrix=matrix,
        recommendation=recommendation,
        score=float(sums.points / sums.possible) if sums.possible else None,
        points=float(sums.points),
        possible=float(sums.possible),
        criteria=tuple(row.shown for row in rows),
        turns=tuple(_turns(matrix, rows, sums, recommendation)),
    )


@dataclass(frozen=True, slots=True)
class _Row:
    """A criterion with its exact weight and score."""

    criterion: Criterion
    measurement: Measurement | None
    weight: Fraction
    score: Fraction | None
    scale: Scale | None

    @classmethod
    def of(cls, criterion: Criterion, measures: Measures) -> "_Row":
        weight = exact(criterion.weight)
        if criterion.stated is not None:
            return cls(criterion, None, weight, exact(criterion.stated.score), None)
        assert criterion.measured is not None
        measured = criterion.measured
        scale = Scale.of(measured.scale, whole=not measured.measure.figure.is_share)
        measurement = measures.of(measured.measure)
        score = None
        if isinstance(measurement, Measured):
            score = scale.score(exact(measurement.value))
        return cls(criterion, measurement, weight, score, scale)

    @property
    def shown(self) -> ScoredCriterion:
        score = None if self.score is None else float(self.score)
        return ScoredCriterion(self.criterion, score, self.measurement)


@dataclass(frozen=True, slots=True)
class _Sums:
    points: Fraction
    possible: Fraction
    unknown: int

    @classmethod
    def of(cls, rows: Sequence[_Row]) -> "_Sums":
        known = [(row.weight, row.score) for row in rows if row.score is not None]
        return cls(
            points=sum((weight * score for weight, score in known), Fraction()),
            possible=sum((weight * _HIGHEST for weight, _ in known), Fraction()),
            unknown=len(rows) - len(known),
        )

    def recommend(self, matrix: DecisionMatrix) -> Recommendation:
        """With nothing known, there is nothing that speaks for going on."""
        if not self.possible or self.points / self.possible < exact(matrix.hold_below):
            return Recommendation.HOLD
        if self.unknown or self.points / self.possible < exact(matrix.proceed_at):
            return Recommendation.CAUTION
        return Recommendation.PROCEED

    def without(self, row: _Row) -> "_Sums":
        """The sums of the other criteria."""
        if row.score is None:
            return replace(self, unknown=self.unknown - 1)
        return replace(
            self,
            points=self.points - row.weight * row.score,
            possible=self.possible - row.weight * _HIGHEST,
        )


def _turns(
    matrix: DecisionMatrix, rows: Sequence[_Row], sums: _Sums, now: Recommendation
) -> Iterator[Turn]:
    order = list(Recommendation)
    found = [
        turn
        for row in rows
        for becomes, region in _regions(matrix, row, sums.without(row), now)
        if (turn := _turn(row, becomes, region, better=order.index(becomes) > order.index(now)))
    ]
    yield from sorted(found, key=lambda turn: (turn.change is None, abs(turn.change or 0)))


def _regions(
    matrix: DecisionMatrix, row: _Row, others: _Sums, now: Recommendation
) -> Iterator[tuple[Recommendation, Region]]:
    """The results other than `now` that some score of `row` comes to, with those scores."""
    possible = others.possible + row.weight * _HIGHEST
    limits = {
        Recommendation.PROCEED: exact(matrix.proceed_at),
        Recommendation.CAUTION: exact(matrix.hold_below),
        Recommendation.HOLD: Fraction(),
    }
    if others.unknown:
        del limits[Recommendation.PROCEED]
    high: Fraction | None = None
    for result, limit in limits.items():
        low = max(Fraction(), (limit * possible - others.points) / row.weight)
        if low > _HIGHEST or low == high:
            continue
        if result is not now:
            yield result, Region(low, high)
        high = low


def _turn(row: _Row, becomes: Recommendation, region: Region, *, better: bool) -> Turn | None:
    crossing = None
    if row.scale is not None:
        crossing = _crossing(row, row.scale, region)
        if crossing is None and (row.score is not None or not _holds_at_an_end(row.scale, region)):
            return None
    if better or region.high is None:
        bound = ScoreBound(Operator.AT_LEAST, outward(region.low, up=True))
    else:
        bound = ScoreBound(Operator.LESS, outward(region.high, up=False))
    return Turn(
        criterion=row.criterion.name,
        becomes=becomes,
        bound=bound,
        change=None if row.score is None else float(exact(bound.score) - row.score),
        condition=None if crossing is None else _condition(row.criterion, crossing),
    )


def _crossing(row: _Row, scale: Scale, region: Region) -> Crossing | None:
    if isinstance(row.measurement, Measured):
        return scale.nearest(exact(row.measurement.value), region)
    return scale.from_an_end(region)


def _holds_at_an_end(scale: Scale, region: Region) -> bool:
    return region.holds(scale.points[0][1]) or region.holds(scale.points[-1][1])


def _condition(criterion: Criterion, crossing: Crossing) -> Condition:
    assert criterion.measured is not None
    if crossing.up:
        operator = Operator.AT_LEAST if crossing.included else Operator.MORE
    else:
        operator = Operator.AT_MOST if crossing.included else Operator.LESS
    return Condition(
        measure=criterion.measured.measure,
        operator=operator,
        value=outward(crossing.value, up=crossing.up),
    )
