"""`canon serve` as a real process, over real HTTP."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from bot.web.webhooks import LARGEST_BODY
from tests.support.service import CREDENTIALS, Service, push, signed, started

pytestmark = pytest.mark.slow


@pytest.fixture
def service(database_url: str) -> Iterator[Service]:
    with started("bot serve", {**CREDENTIALS, "DATABASE_URL": database_url}) as service:
        yield service


def stored(engine: Engine) -> tuple[list[str], list[str]]:
    """The deliveries, and the targets with a job."""
    with engine.connect() as connection:
        guids = connection.execute(text("SELECT guid FROM deliveries ORDER BY guid")).scalars()
        locks = connection.execute(text("SELECT lock FROM procrastinate_jobs ORDER BY lock"))
        return list(guids), list(locks.scalars())


def test_a_delivery_and_its_job_outlive_the_server_that_was_killed_after_its_answer(
    service: Service, engine: Engine
) -> None:
    assert service.deliver(push(), guid="guid-1").status == 202
    os.killpg(service.process.pid, signal.SIGKILL)
    assert stored(engine) == (["guid-1"], ["7/branch/main"])


def test_deliveries_sent_again_and_at_once_have_one_effect(
    service: Service, engine: Engine
) -> None:
    for _ in range(5):
        assert service.deliver(push(), guid="guid-1").status == 202
    assert stored(engine) == (["guid-1"], ["7/branch/main"])
    with engine.connect() as connection:
        assert connection.execute(text("SELECT generation FROM targets")).scalar_one() == 1


def test_a_body_that_is_announced_as_too_large_is_refused(service: Service, engine: Engine) -> None:
    body = b" " * (LARGEST_BODY + 1)
    answer = service.request("POST", "/webhooks/github", body, signed(body, "push", "guid-1"))
    assert answer.status == 413
    assert stored(engine) == ([], [])


def test_a_body_that_turns_out_to_be_too_large_is_refused(service: Service, engine: Engine) -> None:
    chunks = (b" " * 1024 * 1024 for _ in range(26))
    answer = service.request("POST", "/webhooks/github", chunks, signed(b"", "push", "guid-1"))
    assert answer.status == 413
    assert stored(engine) == ([], [])


def test_a_body_of_unknown_length_is_taken(service: Service, engine: Engine) -> None:
    body = b'{"action": "created"}'
    answer = service.request(
        "POST", "/webhooks/github", iter([body[:9], body[9:]]), signed(body, "star", "guid-1")
    )
    assert answer.status == 202
    assert stored(engine) == (["guid-1"], [])


def test_it_is_ready_with_a_database_and_counts_what_all_its_processes_did(
    service: Service,
) -> None:
    ready = service.get("/readyz")
    assert (ready.status, set(ready.json["checks"])) == (200, {"database", "queue", "disk"})
    for _ in range(20):
        service.deliver({"action": "created"}, "star")
    metrics = service.get("/metrics").body.decode()
    assert 'canon_deliveries_total{event="star",result="ignored"} 20.0' in metrics
    assert "canon_database_up 1.0" in metrics


def test_without_its_database_it_lives_but_is_not_ready_and_refuses(
    service: Service, postgres_url: str, database_url: str
) -> None:
    import psycopg
    from psycopg.sql import SQL, Identifier

    name = database_url.partition("@/")[2].partition("?")[0]
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(Identifier(name)))
        kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        server.execute(kill, [name])
    assert service.get("/healthz").status == 200
    assert service.get("/readyz").status == 503
    assert service.deliver(push()).status == 503
    assert b"canon_database_up 0.0" in service.get("/metrics").body


def test_a_platform_may_migrate_beforehand_and_bring_its_own_gunicorn(
    empty_database_url: str,
) -> None:
    environment = {**CREDENTIALS, "DATABASE_URL": empty_database_url}
    for line in Path("Procfile").read_text().splitlines():
        name, _, command = line.partition(": ")
        if name == "release":
            words = [sys.executable, *command.split()[1:]]
            subprocess.run(words, env={**os.environ, **environment}, check=True)
        if name == "web":
            web = command
    with started(web, environment) as service:
        assert service.deliver(push()).status == 202


def test_it_ends_in_order_when_told_to(service: Service) -> None:
    service.process.send_signal(signal.SIGTERM)
    assert service.process.wait(20) == 0
