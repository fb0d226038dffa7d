"""Who has vouched for the code of which commit."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Approval:
    """Somebody with write permission has read a head commit, and lets its code be run."""

    head_sha: str
    by: str
    at: datetime


class Approvals(Protocol):
    """The approvals of heads of pull requests.

    One is for a single commit: the next push has none. Whether somebody may give one is for the
    caller to find out.
    """

    def approve(
        self, repository_id: int, number: int, head_sha: str, *, by: str, at: datetime
    ) -> None:
        """Record an approval (`head_sha`: all 40 or 64 hex digits); the first one stands."""

    def approval(self, repository_id: int, number: int, head_sha: str) -> Approval | None:
        """The approval of this very commit in this pull request."""
