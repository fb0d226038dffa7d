"""The supervisor, with real processes to supervise."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.service import alive, eventually

pytestmark = pytest.mark.slow

SUPERVISE = """
import os, sys
from bot.supervisor import Program, supervise

file, *children = sys.argv[1:]
programs = [
    Program(child, [sys.executable, "-m", "tests.support.child", file, *child.split(":")], 2)
    for child in children
]
sys.exit(supervise(programs, os.environ))
"""


class Notes:
    """What the children have noted: lines of name, event and process id."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def all(self) -> list[tuple[str, str, int]]:
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        return [(name, what, int(pid)) for name, what, pid in map(str.split, lines)]

    def wait(self, name: str, what: str, count: int = 1) -> int:
        """The process id in the last of `count` such notes."""
        pids: list[int] = []

        def enough() -> bool:
            pids[:] = [pid for n, w, pid in self.all() if (n, w) == (name, what)]
            return len(pids) >= count

        eventually(enough)
        return pids[-1]


@pytest.fixture
def notes(tmp_path: Path) -> Notes:
    return Notes(tmp_path / "notes")


@contextmanager
def supervising(notes: Notes, *children: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", SUPERVISE, str(notes.file), *children])
    try:
        for child in children:
            notes.wait(child.partition(":")[0], "start")
        yield process
    finally:
        process.kill()
        process.wait()
        for _, _, pid in notes.all():
            if alive(pid):
                os.kill(pid, signal.SIGKILL)


def test_a_killed_process_is_started_again(notes: Notes) -> None:
    with supervising(notes, "web", "worker"):
        first = notes.wait("worker", "start")
        os.kill(first, signal.SIGKILL)
        assert notes.wait("worker", "start", 2) != first
        assert [what for name, what, _ in notes.all() if name == "web"] == ["start"]


def test_what_a_killed_process_leaves_behind_is_ended(notes: Notes) -> None:
    with supervising(notes, "web:parent"):
        orphan = notes.wait("web", "sleeper")
        os.kill(notes.wait("web", "start"), signal.SIGKILL)
        notes.wait("web", "start", 2)
        eventually(lambda: not alive(orphan))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_the_processes_in_order(notes: Notes, number: signal.Signals) -> None:
    with supervising(notes, "web", "worker") as supervisor:
        supervisor.send_signal(number)
        assert supervisor.wait(10) == 0
        stops = [name for name, what, _ in notes.all() if what == "stop"]
        assert stops == ["web", "worker"]
        assert not any(alive(pid) for _, _, pid in notes.all())


def test_a_process_that_does_not_stop_is_killed_in_time(notes: Notes) -> None:
    with supervising(notes, "web:stubborn", "worker") as supervisor:
        supervisor.terminate()
        assert supervisor.wait(10) == 0
        assert [name for name, what, _ in notes.all() if what == "stop"] == ["web", "worker"]
        assert not alive(notes.wait("web", "start"))


def test_a_second_signal_kills_what_is_left(notes: Notes) -> None:
    with supervising(notes, "web:stubborn", "worker:stubborn") as supervisor:
        supervisor.terminate()
        notes.wait("web", "stop")
        began = time.monotonic()
        supervisor.terminate()
        assert supervisor.wait(10) == 0
        assert time.monotonic() - began < 1.5


def test_a_process_that_always_fails_is_tried_less_and_less_often(notes: Notes) -> None:
    with supervising(notes, "web:brief"):
        notes.wait("web", "start", 3)
        time.sleep(3)
        assert len(notes.all()) <= 7


def test_processes_end_when_their_supervisor_is_killed(notes: Notes) -> None:
    with supervising(notes, "web", "worker") as supervisor:
        supervisor.kill()
        notes.wait("web", "stop")
        notes.wait("worker", "stop")
        eventually(lambda: not any(alive(pid) for _, _, pid in notes.all()))
