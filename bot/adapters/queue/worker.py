"""A Procrastinate worker, with what it takes to lose no job.

Procrastinate fetches, locks and ends jobs, and beats the heart. Jobs of dead workers are queued
anew here (`put_back`), and so are those that a stopping worker cannot finish in time.
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

import structlog
from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.jobs import Job
from psycopg import AsyncConnection
from sqlalchemy import Engine

from bot.adapters.database import KEEPALIVE
from bot.adapters.queue.chores import Chore, claim
from bot.adapters.queue.execution import Execution, put_back
from bot.adapters.queue.jobs import COMMANDS_QUEUE, QUEUE, TASK, TakenJob

_log = structlog.get_logger(__name__)

_POLL_SECONDS = 0.25
"""New jobs are announced; this is how soon one is seen that became runnable otherwise: its time
came, or the job before it ended."""

COMMANDS_AT_A_TIME = 2
"""Beside the jobs of `Pace.concurrency`: somebody waits for an answer, or wants a run to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How a worker works: jobs at a time, and the seconds that `Settings` describes."""

    concurrency: int
    heartbeat_seconds: float
    stalled_seconds: float
    shutdown_seconds: float


class QueueWorker:
    """One worker process's share of the queue."""

    def __init__(
        self, url: str, engine: Engine, execution: Execution, chores: Sequence[Chore], pace: Pace
    ) -> None:
        self._engine = engine
        self._execution = execution
        self._chores = chores
        self._pace = pace
        self._busy: dict[str, asyncio.Task[None]] = {}
        connector = PsycopgConnector(
            conninfo=url,
            min_size=1,
            max_size=6,
            configure=_transactions_are_statements,
            kwargs={**KEEPALIVE, "application_name": "canon queue"},
        )
        self._app = App(connector=connector)
        task = self._app.task(name=TASK, queue=QUEUE, pass_context=True, retry=_AsLastResort())
        task(self._reconcile)

    def _reconcile(self, context: JobContext, key: str, attempt: int) -> None:
        del key, attempt  # the job holds them too
        self._execution.execute(_taken(context.job))

    async def run(self, stop: asyncio.Event, stop_at_once: asyncio.Event) -> bool:
        """Work until `stop`; then finish what is in hand, or hand it back when time is up.

        False means that some of it, or a chore, still goes on: the process must end now. Raises
        what Procrastinate raises when the database is lost.
        """
        threads = ThreadPoolExecutor(
            self._pace.concurrency + COMMANDS_AT_A_TIME + len(self._chores) + 2
        )
        asyncio.get_running_loop().set_default_executor(threads)
        async with self._app.open_async():
            working = asyncio.create_task(self._work())
            upkeep = asyncio.create_task(self._keep_up(stop))
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not stop.is_set():
                upkeep.cancel()
                stopping.cancel()
                await working
                raise ConnectionError("the queue ended by itself")
            working.cancel()
            hurried = asyncio.create_task(stop_at_once.wait())
            await asyncio.wait(
                {working, hurried},
                timeout=self._pace.shutdown_seconds,
                return_when=asyncio.FIRST_COMPLETED,
            )
            upkeep.cancel()
            hurried.cancel()
            if working.done():
                with suppress(asyncio.CancelledError):
                    await working
                return all(chore.done() for chore in self._busy.values())
            await asyncio.to_thread(self._hand_back)
            return False

    async def _work(self) -> None:
        """Work on both queues until cancelled, and then until both have finished what they had."""
        lanes = [
            asyncio.create_task(self._work_on(QUEUE, self._pace.concurrency)),
            asyncio.create_task(self._work_on(COMMANDS_QUEUE, COMMANDS_AT_A_TIME)),
        ]
        try:
            ended, _ = await asyncio.wait(lanes, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            for lane in lanes:
                lane.cancel()
            await asyncio.wait(lanes)
            raise
        for lane in ended:
            await lane

    async def _work_on(self, queue: str, concurrency: int) -> None:
        await self._app.run_worker_async(
            queues=[queue],
            concurrency=concurrency,
            install_signal_handlers=False,
            listen_notify=True,
            fetch_job_polling_interval=_POLL_SECONDS,
            delete_jobs="always",
            update_heartbeat_interval=self._pace.heartbeat_seconds,
            stalled_worker_timeout=self._pace.stalled_seconds,
        )

    async def _keep_up(self, stop: asyncio.Event) -> None:
        """Every heartbeat: queue anew what nobody is going to end, and do the chores."""
        while True:
            try:
                await self._rescue()
                await self._start_chores()
                if stop.is_set():
                    await self._beat()
            except Exception as error:  # noqa: BLE001 - the next round tries again
                _log.warning("upkeep.failed", error=str(error), kind=type(error).__name__)
            await asyncio.sleep(self._pace.heartbeat_seconds)

    async def _rescue(self) -> None:
        stalled = await self._app.job_manager.get_stalled_jobs(
            task_name=TASK, seconds_since_heartbeat=self._pace.stalled_seconds
        )
        lost = [_taken(job) for job in stalled]
        lost += await asyncio.to_thread(self._execution.unrecorded)
        for job in lost:
            if await asyncio.to_thread(put_back, self._engine, job):
                _log.warning("job.rescued", target=job.key, job=job.id, attempt=job.attempt)

    async def _start_chores(self) -> None:
        for chore in self._chores:
            busy = self._busy.get(chore.name)
            if busy is not None and not busy.done():
                continue
            if await asyncio.to_thread(claim, self._engine, chore):
                self._busy[chore.name] = asyncio.create_task(_do(chore))

    async def _beat(self) -> None:
        """Procrastinate stops its heart before the last jobs end; they are not to be rescued."""
        for worker in {job.worker_id for job in self._execution.running} - {None}:
            assert worker is not None
            await self._app.job_manager.update_heartbeat(worker)

    def _hand_back(self) -> None:
        for job in self._execution.running:
            if put_back(self._engine, job):
                _log.info("job.handed_back", target=job.key, job=job.id)


class _AsLastResort(BaseRetryStrategy):
    """`Execution` queues failed jobs itself; what escapes it could not reach the database."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        del exception, job
        return RetryDecision(retry_in={"seconds": 5})


async def _transactions_are_statements(connection: AsyncConnection) -> None:
    """Procrastinate's are single statements: no lock waits for this process to commit."""
    await connection.set_autocommit(True)


async def _do(chore: Chore) -> None:
    with structlog.contextvars.bound_contextvars(chore=chore.name):
        try:
            await asyncio.to_thread(chore.run)
        except Exception:  # noqa: BLE001 - logged, and due again soon
            _log.exception("chore.failed")


def _taken(job: Job) -> TakenJob:
    assert job.id is not None
    key, attempt = job.task_kwargs["key"], job.task_kwargs["attempt"]
    assert isinstance(key, str)
    assert isinstance(attempt, int)
    return TakenJob(
        id=job.id, worker_id=job.worker_id, key=key, priority=job.priority, attempt=attempt
    )
