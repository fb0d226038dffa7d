"""How far a migration is against what was wanted: conditions, steps, criteria, readiness."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.measurement import Measurement
from bot.domain.phase import Phase
from bot.domain.plan import Condition, Step, SuccessCriterion


class Standing(StrEnum):
    """Whether something that was wanted is so; `unknown` is not a no."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Check:
    """A condition held against its measure."""

    condition: Condition
    measurement: Measurement
    standing: Standing


@dataclass(frozen=True, slots=True)
class CriterionState:
    """A success criterion, and how it stands."""

    criterion: SuccessCriterion
    check: Check


@dataclass(frozen=True, slots=True, kw_only=True)
class StepState:
    """A step of the plan, and how it stands.

    `check` is None where the step has no condition: `stated` then tells that people said so.
    `overdue`: its day is past and it is not known to be done.
    """

    step: Step
    standing: Standing
    check: Check | None
    stated: bool
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistItem:
    """One line of a phase's checklist. Only `required` ones keep the phase from being left."""

    text: str
    standing: Standing
    required: bool
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Whether a migration can leave its phase; `next` is None in the last one."""

    phase: Phase
    next: Phase | None
    items: tuple[ChecklistItem, ...]

    @property
    def blocking(self) -> tuple[ChecklistItem, ...]:
        """What keeps it from the next phase, known and unknown."""
        return tuple(i for i in self.items if i.required and i.standing is not Standing.MET)

    @property
    def ready(self) -> bool:
        """Whether everything required is known to be so, and there is a next phase."""
        return self.next is not None and not self.blocking
