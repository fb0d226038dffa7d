"""The embedded server, with real processes that come and go in every way."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from bot.adapters.embedded import DatabaseUnavailableError, EmbeddedPostgres
from bot.domain.errors import InputError

pytestmark = pytest.mark.slow

USER = """
import sys
from pathlib import Path
from bot.adapters.embedded import EmbeddedPostgres

server = EmbeddedPostgres(Path(sys.argv[1]))
print(server.start(), flush=True)
sys.stdin.readline()
server.stop()
"""


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """Not below pytest's own directory, which only its owner may enter."""
    directory = Path(tempfile.mkdtemp(prefix="canon-test-"))
    yield directory
    process = postmaster(directory)
    if process is not None:
        process.send_signal(signal.SIGQUIT)
        process.wait(10)
    shutil.rmtree(directory)


@pytest.fixture
def server(data_dir: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(data_dir, options={"fsync": "off"})
    yield server
    server.stop()


def postmaster(data_dir: Path) -> psutil.Process | None:
    file = next(data_dir.rglob("postmaster.pid"), None)
    if file is None:
        return None
    try:
        process = psutil.Process(int(file.read_text().split()[0]))
        return process if process.name() == "postgres" else None
    except psutil.NoSuchProcess:
        return None


def user(data_dir: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", USER, str(data_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("postgresql://")
    return process


def ask(url: str, question: str = "SELECT 1") -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(question.encode()).fetchone()
    return row and row[0]


def test_it_starts_answers_and_stops(server: EmbeddedPostgres, data_dir: Path) -> None:
    assert ask(server.start()) == 1
    assert server.stop()
    assert postmaster(data_dir) is None


def test_starting_it_twice_starts_one(server: EmbeddedPostgres, data_dir: Path) -> None:
    url = server.start()
    first = postmaster(data_dir)
    assert server.start() == url
    assert postmaster(data_dir) == first


def test_it_says_nothing_to_its_users(data_dir: Path) -> None:
    process = user(data_dir)
    _, errors = process.communicate("\n")
    assert (process.returncode, errors) == (0, "")


def test_it_stops_with_the_last_of_its_users(data_dir: Path) -> None:
    first, second = user(data_dir), user(data_dir)
    first.communicate("\n")
    assert postmaster(data_dir) is not None
    second.communicate("\n")
    assert postmaster(data_dir) is None


def test_a_killed_user_leaves_nothing_that_keeps_it_running(
    server: EmbeddedPostgres, data_dir: Path
) -> None:
    with user(data_dir) as killed:
        killed.kill()
    assert postmaster(data_dir) is not None
    assert ask(server.start()) == 1
    assert server.stop()


def test_a_killed_server_is_started_again_with_all_that_was_committed(
    server: EmbeddedPostgres, data_dir: Path
) -> None:
    url = server.start()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS it")
    process = postmaster(data_dir)
    assert process is not None
    children = process.children()
    process.kill()
    psutil.wait_procs([process, *children], timeout=10)
    assert ask(server.start(), "SELECT it FROM kept") == 7


def test_a_pid_file_that_names_another_process_is_of_no_account(
    server: EmbeddedPostgres, data_dir: Path
) -> None:
    """As after a restart of the machine, when the number has been given to somebody else."""
    server.start()
    files = [*data_dir.rglob("postmaster.pid"), *data_dir.rglob(".s.PGSQL.5432.lock")]
    assert len(files) == 2
    texts = [file.read_text() for file in files]
    server.stop()
    for file, text in zip(files, texts, strict=True):
        file.write_text(text.replace(text.split()[0], str(os.getpid()), 1))
    assert ask(server.start()) == 1


def test_a_cluster_that_was_half_made_is_made_again(
    server: EmbeddedPostgres, data_dir: Path
) -> None:
    half = data_dir / "postgres" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    assert ask(server.start()) == 1


@pytest.mark.parametrize("name", ["x" * 100, "Application Support", "it's, well, $odd"])
def test_any_path_will_do(data_dir: Path, name: str) -> None:
    server = EmbeddedPostgres(data_dir / name)
    try:
        assert ask(server.start()) == 1
    finally:
        server.stop()


def test_a_directory_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"CANON_DATA_DIR: cannot use .*file"):
        EmbeddedPostgres(tmp_path / "file").start()


def test_a_server_that_does_not_start_is_explained_by_its_log(data_dir: Path) -> None:
    server = EmbeddedPostgres(data_dir, options={"shared_buffers": "1"})
    with pytest.raises(DatabaseUnavailableError, match="outside the valid range"):
        server.start()
    server.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_other_users_of_the_machine_cannot_connect(server: EmbeddedPostgres) -> None:
    url = server.start()
    done = subprocess.run(
        [server._programs() / "psql", url, "-c", "SELECT 1"],
        user=65534,
        group=65534,
        extra_groups=[],
        capture_output=True,
        text=True,
        cwd="/",
        check=False,
    )
    assert done.returncode != 0
    assert "ermission denied" in done.stderr
