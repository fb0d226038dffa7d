"""The connection to PostgreSQL: a named server, or the embedded one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url

from bot.settings import Settings

KEEPALIVE: dict[str, int] = {
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
    "connect_timeout": 5,
}
"""libpq: a peer that vanished is noticed within half a minute."""

_SERVER_SIDE = (
    "SET tcp_keepalives_idle = 10",
    "SET tcp_keepalives_interval = 5",
    "SET tcp_keepalives_count = 3",
)
"""The same from the other end, so that the locks of a machine that vanished are given up."""


@dataclass(frozen=True, slots=True)
class Database:
    """A running database: its URL as libpq reads it, and how to start it again should it die."""

    url: str
    revive: Callable[[], object]


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The database for as long as the context lasts: the named one, or the embedded server."""
    if settings.database_url is not None:
        yield Database(libpq_url(settings.database_url.get_secret_value()), lambda: None)
        return
    from bot.adapters.embedded import EmbeddedPostgres

    server = EmbeddedPostgres(settings.data_dir)
    try:
        yield Database(server.start(), server.start)
    finally:
        server.stop()


def libpq_url(url: str) -> str:
    """The URL as libpq reads it; `postgres://` is an old name that some platforms still use."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def connect(
    url: str, *, name: str, connections: int = 5, statement_seconds: float | None = None
) -> Engine:
    """A pool of connections.

    `name` is what the server lists them as. `statement_seconds` bounds every statement.
    """
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=connections,
        max_overflow=connections,
        pool_timeout=5,
        pool_pre_ping=True,
        connect_args={**KEEPALIVE, "application_name": name},
    )
    statements = list(_SERVER_SIDE)
    if statement_seconds is not None:
        statements.append(f"SET statement_timeout = {round(statement_seconds * 1000)}")

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("; ".join(statements))
        connection.commit()

    return engine
