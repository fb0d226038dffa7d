"""`decision`: the matrix of criteria, measured or stated."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field, PlainValidator, WithJsonSchema, field_validator
from pydantic_core.core_schema import ValidationInfo

from bot.config.problems import did_you_mean
from bot.config.schema.measures import MeasureName
from bot.config.schema.types import (
    Keys,
    MisfitError,
    Owner,
    Percentage,
    Text,
    alternative,
    either_of,
    required_with,
)
from bot.domain.decision import Criterion, DecisionMatrix, MeasuredScore, StatedScore

_WEIGHTS = {"high": 3.0, "medium": 2.0, "low": 1.0}
_HIGHEST_SCORE = 10


def _weight(value: Any) -> float:
    if isinstance(value, str) and value in _WEIGHTS:
        return _WEIGHTS[value]
    if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
        return float(value)
    raise MisfitError(
        "`high`, `medium`, `low`, or a number above 0",
        did_you_mean(value, _WEIGHTS) if isinstance(value, str) else None,
    )


Weight = Annotated[
    float,
    PlainValidator(_weight),
    WithJsonSchema(
        {"anyOf": [{"enum": list(_WEIGHTS)}, {"type": "number", "exclusiveMinimum": 0}]}
    ),
]
Score = Annotated[float, Field(ge=0, le=_HIGHEST_SCORE)]


class CriterionKeys(Keys):
    """One row of the matrix: a measure with a scale, or a stated score with evidence and author."""

    model_config = ConfigDict(
        title="a criterion",
        json_schema_extra={
            "oneOf": [
                alternative("measure", "scale", without=("score", "evidence", "by")),
                alternative("score", "evidence", "by", without=("measure", "scale")),
            ]
        },
    )

    name: Text = Field(description="What is judged.")
    weight: Weight = Field(description="high (3), medium (2), low (1), or a number.")
    measure: MeasureName | None = Field(default=None, description="Read from the run.")
    scale: Annotated[tuple[tuple[float, Score], ...], Field(min_length=2)] | None = Field(
        default=None,
        description="Points [measured value, score from 0 to 10]; straight lines between them.",
        validate_default=True,
    )
    score: Score | None = Field(
        default=None,
        description="A score from 0 to 10 that a person states, instead of measure.",
        validate_default=True,
    )
    evidence: Text | None = Field(
        default=None, description="What the stated score rests on.", validate_default=True
    )
    by: Owner | None = Field(default=None, description="Who states it.", validate_default=True)

    @field_validator("scale")
    @classmethod
    def _scale_of_a_measure(
        cls, value: tuple[tuple[float, float], ...] | None, info: ValidationInfo
    ) -> tuple[tuple[float, float], ...] | None:
        required_with(value, info, "measure")
        places = [measured for measured, _ in value or ()]
        if places != sorted(set(places)):
            raise MisfitError("points whose first numbers increase")
        measure = info.data.get("measure")
        if measure and measure.figure.is_share and any(not 0 <= place <= 1 for place in places):
            raise MisfitError(f"first numbers from 0 to 1, since `{measure}` is a share")
        return value

    @field_validator("score")
    @classmethod
    def _measured_or_stated(cls, value: float | None, info: ValidationInfo) -> float | None:
        return either_of(value, info, "measure")

    @field_validator("evidence", "by")
    @classmethod
    def _stated_with_evidence(cls, value: str | None, info: ValidationInfo) -> str | None:
        return required_with(value, info, "score")

    def value(self) -> Criterion:
        """The criterion."""
        return Criterion(
            name=self.name,
            weight=self.weight,
            measured=MeasuredScore(measure=self.measure, scale=self.scale)
            if self.measure and self.scale
            else None,
            stated=StatedScore(score=self.score, evidence=self.evidence, by=self.by)
            if self.score is not None and self.evidence and self.by
            else None,
        )


class DecisionKeys(Keys):
    """When to proceed, when to hold, and what is weighed."""

    model_config = ConfigDict(title="decision")

    proceed_at: Percentage = Field(description="From this score on: proceed.")
    hold_below: Percentage = Field(description="Below this score: hold.")
    criteria: Annotated[tuple[CriterionKeys, ...], Field(min_length=1)] = Field(
        description="What is weighed."
    )

    @field_validator("hold_below")
    @classmethod
    def _not_above_proceed(cls, value: float, info: ValidationInfo) -> float:
        proceed_at = info.data.get("proceed_at")
        if proceed_at is not None and value > proceed_at:
            raise MisfitError(f"at most {proceed_at * 100:.8g}%, the `proceed_at`")
        return value

    def value(self) -> DecisionMatrix:
        """The matrix, thresholds as shares."""
        return DecisionMatrix(
            proceed_at=self.proceed_at,
            hold_below=self.hold_below,
            criteria=tuple(criterion.value() for criterion in self.criteria),
        )
