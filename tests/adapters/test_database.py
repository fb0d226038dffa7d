import time

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot.adapters import database
from bot.settings import Settings


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_name_of_postgresql_is_read_by_libpq(scheme: str) -> None:
    url = f"{scheme}://user:p%40ss@db.example:5432/canon?sslmode=require"
    read = database.libpq_url(url)
    assert read == "postgresql://user:p%40ss@db.example:5432/canon?sslmode=require"


def test_a_named_database_is_used_as_it_is(database_url: str) -> None:
    with database.opened(Settings(DATABASE_URL=database_url)) as opened:
        engine = database.connect(opened.url, name="canon test")
        with engine.connect() as connection:
            assert connection.execute(text("SELECT 1")).scalar_one() == 1
        engine.dispose()


def test_connections_tell_the_server_whose_they_are(database_url: str) -> None:
    engine = database.connect(database_url, name="canon test of names")
    with engine.connect() as connection:
        name = connection.execute(text("SHOW application_name")).scalar_one()
    engine.dispose()
    assert name == "canon test of names"


def test_a_statement_that_takes_too_long_is_ended(database_url: str) -> None:
    engine = database.connect(database_url, name="canon test", statement_seconds=0.1)
    began = time.monotonic()
    with engine.connect() as connection, pytest.raises(OperationalError):
        connection.execute(text("SELECT pg_sleep(10)"))
    engine.dispose()
    assert time.monotonic() - began < 5


def test_a_connection_that_died_in_the_pool_is_replaced(database_url: str) -> None:
    engine = database.connect(database_url, name="canon test", connections=1)
    with engine.connect() as connection:
        pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    other = database.connect(database_url, name="canon test", connections=1)
    with other.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    with engine.connect() as connection:
        assert connection.execute(text("SELECT pg_backend_pid()")).scalar_one() != pid
    engine.dispose()
    other.dispose()
