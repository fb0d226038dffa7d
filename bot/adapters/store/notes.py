"""Which comments that are made once have been made, in the database."""

from sqlalchemy import Engine, select
from sqlalchemy.dialects.postgresql import insert

from bot.adapters.store.tables import notes


class DatabaseNotes:
    """The `Notes` port. Every statement is a transaction by itself."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")

    def is_made(self, key: str, marker: str) -> bool:
        """Whether the target with this key has had the comment that carries this marker."""
        query = select(notes.c.key).where(notes.c.key == key, notes.c.marker == marker)
        with self._engine.connect() as connection:
            return connection.execute(query).first() is not None

    def made(self, key: str, marker: str) -> None:
        """Note that it has; noting it again changes nothing."""
        row = insert(notes).values(key=key, marker=marker).on_conflict_do_nothing()
        with self._engine.connect() as connection:
            connection.execute(row)
