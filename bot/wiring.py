"""The composition root: the only module that builds real adapters."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from bot.adapters import database
from bot.adapters.clock import SystemClock
from bot.adapters.database import Database
from bot.adapters.readiness import QueueCollector, Readiness
from bot.adapters.store.deliveries import DatabaseDeliveries
from bot.adapters.store.migrate import migrate
from bot.settings import Settings
from bot.web.app import create_app
from bot.web.health import Probe

_WEB_CONNECTIONS = 8
_WEB_STATEMENT_SECONDS = 5.0
"""GitHub waits ten seconds for an answer."""


@contextmanager
def ready_database(settings: Settings) -> Iterator[Database]:
    """The database, running and migrated, for as long as the context lasts."""
    with database.opened(settings) as opened:
        engine = database.connect(opened.url, name="canon migrate", connections=1)
        migrate(engine)
        engine.dispose()
        yield opened


def web(settings: Settings, url: str) -> Flask:
    """The web application on the database at `url`."""
    engine = database.connect(
        url,
        name="canon web",
        connections=_WEB_CONNECTIONS,
        statement_seconds=_WEB_STATEMENT_SECONDS,
    )
    readiness = Readiness(engine, settings.data_dir, stalled_seconds=settings.stalled_seconds)
    return create_app(
        settings,
        DatabaseDeliveries(engine),
        SystemClock(),
        probes=[
            Probe("database", readiness.database),
            Probe("queue", readiness.queue),
            Probe("disk", readiness.disk),
        ],
        collectors=[QueueCollector(engine)],
    )
