"""What the service says: one stream, one format, for Canon and for its libraries."""

import logging
import sys
from collections.abc import Mapping
from typing import Any, Literal, TextIO

import structlog

from bot.settings import Settings

_QUIET = ("alembic", "procrastinate", "psycopg", "httpx", "urllib3")
"""Libraries that tell each step; their warnings are heard."""


def configure_logging(settings: Settings, *, stream: TextIO | None = None) -> None:
    """Send all logs to one stream, standard error unless told otherwise."""
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
