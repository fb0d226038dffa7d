"""The keys that rules of every kind have; those of its own are its `Parameters` class."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from bot.config.problems import did_you_mean, one_of
from bot.config.schema.types import Count, IsoDate, Keys, MisfitError, Slug
from bot.domain.configuration import Milestone, Place, Rule
from bot.domain.phase import Phase
from bot.domain.severity import Severity
from bot.scanner.kinds import names
from bot.scanner.parameters import Glob


def _is_kind(value: str) -> str:
    if value not in names():
        raise MisfitError(one_of(names()), did_you_mean(value, names()))
    return value


class MilestoneKeys(Keys):
    """A count that must be reached by a day."""

    model_config = ConfigDict(title="a milestone")

    until: IsoDate = Field(description="From the day after this on, the count is demanded.")
    at_most: Count = Field(description="The highest count that is accepted then.")


class RuleKeys(Keys):
    """What every rule has, whatever its kind."""

    model_config = ConfigDict(title="a rule")

    id: Slug = Field(description="The rule's name, unique in its migration.")
    kind: Annotated[str, AfterValidator(_is_kind)] = Field(description="What it looks for.")
    severity: Severity = Field(default=Severity.P2, description="From P0 (gravest) to P3.")
    message: str = Field(default="", description="What the author of a pull request reads.")
    include: tuple[Glob, ...] = Field(default=(), description="Look into these files only.")
    exclude: tuple[Glob, ...] = Field(default=(), description="Do not look into these files.")
    target: Count = Field(default=0, description="The count at which the rule is met.")
    targets: Mapping[Phase, Count] = Field(
        default={}, description="The highest count that a phase accepts, as in {migrate: 1200}."
    )
    milestones: tuple[MilestoneKeys, ...] = Field(
        default=(), description="Counts to be reached by certain days."
    )

    @field_validator("targets")
    @classmethod
    def _never_rising(cls, value: Mapping[Phase, int], info: ValidationInfo) -> Mapping[Phase, int]:
        order = [(phase, value[phase]) for phase in Phase if phase in value]
        for (earlier, before), (later, after) in pairwise(order):
            if after > before:
                raise MisfitError(
                    f"`{later}` at most {before}, as in `{earlier}`: targets only fall"
                )
        target = info.data.get("target", 0)
        if Phase.MIGRATE in value and value[Phase.MIGRATE] < target:
            raise MisfitError(
                f"`migrate` at least {target}, the rule's `target`: targets only fall"
            )
        return value

    @field_validator("milestones")
    @classmethod
    def _later_and_lower(cls, value: tuple[MilestoneKeys, ...]) -> tuple[MilestoneKeys, ...]:
        for before, after in pairwise(value):
            if after.until <= before.until or after.at_most > before.at_most:
                raise MisfitError("milestones whose days rise and whose counts do not")
        return value

    def value(self, parameters: Any, place: Place) -> Rule:
        """The rule, with the parameters of its kind."""
        return Rule(
            id=self.id,
            kind=self.kind,
            parameters=parameters,
            severity=self.severity,
            message=self.message,
            include=self.include,
            exclude=self.exclude,
            target=self.target,
            targets=dict(self.targets),
            milestones=tuple(Milestone(**each.model_dump()) for each in self.milestones),
            place=place,
        )
