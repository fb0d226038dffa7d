"""What running test categories takes, and where its results go."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.suite import Executor
from bot.ports.testing import TestRequests, TestResults
from bot.ports.trust import Approvals
from bot.suites.executors import CategoryExecutor


@dataclass(frozen=True, slots=True, kw_only=True)
class Testing:
    """The part of the services that is about tests, and what the operator has set for it.

    `concurrency` is how many categories of one run are run at a time. `time` is how long all of
    them together may take; what has not ended by then could not be checked. Progress is posted
    every `progress_every`.
    """

    __test__ = False  # pytest would take the name for that of a test

    executors: Mapping[Executor, CategoryExecutor]
    approvals: Approvals
    requests: TestRequests
    results: TestResults
    concurrency: int = 2
    time: timedelta = timedelta(hours=1)
    progress_every: timedelta = timedelta(seconds=10)
