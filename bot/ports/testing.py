"""What tests were asked for, and what they came to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.observation import TestRuns
from bot.domain.testing import CategoryResult


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

    def ask(self, key: str, head_sha: str, request: TestRequest) -> None:
        """Record a request for the target with this key, at this head."""

    def asked(self, key: str, head_sha: str, *, since: datetime | None) -> Sequence[TestRequest]:
        """The requests for this head that are later than `since`, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRecord:
    """One category's result, as it is kept with the run it belongs to.

    `definition` is a digest of all that the result depends on besides the commit. `run` is the
    run in which it was measured or into which it was taken over; `at` is when it was measured.
    """

    run: int
    issue: int
    definition: str
    at: datetime
    result: CategoryResult


class TestResults(Protocol):
    """The results of test categories: facts that reports and later runs read."""

    def record(self, record: CategoryRecord, log: bytes) -> None:
        """Keep a result with what its command wrote; one that is there is replaced."""

    def take_over(self, record: CategoryRecord, run: int) -> None:
        """Let an earlier result stand in the run `run` of the same commit too."""

    def of_run(self, run: int) -> Sequence[CategoryRecord]:
        """The results of one run, in the order of their migrations and names."""

    def of_commit(self, repository_id: int, commit: str) -> Sequence[CategoryRecord]:
        """The latest result of each category on a commit."""

    def latest(self, repository_id: int, issue: int, commit: str) -> TestRuns | None:
        """The latest results of a migration's categories on a commit; None where there are none."""

    def log(self, run: int, issue: int, category: str) -> bytes | None:
        """What a category's command wrote, bounded; None where it was not kept, or no longer."""
