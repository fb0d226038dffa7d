"""Procrastinate's tables, brought to the version of the installed library.

Its migrations are the SQL files it ships. A new database gets its whole schema at once, and the
files count as applied; an older one gets the files it lacks, in their order.
See https://procrastinate.readthedocs.io/en/stable/howto/production/migrations.html
"""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, text

_APPLIED = "procrastinate_migrations"


def upgrade(connection: Connection) -> None:
    """Apply what is missing, in the caller's transaction."""
    from procrastinate.schema import SchemaManager

    files = sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    connection.execute(text(f"CREATE TABLE IF NOT EXISTS {_APPLIED} (name text PRIMARY KEY)"))
    applied = set(connection.execute(text(f"SELECT name FROM {_APPLIED}")).scalars())  # noqa: S608 - a constant
    if applied:
        missing = [file for file in files if file.name not in applied]
        for file in missing:
            _run(connection, file.read_text(encoding="utf-8"))
    else:
        missing = files
        _run(connection, SchemaManager.get_schema())
    _record(connection, missing)


def _record(connection: Connection, files: Sequence[Path]) -> None:
    if files:
        statement = text(f"INSERT INTO {_APPLIED} VALUES (:name)")  # noqa: S608 - a constant
        connection.execute(statement, [{"name": file.name} for file in files])


def _run(connection: Connection, script: str) -> None:
    """Run many statements at once: without parameters, psycopg sends them as they are."""
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(script)
