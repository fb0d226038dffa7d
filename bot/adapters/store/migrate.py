"""Bring the database to this version of Canon: `python -m bot.adapters.store.migrate`.

Every process does it where it starts; the first one does the work and the others wait for it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from bot.adapters.queue import schema
from bot.ports.store import StoreUnavailableError

_LOCK = 0x63616E6F6E  # any number that nobody else uses: "canon" in ASCII


def migrate(engine: Engine) -> None:
    """Apply what is missing of Procrastinate's tables and of ours.

    Raises `StoreUnavailableError`.
    """
    config = Config()
    config.set_main_option("script_location", "bot.adapters.store:migrations")
    try:
        with engine.connect() as connection, _alone(connection):
            schema.upgrade(connection)
            with connection.begin():
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
    except OperationalError as error:
        raise StoreUnavailableError(f"the database does not answer: {error.orig}") from error


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """Hold a lock of the session, which outlives the transactions in between."""
    with connection.begin():
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
    try:
        yield
    finally:
        with connection.begin():
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})


def main() -> None:
    """The release step of a deployment."""
    from bot import settings
    from bot.adapters import database

    with database.opened(settings.load()) as opened:
        engine = database.connect(opened.url, name="canon migrate", connections=1)
        migrate(engine)
        engine.dispose()


if __name__ == "__main__":
    main()
