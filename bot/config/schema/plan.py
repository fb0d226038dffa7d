"""`plan`, `risks` and `success`: what people intend, fear and want."""

from typing import Annotated

from pydantic import ConfigDict, Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from bot.config.schema.measures import MeasureName, SuccessTarget, Wanted, condition, fit
from bot.config.schema.types import IsoDate, Keys, Text, either_of
from bot.domain.phase import Phase
from bot.domain.plan import Condition, Operator, Risk, RiskLevel, Step, SuccessCriterion


class ConditionKeys(Keys):
    """A measure, and the value it must reach."""

    model_config = ConfigDict(
        title="a condition",
        json_schema_extra={"oneOf": [{"required": ["at_most"]}, {"required": ["at_least"]}]},
    )

    measure: MeasureName = Field(description="Read from the run.")
    at_most: Wanted | None = Field(default=None, description="Met at this value and below.")
    at_least: Wanted | None = Field(
        default=None, description="Met at this value and above.", validate_default=True
    )

    @field_validator("at_most", "at_least")
    @classmethod
    def _value_of_the_measure(cls, value: Wanted | None, info: ValidationInfo) -> Wanted | None:
        if value is not None and "measure" in info.data:
            fit(info.data["measure"], value)
        return value

    @field_validator("at_least")
    @classmethod
    def _one_of_both(cls, value: Wanted | None, info: ValidationInfo) -> Wanted | None:
        return either_of(value, info, "at_most")

    def value(self) -> Condition:
        """The condition."""
        if self.at_most is not None:
            return condition(self.measure, Operator.AT_MOST, self.at_most)
        assert self.at_least is not None
        return condition(self.measure, Operator.AT_LEAST, self.at_least)


class StepKeys(Keys):
    """One step of the plan."""

    model_config = ConfigDict(title="a step of the plan")

    phase: Phase = Field(description="The phase it belongs to.")
    title: Text = Field(description="What is to be done.")
    priority: Annotated[int, Field(ge=1)] | None = Field(default=None, description="1 is first.")
    due: IsoDate | None = Field(default=None, description="The day by which it is to be done.")
    done_when: ConditionKeys | None = Field(
        default=None, description="When it counts as done; without this, people say so."
    )

    def value(self) -> Step:
        """The step."""
        return Step(
            phase=self.phase,
            title=self.title,
            priority=self.priority,
            due=self.due,
            done_when=self.done_when.value() if self.done_when else None,
        )


class RiskKeys(Keys):
    """What may go wrong."""

    model_config = ConfigDict(title="a risk")

    risk: Text = Field(description="What may go wrong.")
    level: RiskLevel | None = Field(default=None, description="How bad that would be.")
    mitigation: Text | None = Field(default=None, description="What is done against it.")


RiskEntry = Text | RiskKeys


def risk(entry: RiskEntry) -> Risk:
    """A risk, written as a sentence or with its keys."""
    if isinstance(entry, str):
        return Risk(risk=entry)
    return Risk(risk=entry.risk, level=entry.level, mitigation=entry.mitigation)


class SuccessKeys(Keys):
    """One success criterion."""

    model_config = ConfigDict(title="a success criterion")

    name: Text = Field(description="What is wanted.")
    measure: MeasureName = Field(description="Read from the run.")
    target: SuccessTarget = Field(
        description=(
            'The wanted value, as in 0, 95% or ">= 99%". Without an operator, a count is to be at '
            "most this, a share at least."
        )
    )

    @field_validator("target")
    @classmethod
    def _value_of_the_measure(cls, value: SuccessTarget, info: ValidationInfo) -> SuccessTarget:
        if "measure" in info.data:
            fit(info.data["measure"], value.quantity)
        return value

    def value(self) -> SuccessCriterion:
        """The criterion."""
        wanted = condition(self.measure, self.target.operator, self.target.quantity)
        return SuccessCriterion(name=self.name, condition=wanted)
