"""`canon run`: the whole service, with its own database, killed in every way."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg
import pytest

from tests.support.service import (
    CREDENTIALS,
    Service,
    alive,
    eventually,
    free_port,
    push,
    started,
)

pytestmark = pytest.mark.slow


@pytest.fixture
def environment() -> Iterator[Mapping[str, str]]:
    data_dir = Path(tempfile.mkdtemp(prefix="canon-test-"))
    nowhere = f"http://127.0.0.1:{free_port()}"
    yield {
        **CREDENTIALS,
        "CANON_DATA_DIR": str(data_dir),
        "CANON_GITHUB_API_URL": nowhere,
        "CANON_GITHUB_URL": nowhere,
        "CANON_SHUTDOWN_SECONDS": "3",
    }
    if (server := postmaster(data_dir)) is not None:
        os.kill(server, signal.SIGQUIT)
        eventually(lambda: not alive(server))
    shutil.rmtree(data_dir)


def postmaster(data_dir: Path) -> int | None:
    file = next(data_dir.rglob("postmaster.pid"), None)
    words = file.read_text().split() if file is not None else []
    return int(words[0]) if words else None


def pid_of(service: Service, word: str) -> int:
    """The supervised process whose command line ends with the word."""
    found: list[int] = []

    def there() -> bool:
        lines = service.children(recursive=False)
        found[:] = [pid for pid, line in lines if line.endswith(f"bot {word}")]
        return bool(found)

    eventually(there)
    return found[0]


def deliveries(data_dir: str) -> list[str]:
    where = f"{data_dir}/postgres/data"
    with psycopg.connect(f"postgresql://canon@/postgres?host={where}") as connection:
        rows = connection.execute("SELECT guid FROM deliveries ORDER BY guid")
        return [guid for (guid,) in rows]


def test_it_serves_and_works_and_starts_again_what_is_killed(
    environment: Mapping[str, str],
) -> None:
    with started("bot run", environment) as service:
        for word in ("worker", "serve"):
            killed = pid_of(service, word)
            os.kill(killed, signal.SIGKILL)
            eventually(lambda killed=killed, word=word: pid_of(service, word) != killed)
        eventually(service.answers)
        assert service.deliver(push(), guid="guid-1").status == 202
        assert service.get("/readyz").status == 200
        assert deliveries(environment["CANON_DATA_DIR"]) == ["guid-1"]
        eventually(lambda: b"canon_jobs_total" in service.get("/metrics").body)


def test_told_to_stop_it_ends_all_its_processes_and_the_database(
    environment: Mapping[str, str],
) -> None:
    with started("bot run", environment) as service:
        pid_of(service, "worker")
        server = postmaster(Path(environment["CANON_DATA_DIR"]))
        assert server is not None
        pids = [pid for pid, _ in service.children()]
        output = service.stop(signal.SIGTERM)
        assert not any(alive(pid) for pid in [*pids, server])
        assert f"http://localhost:{service.port}" in output
        assert output.endswith("Canon has stopped.\n")


def test_told_to_stop_before_it_serves_it_stops_the_database_too(
    environment: Mapping[str, str],
) -> None:
    data_dir = Path(environment["CANON_DATA_DIR"])
    command = [sys.executable, "-m", "bot", "run"]
    process = subprocess.Popen(command, env={**os.environ, **environment, "PORT": str(free_port())})
    try:
        eventually(lambda: postmaster(data_dir) is not None)
        process.terminate()
        process.wait(20)
    finally:
        process.kill()
        process.wait()
    assert postmaster(data_dir) is None


def test_killed_itself_it_takes_its_processes_along_and_loses_nothing(
    environment: Mapping[str, str],
) -> None:
    with started("bot run", environment) as service:
        pid_of(service, "worker")
        assert service.deliver(push(), guid="guid-1").status == 202
        pids = [pid for pid, _ in service.children()]
        service.process.kill()
        service.process.wait()
        eventually(lambda: not any(map(alive, pids)))
    with started("bot run", environment) as service:
        assert service.deliver(push(), guid="guid-2").status == 202
        assert deliveries(environment["CANON_DATA_DIR"]) == ["guid-1", "guid-2"]


def test_a_killed_database_is_started_again(environment: Mapping[str, str]) -> None:
    with started("bot run", environment) as service:
        server = postmaster(Path(environment["CANON_DATA_DIR"]))
        assert server is not None
        os.kill(server, signal.SIGKILL)
        eventually(lambda: service.deliver(push(), guid="guid-1").status == 202, 30)
        assert deliveries(environment["CANON_DATA_DIR"]) == ["guid-1"]


def test_without_credentials_it_says_what_is_missing_and_shows_the_set_up_page(
    environment: Mapping[str, str],
) -> None:
    bare = {name: value for name, value in environment.items() if name not in CREDENTIALS}
    with started("bot run", {**bare, "CANON_GITHUB_TOKEN": ""}) as service:
        assert b"CANON_GITHUB_APP_ID" in service.get("/").body
        assert service.deliver(push()).status == 503
        assert not [line for _, line in service.children() if line.endswith("worker")]
        output = service.stop(signal.SIGINT)
    for name in ("CANON_GITHUB_APP_ID", "CANON_GITHUB_PRIVATE_KEY", "CANON_GITHUB_WEBHOOK_SECRET"):
        assert f"{name}: " in output


def run(environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "run"],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_port_that_is_taken_is_told_before_anything_is_started(
    environment: Mapping[str, str],
) -> None:
    with started("bot run", environment) as service:
        again = run({**environment, "CANON_HOST": "127.0.0.1", "PORT": str(service.port)})
    assert again.returncode == 2
    assert f"cannot listen on 127.0.0.1:{service.port}" in again.stderr


def test_a_wrong_setting_is_told_and_nothing_is_started(environment: Mapping[str, str]) -> None:
    done = run({**environment, "CANON_SWEEP_SECONDS": "often"})
    assert done.returncode == 2
    assert done.stderr.startswith("canon: CANON_SWEEP_SECONDS ")
    assert not (Path(environment["CANON_DATA_DIR"]) / "postgres").exists()
