"""Procrastinate's tables, brought to the version of the installed library.

Its migrations are the SQL files it ships. A new database gets its whole schema at once, and the
files count as applied; an older one gets the files it lacks, in their order.
See https://procrastinate.readthedocs.io/en/stable/howto/production/migrations.html
"""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, Table, Text, insert, select

applied = Table("procrastinate_migrations", MetaData(), Column("name", Text, primary_key=True))


def upgrade(connection: Connection) -> None:
    """Apply what is missing: each file in a transaction of its own, since later ones rely on it."""
    with connection.begin():
        applied.create(connection, checkfirst=True)
        known = set(connection.execute(select(applied.c.name)).scalars())
    if not known:
        with connection.begin():
            _install(connection)
        return
    for file in _files():
        if file.name not in known:
            with connection.begin():
                _run(connection, file.read_text(encoding="utf-8"))
                connection.execute(insert(applied).values(name=file.name))


def _install(connection: Connection) -> None:
    from procrastinate.schema import SchemaManager

    _run(connection, SchemaManager.get_schema())
    connection.execute(insert(applied), [{"name": file.name} for file in _files()])


def _files() -> Sequence[Path]:
    from procrastinate.schema import SchemaManager

    return sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))


def _run(connection: Connection, script: str) -> None:
    """Run many statements at once: without parameters, psycopg sends them as they are."""
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(script)
