"""What tests were asked for, and what they came to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class TestRequest:
    """Somebody wants categories to be run again on a commit.

    `issue` and `category` None stand for any. `unexpected`: only those that did not end as
    expected.
    """

    __test__ = False  # pytest would take the name for that of a test

    at: datetime
    issue: int | None = None
    category: str | None = None
    unexpected: bool = False


class TestRequests(Protocol):
    """What was asked for by command. Asking twice is asking once, at the later time."""

    __test__ = False

    def ask(self, key: str, head_sha: str, request: TestRequest) -> None:
        """Record a request for the target with this key, at this head."""

    def asked(self, key: str, head_sha: str, *, since: datetime | None) -> Sequence[TestRequest]:
        """The requests for this head that are later than `since`, in their order."""
