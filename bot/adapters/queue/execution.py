"""What becomes of one job: it is done, or its target is queued anew."""

import random
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import Connection, Engine, text

from bot.adapters.queue import jobs
from bot.adapters.queue.backoff import backoff
from bot.adapters.queue.jobs import TakenJob
from bot.domain.errors import RetryLaterError
from bot.metrics import JOB_SECONDS, JOBS

Reconcile = Callable[[str], None]
"""Brings the target with this key to where it should be; may be called again at any time."""

_log = structlog.get_logger(__name__)
_SOONEST = timedelta(seconds=1)
_SETTLED = timedelta(seconds=5)
_STILL_TAKEN = text("SELECT id FROM procrastinate_jobs WHERE id = ANY(:ids) AND status = 'doing'")


class Execution:
    """Runs jobs in the worker's threads, and knows which are in hand."""

    def __init__(self, engine: Engine, reconcile: Reconcile) -> None:
        self._at_once = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._reconcile = reconcile
        self._lock = threading.Lock()
        self._running: dict[int, TakenJob] = {}
        self._ended: dict[int, tuple[TakenJob, datetime]] = {}

    def execute(self, job: TakenJob) -> None:
        """Do one job. Only a database that cannot be reached makes this fail."""
        with self._lock:
            self._running[job.id] = job
        try:
            with (
                structlog.contextvars.bound_contextvars(target=job.key, job=job.id),
                JOB_SECONDS.time(),
            ):
                self._attempt(job)
        finally:
            with self._lock:
                del self._running[job.id]
                self._ended[job.id] = (job, datetime.now(UTC))

    def _attempt(self, job: TakenJob) -> None:
        try:
            with self._at_once.connect() as connection:
                jobs.barrier(connection, job.key)
            self._reconcile(job.key)
        except RetryLaterError as error:
            at = max(error.at, datetime.now(UTC) + _SOONEST)
            _log.info("job.postponed", reason=str(error), until=at.isoformat())
            JOBS.labels("postponed").inc()
            self._write(jobs.come_back, job, at)
        except Exception:  # noqa: BLE001 - logged, and tried again
            at = _after(job.attempt + 1)
            _log.exception("job.failed", failures=job.attempt + 1, again_at=at.isoformat())
            JOBS.labels("failed").inc()
            self._write(jobs.try_again, job, at)
        else:
            JOBS.labels("done").inc()

    def _write(
        self,
        change: Callable[[Connection, TakenJob, datetime], object],
        job: TakenJob,
        at: datetime,
    ) -> None:
        with self._at_once.connect() as connection:
            change(connection, job, at)

    @property
    def running(self) -> Sequence[TakenJob]:
        """The jobs in hand."""
        with self._lock:
            return list(self._running.values())

    def unrecorded(self) -> Sequence[TakenJob]:
        """Jobs that ended here while the queue still has them as taken.

        Recording the end failed, and it would keep its target locked for as long as this worker
        lives. Jobs are given some seconds to be recorded.
        """
        settled = datetime.now(UTC) - _SETTLED
        with self._lock:
            ended = {job.id: job for job, at in self._ended.values() if at < settled}
        if not ended:
            return ()
        with self._at_once.connect() as connection:
            taken = set(connection.execute(_STILL_TAKEN, {"ids": list(ended)}).scalars())
        self._forget(ended)
        return [job for job in ended.values() if job.id in taken]

    def _forget(self, ended: Mapping[int, TakenJob]) -> None:
        with self._lock:
            for job_id in ended:
                self._ended.pop(job_id, None)


def put_back(engine: Engine, job: TakenJob) -> bool:
    """Queue a job anew that nobody is going to end; False when it was ended after all.

    What dies again and again waits longer each time, so that it does not take every worker along.
    """
    at = None if job.attempt < 3 else _after(job.attempt)
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        return jobs.take_from(connection, job, at)


def _after(failures: int) -> datetime:
    return datetime.now(UTC) + backoff(failures, random.random())  # noqa: S311 - no secret in it
