import threading
from collections.abc import Sequence

from bot.domain.testing import CategoryResult
from bot.handlers.posting import Posting
from bot.handlers.testing import Testing
from bot.ports.clock import Clock
from bot.reports.progress import Row, progress_report
from bot.suites.executors import CategoryJob
from bot.suites.run import CategoryProgress


class Board:
    """How far the categories of a run are; put into its check now and then.

    `scanned` is what is known already, in one line. Threads tell; only the run's own thread posts.
    """

    def __init__(
        self,
        testing: Testing,
        clock: Clock,
        posting: Posting,
        scanned: str,
        jobs: Sequence[CategoryJob],
    ) -> None:
        self.jobs = jobs
        self._every = testing.progress_every
        self._clock = clock
        self._posting = posting
        self._scanned = scanned
        self._lock = threading.Lock()
        self._began = clock.now()
        self._next = self._began
        self._rows = {job: Row(job.category.name) for job in jobs}

    def tell(self, job: CategoryJob, progress: CategoryProgress) -> None:
        """Note how far a category is."""
        with self._lock:
            self._rows[job] = Row(job.category.name, progress=progress)

    def finished(self, job: CategoryJob, result: CategoryResult) -> None:
        """Note that a category has ended."""
        with self._lock:
            self._rows[job] = Row(job.category.name, result=result)

    def post(self) -> None:
        """Put all of it into the check, unless that has been done a moment ago."""
        now = self._clock.now()
        if now < self._next:
            return
        self._next = now + self._every
        with self._lock:
            rows = list(self._rows.values())
        seconds = (now - self._began).total_seconds()
        title, summary = progress_report(self._scanned, rows, seconds)
        self._posting.progress(title, summary, now)
