"""The decision matrix as it is shown: each cell with its evidence, and what would change it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.measurement import Measured
from bot.domain.recommendation import Decision, Recommendation, ScoredCriterion, Turn
from bot.reports.figures import bound, decimal, measure_name, share
from bot.reports.frame import Frame
from bot.reports.words import plural

ALERTS: Final = {
    Recommendation.PROCEED: "TIP",
    Recommendation.CAUTION: "WARNING",
    Recommendation.HOLD: "CAUTION",
}
"""The colour of a verdict, as one of GitHub's alerts: green, yellow, red."""

_WEIGHTS: Final = {3.0: "high", 2.0: "medium", 1.0: "low"}
_MOST_TURNS: Final = 3
_POSSIBLE: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """One criterion.

    `stated_by` is who gives the score; None for a measured one. `unknown` says why there is no
    score; `score` and `points` are then dashes.
    """

    name: str
    weight: str
    score: str
    points: str
    basis: str
    url: str | None
    stated_by: str | None
    unknown: bool
    caveats: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """The whole matrix.

    `sum` is the arithmetic of the score in words, `turns` what would make the verdict another,
    `unknowns` what could not be measured. `alert` is the kind of GitHub's alert.
    """

    verdict: str
    alert: str
    score: str
    sum: str
    rows: Sequence[MatrixRow]
    rows_left_out: int
    unknowns: str | None
    turns: Sequence[str]


def matrix(frame: Frame) -> Matrix | None:
    """The migration's matrix; None where the configuration has none."""
    decision = frame.assessment.decision
    if decision is None:
        return None
    rows = frame.rows(decision.criteria)
    return Matrix(
        verdict=str(decision.recommendation),
        alert=ALERTS[decision.recommendation],
        score=score(decision),
        sum=_sum(decision),
        rows=[_row(row, frame) for row in rows.shown],
        rows_left_out=rows.left_out,
        unknowns=_unknowns(decision),
        turns=[_turn(turn, decision) for turn in _worth(decision)],
    )


def score(decision: Decision) -> str:
    """The share of the points, or that there is none."""
    return "no score" if decision.score is None else share(decision.score)


def _sum(decision: Decision) -> str:
    limits = (
        f"PROCEED from {share(decision.matrix.proceed_at)},"
        f" HOLD below {share(decision.matrix.hold_below)}"
    )
    if decision.score is None:
        return f"Nothing is known yet. {limits}"
    points = f"{decimal(decision.points)} of {decimal(decision.possible)} points"
    return f"{points}: {share(decision.score)}. {limits}"


def _row(row: ScoredCriterion, frame: Frame) -> MatrixRow:
    criterion, stated = row.criterion, row.criterion.stated
    weighted = None if row.score is None else criterion.weight * row.score
    basis, url, caveats = _basis(row, frame)
    return MatrixRow(
        name=criterion.name,
        weight=_WEIGHTS.get(criterion.weight, decimal(criterion.weight)),
        score="-" if row.score is None else decimal(row.score),
        points="-"
        if weighted is None
        else f"{decimal(weighted)} of {decimal(_POSSIBLE * criterion.weight)}",
        basis=basis,
        url=url,
        stated_by=stated.by if stated else None,
        unknown=row.score is None,
        caveats=caveats,
    )


def _basis(row: ScoredCriterion, frame: Frame) -> tuple[str, str | None, Sequence[str]]:
    if row.criterion.stated is not None:
        return row.criterion.stated.evidence, frame.configuration(), ()
    if isinstance(row.measurement, Measured):
        evidence = row.measurement.evidence
        return evidence.basis, frame.url(evidence.link), evidence.caveats
    return row.unknown or "", None, ()


def _unknowns(decision: Decision) -> str | None:
    if not decision.unknown:
        return None
    names = ", ".join(row.criterion.name for row in decision.unknown)
    them = "it" if len(decision.unknown) == 1 else "they"
    return (
        f"Not measured: {names}. While {them} {'is' if them == 'it' else 'are'} unknown,"
        " the verdict cannot be PROCEED."
    )


def _worth(decision: Decision) -> Iterator[Turn]:
    """The smallest changes, those for the better first."""
    order = list(Recommendation)
    now = order.index(decision.recommendation)
    better = [turn for turn in decision.turns if order.index(turn.becomes) > now]
    worse = [turn for turn in decision.turns if order.index(turn.becomes) < now]
    yield from (*better, *worse)[:_MOST_TURNS]


def _turn(turn: Turn, decision: Decision) -> str:
    row = next(row for row in decision.criteria if row.criterion.name == turn.criterion)
    now = "unknown now" if row.score is None else f"now {decimal(row.score)}"
    wanted = f"{_BOUNDS[turn.bound.operator]} {decimal(turn.bound.score)}"
    text = (
        f"{decision.recommendation} would become {turn.becomes}"
        f" if {turn.criterion} scored {wanted} ({now})"
    )
    if turn.condition is None:
        return text
    return f"{text}: {measure_name(turn.condition.measure)} {bound(turn.condition)}"


_BOUNDS: Final = {">=": "at least", "<": "below"}


def headline(decision: Decision) -> str:
    """The verdict with its score and how much of it is known."""
    unknown = len(decision.unknown)
    left = f", {plural(unknown, 'criterion')} unknown" if unknown else ""
    return f"{decision.recommendation}, {score(decision)}{left}".replace("criterions", "criteria")
