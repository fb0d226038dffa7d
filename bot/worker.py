"""The worker process: takes jobs until it is told to stop."""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence

import structlog
from sqlalchemy import Engine

from bot.adapters.queue.chores import Chore
from bot.adapters.queue.execution import Execution, Reconcile
from bot.adapters.queue.worker import Pace, QueueWorker
from bot.settings import Settings

_log = structlog.get_logger(__name__)


def run(
    settings: Settings, url: str, engine: Engine, reconcile: Reconcile, chores: Sequence[Chore]
) -> int:
    """Work until SIGTERM or SIGINT; answers the exit status.

    The first signal lets the jobs in hand end, for `CANON_SHUTDOWN_SECONDS`; the second hands them
    back at once. A job cannot be stopped from outside, so one that still runs then ends with the
    process, which does not return from here.
    """
    pace = Pace(
        concurrency=settings.worker_concurrency,
        heartbeat_seconds=settings.heartbeat_seconds,
        stalled_seconds=settings.stalled_seconds,
        shutdown_seconds=settings.shutdown_seconds,
    )
    worker = QueueWorker(url, engine, Execution(engine, reconcile), chores, pace)
    status = asyncio.run(_until_told(worker))
    _log.info("worker.stopped")
    return status


async def _until_told(worker: QueueWorker) -> int:
    stop, stop_at_once = asyncio.Event(), asyncio.Event()

    def told() -> None:
        (stop_at_once if stop.is_set() else stop).set()

    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, told)
    loop.add_signal_handler(signal.SIGINT, told)
    _log.info("worker.started")
    try:
        finished = await worker.run(stop, stop_at_once)
    except Exception as error:  # noqa: BLE001 - logged; whoever started the worker starts it again
        cause = error.__cause__ or error  # Procrastinate wraps what the database says
        _log.error("worker.failed", error=str(cause), kind=type(cause).__name__)
        _leave(1)
    if not finished:
        _leave(0)
    return 0


def _leave(status: int) -> None:
    """End without waiting for the threads: their jobs are no longer this process's."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
