"""What a migration's owners plan, fear and want to reach: stated by people, checked by measures."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.measure import Measure
from bot.domain.phase import Phase


class Operator(StrEnum):
    """How a measured value is compared with the wanted one."""

    AT_MOST = "<="
    AT_LEAST = ">="
    LESS = "<"
    MORE = ">"
    EQUAL = "=="


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """True when `measure operator value` holds. Shares are 0..1, so 99% is 0.99."""

    measure: Measure
    operator: Operator
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the plan; `due` is an ISO date, priority 1 comes first."""

    phase: Phase
    title: str
    priority: int | None = None
    due: str | None = None
    done_when: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuccessCriterion:
    """One line of "how we know that it worked"."""

    name: str
    condition: Condition


class RiskLevel(StrEnum):
    """How bad a risk is, as stated."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """What may go wrong, and what is done against it, as stated."""

    risk: str
    level: RiskLevel | None = None
    mitigation: str | None = None
