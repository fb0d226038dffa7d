"""What the service says about itself: logs and metrics."""

import logging
import sys
from collections.abc import Mapping
from typing import Any, Literal, TextIO

import structlog
from prometheus_client import Counter, Histogram

from bot.settings import Settings

DELIVERIES = Counter(
    "canon_deliveries_total",
    "Webhook deliveries by event and by what became of them",
    ["event", "result"],
)
ACKNOWLEDGE_SECONDS = Histogram(
    "canon_acknowledge_seconds",
    "From a delivery's arrival to its answer",
    buckets=(0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
JOBS = Counter("canon_jobs_total", "Jobs by how they ended", ["result"])
JOB_SECONDS = Histogram(
    "canon_job_seconds",
    "How long jobs take",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600),
)

_QUIET = ("alembic", "procrastinate", "psycopg", "httpx", "urllib3")
"""Libraries that tell each step; their warnings are heard."""


def configure_logging(settings: Settings, *, stream: TextIO | None = None) -> None:
    """Send the logs of Canon and of its libraries to one stream (standard error), in one format."""
    target = stream or sys.stderr
    form = settings.log_format or ("text" if target.isatty() else "json")
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=_rendering(form, colors=target.isatty())
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _rendering(form: Literal["text", "json"], *, colors: bool) -> list[structlog.types.Processor]:
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if form == "text":
        plain = structlog.dev.plain_traceback  # the other kinds show local variables
        return [remove, structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=plain)]
    return [
        remove,
        structlog.processors.ExceptionRenderer(
            structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        ),
        _event_first,
        structlog.processors.JSONRenderer(),
    ]


def _event_first(_logger: Any, _name: str, fields: Mapping[str, Any]) -> Mapping[str, Any]:
    first = ("timestamp", "level", "event")
    return {key: fields[key] for key in first if key in fields} | dict(fields)
