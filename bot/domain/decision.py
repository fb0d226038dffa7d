"""The decision matrix as configured: what is weighed, and where the thresholds lie."""

from dataclasses import dataclass

from bot.domain.measure import Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredScore:
    """A score read from the run: `scale` maps the measure to 0..10 by linear interpolation.

    `scale` holds two or more points (measured value, score), the values increasing; beyond its
    ends the score stays that of the end.
    """

    measure: Measure
    scale: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedScore:
    """A score from 0 to 10 that a person states, with the evidence for it; always so marked."""

    score: float
    evidence: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One row of the matrix. Exactly one of `measured` and `stated` is given.

    `weight` is positive; high, medium and low are 3, 2 and 1.
    """

    name: str
    weight: float
    measured: MeasuredScore | None = None
    stated: StatedScore | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionMatrix:
    """Proceed from `proceed_at` on, hold below `hold_below`, caution between (shares, 0..1)."""

    proceed_at: float
    hold_below: float
    criteria: tuple[Criterion, ...]
