"""What a decision matrix comes to, with every step of the sum, and what would change it."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.decision import Criterion, DecisionMatrix
from bot.domain.measurement import Measurement, Unmeasured
from bot.domain.plan import Condition, Operator


class Recommendation(StrEnum):
    """What the matrix advises, from bad to good."""

    HOLD = "HOLD"
    CAUTION = "PROCEED WITH CAUTION"
    PROCEED = "PROCEED"


@dataclass(frozen=True, slots=True)
class ScoredCriterion:
    """One row: `score` is 0..10, None where its measure could not be taken.

    `measurement` is what the score was read from; None where people state the score, with their
    evidence in `criterion.stated`.
    """

    criterion: Criterion
    score: float | None
    measurement: Measurement | None

    @property
    def unknown(self) -> str | None:
        """Why there is no score; None where there is one."""
        return self.measurement.reason if isinstance(self.measurement, Unmeasured) else None


@dataclass(frozen=True, slots=True)
class ScoreBound:
    """Scores `>=` or `<` a value."""

    operator: Operator
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One criterion, changed alone and as little as possible, would make the result another.

    `bound` is where its score must lie; `change` how far that is from its present score, None for
    an unknown one. `condition` is the same for the measure behind it, by its scale read backwards;
    None where the score is stated, and for an unknown measure where no single bound says it.
    """

    criterion: str
    becomes: Recommendation
    bound: ScoreBound
    change: float | None
    condition: Condition | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The matrix, filled in.

    `points` of `possible` are the weighted scores of the known criteria; `score` is their share,
    None where nothing is known. `turns` come with the smallest change first, unknown criteria last.
    """

    matrix: DecisionMatrix
    recommendation: Recommendation
    score: float | None
    points: float
    possible: float
    criteria: tuple[ScoredCriterion, ...]
    turns: tuple[Turn, ...]

    @property
    def unknown(self) -> tuple[ScoredCriterion, ...]:
        """The criteria that are left out of the sum, and keep it from saying PROCEED."""
        return tuple(row for row in self.criteria if row.score is None)
