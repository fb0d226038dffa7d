"""gunicorn's settings, for `canon serve` and `gunicorn -c python:bot.web.gunicorn app:app`.

Every public name here is one of https://docs.gunicorn.org/en/stable/settings.html
"""

import os
import tempfile
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING

from gunicorn.glogging import Logger as _Logger

from bot import settings as _settings
from bot.logs import configure_logging as _configure_logging

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter as _Arbiter
    from gunicorn.config import Config as _Config
    from gunicorn.workers.base import Worker as _Worker

_chosen = _settings.load()
_configure_logging(_chosen)

_METRICS = "PROMETHEUS_MULTIPROC_DIR"
_own_metrics = _METRICS not in os.environ
if _own_metrics:
    os.environ[_METRICS] = tempfile.mkdtemp(prefix="canon-metrics-")


class logger_class(_Logger):  # noqa: N801 - the name is gunicorn's
    """Hands gunicorn's messages to our own logs."""

    def setup(self, cfg: "_Config") -> None:
        """Drop the handlers that gunicorn has made."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


bind = f"{_chosen.host}:{_chosen.port}"
workers = _chosen.web_concurrency
worker_class = "bot.web.threads.Worker"
threads = 8
graceful_timeout = round(_chosen.shutdown_seconds)
control_socket_disable = True
loglevel = _chosen.log_level


def child_exit(server: "_Arbiter", worker: "_Worker") -> None:
    """Forget the gauges of a process that ended; its counts stay."""
    del server
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(server: "_Arbiter") -> None:
    """Remove the directory of the metrics, unless somebody else made it."""
    del server
    if _own_metrics:
        rmtree(Path(os.environ[_METRICS]), ignore_errors=True)
