from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What the gate says. `error` means that it could not be checked, which is not `fail`."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    NEUTRAL = "neutral"
    FAIL = "fail"
    ERROR = "error"

    @classmethod
    def worst(cls, outcomes: "list[Outcome]") -> "Outcome":
        """The gravest of `outcomes`; `pass` when there are none."""
        return max(outcomes, key=list(cls).index, default=cls.PASS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a verdict is what it is, in one sentence; `rule` where it is about one rule."""

    text: str
    rule: str | None = None
