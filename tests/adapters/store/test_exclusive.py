import subprocess
import sys

import pytest
from sqlalchemy import Engine, text

from bot.adapters.store.runs import DatabaseRuns

HOLD = """
import sys
from bot.adapters import database
from bot.adapters.store.runs import DatabaseRuns

engine = database.connect(sys.argv[1], name="holder")
with DatabaseRuns(engine).exclusive("key") as ours:
    print(ours, flush=True)
    sys.stdin.readline()
"""


def holder(url: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HOLD, url]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "True\n"
    return process


def is_free(engine: Engine, key: str = "key") -> bool:
    with DatabaseRuns(engine).exclusive(key) as ours:
        return ours


def becomes_free(engine: Engine) -> bool:
    """The server notices a dead client within moments, not at once."""
    with engine.connect() as connection:
        connection.execute(text("SET statement_timeout = '5s'"))
        key = {"key": "key"}
        connection.execute(text("SELECT pg_advisory_lock(hashtextextended(:key, 0))"), key)
        connection.execute(text("SELECT pg_advisory_unlock_all()"))
    return is_free(engine)


def test_a_target_held_by_another_process_is_not_ours(database_url: str, engine: Engine) -> None:
    with holder(database_url) as process:
        assert not is_free(engine)
        assert is_free(engine, "another key")
        process.communicate("\n")
    assert is_free(engine)


def test_a_killed_holder_gives_the_target_up(database_url: str, engine: Engine) -> None:
    with holder(database_url) as process:
        process.kill()
    assert becomes_free(engine)


def test_within_one_process_too_there_is_one_holder(engine: Engine) -> None:
    with DatabaseRuns(engine).exclusive("key") as ours:
        assert ours
        assert not is_free(engine)
    assert is_free(engine)


def test_an_error_inside_gives_the_target_up(engine: Engine) -> None:
    with pytest.raises(RuntimeError), DatabaseRuns(engine).exclusive("key"):
        raise RuntimeError
    assert is_free(engine)


def test_a_lost_session_is_no_error_of_the_work_it_guarded(engine: Engine) -> None:
    others = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with DatabaseRuns(engine).exclusive("key"), engine.connect() as connection:
        connection.execute(others)
    assert is_free(engine)
