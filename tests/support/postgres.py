"""A real PostgreSQL for tests: one server for a whole run, a database for each test."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from sqlalchemy import Engine

from bot.adapters import database
from bot.adapters.embedded import EmbeddedPostgres
from bot.adapters.store.migrate import migrate

_TEMPLATE = "canon_template"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The server's own database; xdist's workers share the server."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    data_dir = Path(tempfile.gettempdir()) / f"canon-tests-{run[:12]}"
    server = EmbeddedPostgres(data_dir, options={"fsync": "off", "max_connections": "300"})
    url = server.start()
    _make_template(url)
    yield url
    if server.stop():
        shutil.rmtree(data_dir, ignore_errors=True)


@contextmanager
def migrated_database(server_url: str) -> Iterator[str]:
    """A new database with all migrations applied, for as long as the context lasts."""
    with _database(server_url, _TEMPLATE) as url:
        yield url


@pytest.fixture
def empty_database_url(postgres_url: str) -> Iterator[str]:
    """A new database with nothing in it."""
    with _database(postgres_url, "template1") as url:
        yield url


@pytest.fixture
def database_url(postgres_url: str) -> Iterator[str]:
    """A new database with all migrations applied."""
    with migrated_database(postgres_url) as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Connections to a new database with all migrations applied."""
    engine = database.connect(database_url, name="canon test", connections=10)
    yield engine
    engine.dispose()


def _make_template(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(1)")
        there = SQL("SELECT FROM pg_database WHERE datname = {}").format(_TEMPLATE)
        if connection.execute(there).fetchone() is not None:
            return
        connection.execute(SQL("CREATE DATABASE {}").format(Identifier(_TEMPLATE + "_new")))
        engine = database.connect(_named(url, _TEMPLATE + "_new"), name="canon test")
        migrate(engine)
        engine.dispose()
        rename = SQL("ALTER DATABASE {} RENAME TO {}")
        connection.execute(rename.format(Identifier(_TEMPLATE + "_new"), Identifier(_TEMPLATE)))


@contextmanager
def _database(url: str, template: str) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as connection:
        create = SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(create.format(Identifier(name), Identifier(template)))
        yield _named(url, name)
        connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


def _named(url: str, name: str) -> str:
    return url.replace("@/postgres?", f"@/{name}?")
