from collections.abc import Sequence
from typing import Protocol

from bot.domain.work import Work


class Queue(Protocol):
    """Durable jobs, one at a time per target."""

    def want(self, work: Sequence[Work]) -> None:
        """Note the work and queue its jobs, in one transaction; coalesces with what is queued."""
