from datetime import datetime
from typing import Protocol


class ReportPages(Protocol):
    """Whole reports as HTML, each at an address that nobody can guess."""

    def reserve(self, repository_id: int, issue: int, kind: str, commit: str) -> str:
        """The secret part (32 hex digits) of a report's address; the same one every time."""

    def put(self, page: str, html: str, *, at: datetime) -> None:
        """Have this at a reserved address, in place of what was there."""

    def get(self, page: str) -> str | None:
        """What is there; None for an address that was never given out, or has been forgotten."""

    def forget(self, before: datetime) -> int:
        """Drop what was put there before; answers how many."""
