from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The time; a fake one makes deadlines and retries testable without waiting."""

    def now(self) -> datetime:
        """The current time, timezone-aware, in UTC."""


class Cancellation(Protocol):
    """Asked often by long work whether to go on."""

    def check(self) -> None:
        """Return, or raise `SupersededError` or `DeadlineExceededError`."""
