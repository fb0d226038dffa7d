"""Test categories side by side, each in a thread of its own."""

import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime
from typing import Final

from bot.domain.errors import CouldNotCheckError
from bot.handlers.board import Board
from bot.handlers.testing import Testing
from bot.ports.clock import Cancellation, Clock
from bot.suites.assessment import not_run
from bot.suites.executors import CategoryJob, run_category
from bot.suites.run import CategoryProgress, CategoryRun

_TICK_SECONDS: Final = 0.25


class _StoppedError(CouldNotCheckError):
    """The run goes on without this category."""


def in_parallel(
    board: Board, testing: Testing, clock: Clock, until: datetime, cancellation: Cancellation
) -> Iterator[tuple[CategoryJob, CategoryRun]]:
    """Each job on the board with its run, as they end.

    At `until` what still runs is stopped, and could not be checked. Raises what `cancellation`
    raises. Nothing runs any more when this returns or raises.
    """
    stop = threading.Event()

    def work(job: CategoryJob) -> CategoryRun:
        def watch(progress: CategoryProgress) -> None:
            if stop.is_set():
                raise _StoppedError("stopped")
            board.tell(job, progress)

        return run_category(testing.executors, job, watch)

    at_once = min(testing.concurrency, len(board.jobs))
    with ThreadPoolExecutor(at_once, thread_name_prefix="category") as threads:
        pending = {threads.submit(work, job): job for job in board.jobs}
        try:
            while pending and clock.now() < until:
                for future in wait(pending, _TICK_SECONDS, FIRST_COMPLETED).done:
                    job, run = pending.pop(future), future.result()
                    board.finished(job, run.result)
                    yield job, run
                cancellation.check()
                board.post()
        finally:
            stop.set()
            for future in pending:
                future.cancel()
    for future, job in pending.items():
        yield job, _late(future, job)


def _late(future: Future[CategoryRun], job: CategoryJob) -> CategoryRun:
    """What became of a category that had not ended when the time was over."""
    if future.cancelled():
        return CategoryRun(not_run(job.category, job.phase, "there was no time left for it"))
    if isinstance(future.exception(), _StoppedError):
        reason = "it was stopped, because the time of all categories together was over"
        return CategoryRun(not_run(job.category, job.phase, reason))
    return future.result()
