"""`canon replay`, as a process of its own on a real database."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from bot.adapters.store.deliveries import DatabaseDeliveries
from bot.ports.store import DeliveryState
from tests.support.service import push
from tests.support.work import delivery

pytestmark = pytest.mark.slow


def replay(url: str, what: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "replay", str(what)],
        env={**os.environ, "DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )


def forced(engine: Engine) -> dict[str, int]:
    """The targets with a job, and the generation that was last forced."""
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT key, forced_generation FROM targets"
                " JOIN procrastinate_jobs ON lock = key AND status = 'todo'"
            )
        )
        return {row.key: row.forced_generation for row in rows}


def test_a_stored_delivery_is_queued_again_by_force(database_url: str, engine: Engine) -> None:
    body = json.dumps(push()).encode()
    DatabaseDeliveries(engine).accept(delivery("guid-1", event="push", body=body), [])
    done = replay(database_url, "guid-1")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "queued: acme/shop, branch main\n"
    assert forced(engine) == {"7/branch/main": 1}


def test_a_delivery_that_was_unreadable_once_may_be_read_now(
    database_url: str, engine: Engine
) -> None:
    body = json.dumps(push()).encode()
    old = delivery("guid-1", event="push", body=body, state=DeliveryState.UNREADABLE, reason="old")
    DatabaseDeliveries(engine).accept(old, [])
    assert replay(database_url, "guid-1").returncode == 0
    assert forced(engine) == {"7/branch/main": 1}


@pytest.mark.parametrize(
    "content",
    [
        {"event": "push", "payload": push()},
        {"id": 1, "guid": "g", "event": "push", "request": {"headers": {}, "payload": push()}},
    ],
)
def test_a_file_is_queued(
    database_url: str, engine: Engine, tmp_path: Path, content: object
) -> None:
    file = tmp_path / "delivery.json"
    file.write_text(json.dumps(content))
    assert replay(database_url, file).returncode == 0
    assert forced(engine) == {"7/branch/main": 1}


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", "not JSON"),
        ("[]", 'expected an object with "event" and "payload"'),
        ('{"event": "push", "payload": {}}', "the delivery asks for no work: "),
        ('{"event": "ping", "payload": {}}', "the delivery asks for no work: ping needs none"),
        ('{"event": "star", "payload": {}}', "an event that Canon does not handle"),
    ],
)
def test_a_file_that_is_no_delivery_is_refused(
    database_url: str, engine: Engine, tmp_path: Path, content: str, complaint: str
) -> None:
    file = tmp_path / "delivery.json"
    file.write_text(content)
    done = replay(database_url, file)
    assert done.returncode == 2
    assert complaint in done.stderr
    assert forced(engine) == {}


def test_an_unknown_delivery_is_refused(database_url: str) -> None:
    done = replay(database_url, "guid-9")
    assert done.returncode == 2
    assert "neither a file nor a stored delivery 'guid-9'" in done.stderr
