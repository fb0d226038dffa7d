"""What `/readyz` asks, and what `/metrics` measures at the moment it is asked."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from bot.domain.errors import CouldNotCheckError

_LEAST_FREE = 256 * 1024 * 1024

_WORKERS = text(
    "SELECT count(*) FROM procrastinate_workers"
    " WHERE last_heartbeat > now() - make_interval(secs => :seconds)"
)
_JOBS = text(
    """
    SELECT count(*) FILTER (WHERE status = 'doing') AS running,
           count(*) FILTER (WHERE status = 'todo' AND scheduled_at > now()) AS scheduled,
           count(*) FILTER (WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()) AS due
    FROM procrastinate_jobs
    """
)


class Readiness:
    """The questions; each answers with a few words or raises."""

    def __init__(self, engine: Engine, data_dir: Path, *, stalled_seconds: float) -> None:
        self._engine = engine
        self._data_dir = data_dir
        self._stalled_seconds = stalled_seconds

    def database(self) -> str:
        """Whether the database answers."""
        with self._engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        return "it answers"

    def queue(self) -> str:
        """Whether jobs can be queued. Without a worker they wait, which is no reason to refuse."""
        with self._engine.connect() as connection:
            jobs = connection.execute(_JOBS).one()
            alive = {"seconds": self._stalled_seconds}
            workers = connection.execute(_WORKERS, alive).scalar_one()
        return f"{jobs.due} due, {jobs.running} running, {workers} workers"

    def disk(self) -> str:
        """Whether there is room for mirrors."""
        existing = next(p for p in (self._data_dir, *self._data_dir.parents) if p.exists())
        free = shutil.disk_usage(existing).free
        if free < _LEAST_FREE:
            raise CouldNotCheckError(f"{free} bytes free in {existing}")
        return f"{free // 1024**2} MiB free"


class QueueCollector(Collector):
    """Whether the database answers, and the length of the queue in it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def collect(self) -> Iterator[Metric]:
        """Two gauges; the jobs are labelled by what they wait for."""
        up = GaugeMetricFamily("canon_database_up", "Whether the database answers")
        try:
            with self._engine.connect() as connection:
                counts = connection.execute(_JOBS).mappings().one()
        except SQLAlchemyError:
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        gauge = GaugeMetricFamily("canon_queue_jobs", "Jobs in the queue", labels=["state"])
        for state, count in counts.items():
            gauge.add_metric([state], count)
        yield gauge
