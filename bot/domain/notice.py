"""What Canon says on a tracked issue of its own accord, once for each occasion."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.repository import Authored


@dataclass(frozen=True, slots=True)
class Beyond:
    """A rule whose count is above its target."""

    rule: str
    count: int
    target: int


@dataclass(frozen=True, slots=True)
class ClosedEarly:
    """The issue was closed although these rules are not at their targets."""

    closed_at: datetime
    rules: tuple[Beyond, ...]


@dataclass(frozen=True, slots=True)
class Regressed:
    """A migration that was done is not any more; `after` is the last commit where it was."""

    after: str
    rules: tuple[Beyond, ...]


@dataclass(frozen=True, slots=True)
class Regression:
    """A regression and the change that brought it; None where that could not be told."""

    regressed: Regressed
    change: Authored | None


Notice = ClosedEarly | Regressed
