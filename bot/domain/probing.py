"""What came of asking live services, and what is made of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from bot.domain.probe import Probe
from bot.domain.repository import RepositoryRef

WINDOW: Final = timedelta(days=1)
"""Availability is that of so long back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeAnswer:
    """One asking. `reason` says why a service is not up; `seconds` is how long the answer took.

    `up` None: it could not be asked, which says nothing about the service.
    """

    at: datetime
    up: bool | None
    seconds: float
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueProbe:
    """A probe that is to be asked now, for a migration on a repository's branch."""

    repository: RepositoryRef
    branch: str
    issue: int
    probe: Probe


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """How often a probe was asked in a window of time, how often it was up, and the last answers.

    `last` is newest first. What could not be asked is in none of it, but counted in `unasked`.
    """

    asked: int
    up: int
    since: datetime
    until: datetime
    last: tuple[ProbeAnswer, ...] = ()
    unasked: int = 0

    @property
    def share(self) -> float | None:
        """From 0 to 1; None where it was never asked."""
        return self.up / self.asked if self.asked else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """That a service is not as available as was wanted, from when until when.

    `comment_id` is where it was said; None until then.
    """

    name: str
    opened_at: datetime
    closed_at: datetime | None = None
    comment_id: int | None = None


class AlertChange(Enum):
    """What becomes of a probe's alert."""

    OPEN = "open"
    CLOSE = "close"
