"""Bring the database to this version of Canon: `python -m bot.adapters.store.migrate`.

Every process does it where it starts; the first one does the work and the others wait for it.
"""

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

from bot.adapters.queue import schema

_LOCK = 0x63616E6F6E  # any number that nobody else uses: "canon" in ASCII


def migrate(engine: Engine) -> None:
    """Apply what is missing of Procrastinate's tables and of ours, in one transaction."""
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        schema.upgrade(connection)
        config = Config()
        config.set_main_option("script_location", "bot.adapters.store:migrations")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def main() -> None:
    """The release step of a deployment."""
    from bot import settings
    from bot.adapters import database

    with database.opened(settings.load()) as url:
        engine = database.connect(url, name="canon migrate", connections=1)
        migrate(engine)
        engine.dispose()


if __name__ == "__main__":
    main()
