"""A sandbox lives as long as its worker, and no longer than its run."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from bot.adapters.sandbox.bubblewrap import BubblewrapSandbox
from bot.adapters.sandbox.opening import Wishes, open_sandbox
from bot.adapters.sandbox.slots import Slots
from bot.ports.sandbox import SandboxRequest, SandboxResult
from tests.support.sandbox import SMALL, alive, first_uid, run

pytestmark = pytest.mark.slow

_WORKER = """
import json, sys
from pathlib import Path
from bot.adapters.sandbox.opening import Wishes, open_sandbox
from bot.adapters.sandbox.slots import Slots
from bot.ports.sandbox import EVENTS, SandboxRequest

wishes = json.loads(sys.argv[1])
for name in ("directory",):
    wishes[name] = Path(wishes[name])
wishes["toolchains"] = wishes["package_indexes"] = ()
sandbox = open_sandbox(Wishes(**wishes))
daemons = "(setsid sleep 300 &); (setsid nohup sleep 300 >/dev/null 2>&1 &)"
command = f"{daemons}; echo up >{EVENTS}; sleep 300"
def watch(progress):
    if progress.lines:
        print("running", flush=True)
sandbox.run(SandboxRequest(command=command), watch)
"""


_STARTER = """
while True:
    print("starting", flush=True)
    sandbox.run(SandboxRequest(command="true"), lambda _: None)
"""


@pytest.fixture
def worker(wishes: Wishes) -> "subprocess.Popen[str]":
    """A process that runs a sandbox, which is running."""
    return _started(_WORKER, wishes, "running\n")


def _started(program: str, wishes: Wishes, word: str) -> "subprocess.Popen[str]":
    """A process that has said this word."""
    facts = {**asdict(wishes), "directory": str(wishes.directory), "toolchains": ()}
    process = subprocess.Popen(
        [sys.executable, "-c", program, json.dumps(facts)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert process.stdout
    assert process.stdout.readline() == word
    return process


def _gone_within(seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not alive():
            return True
        time.sleep(0.02)
    return False


def test_nothing_survives_a_worker_that_is_killed(
    worker: "subprocess.Popen[str]", sandbox: BubblewrapSandbox, wishes: Wishes
) -> None:
    assert len(alive()) >= 4
    with worker:
        worker.kill()
    assert _gone_within(5)
    # Its slot can be taken at once, and what it left behind is swept.
    assert run(sandbox, "echo next").output == b"next\n"
    prefix = Slots(wishes.directory / "slots", None, 1).prefix
    assert not list(Path("/sys/fs/cgroup").glob(f"**/{prefix}-*"))


def test_nothing_from_a_repository_survives_a_worker_that_is_killed_while_a_sandbox_starts(
    wishes: Wishes,
) -> None:
    """bubblewrap may: see "What outlives a kill" in docs/sandbox.md."""
    before, _, _ = _WORKER.partition("daemons =")
    for number in range(8):
        with _started(before + _STARTER, wishes, "starting\n") as worker:
            time.sleep(number * 0.003)
            worker.kill()
    end = time.monotonic() + 30
    while any(map(_got_beyond_bubblewrap, alive())) and time.monotonic() < end:
        time.sleep(0.02)
    left = alive()
    beyond = list(filter(_got_beyond_bubblewrap, left))
    for process in left:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    assert beyond == []
    assert _gone_within(5)


def _got_beyond_bubblewrap(process: int) -> bool:
    """Whether it has become another program than bubblewrap."""
    try:
        return not Path(f"/proc/{process}/cmdline").read_bytes().startswith(b"bwrap\0")
    except OSError:
        return False


def test_nothing_survives_a_worker_that_is_asked_to_end(worker: "subprocess.Popen[str]") -> None:
    with worker:
        worker.send_signal(signal.SIGTERM)
    assert _gone_within(5)


def test_a_run_from_a_thread_that_ends_is_whole(sandbox: BubblewrapSandbox) -> None:
    results: list[SandboxResult] = []
    threads = [
        threading.Thread(target=lambda: results.append(run(sandbox, "sleep 0.3; echo whole")))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [result.output for result in results] == [b"whole\n"] * 4


@pytest.mark.skipif(os.geteuid() != 0, reason="not run: only root has a uid for each slot")
def test_each_slot_has_its_uid(sandbox: BubblewrapSandbox) -> None:
    seen: set[int] = set()

    def watch(_: object) -> None:
        for process in alive():
            with suppress(FileNotFoundError):  # it has just ended
                seen.add(Path(f"/proc/{process}").stat().st_uid)

    def one() -> None:
        sandbox.run(SandboxRequest(command="sleep 1", limits=SMALL), watch)

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first = first_uid()
    assert first
    assert seen >= {first, first + 1}


def test_no_more_run_at_once_than_there_are_slots(wishes: Wishes) -> None:

    narrow = open_sandbox(replace(wishes, concurrency=1))
    ends: list[float] = []

    def one() -> None:
        run(narrow, "sleep 0.5")
        ends.append(time.monotonic())

    threads = [threading.Thread(target=one) for _ in range(3)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(ends) - began > 1.5


def test_runs_leave_no_descriptors_processes_groups_or_files(
    sandbox: BubblewrapSandbox, sandbox_directory: Path
) -> None:
    def left() -> tuple[int, int, int, list[str]]:
        return (
            len(list(Path("/proc/self/fd").iterdir())),
            len(list(Path("/proc/self/task").iterdir())),
            len(list(Path("/sys/fs/cgroup").glob(f"**/{prefix}-*"))),
            sorted(path.name for path in (sandbox_directory / "state").rglob("*")),
        )

    prefix = Slots(sandbox_directory / "state" / "slots", None, 1).prefix
    run(sandbox, "true")
    before = left()
    for _ in range(5):
        run(sandbox, "mkdir -p a/b; chmod 0 a; mkfifo /tmp/fifo; sleep 60 & exit 1")
    assert left() == before
    assert _zombies() == []


def _zombies() -> list[str]:
    """Dead processes that nobody has asked after: of ours, or of the uids of our sandboxes."""
    uid = first_uid()
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text()
        except OSError:  # it has just been asked after
            continue
        owner = int(text.partition("Uid:\t")[2].split()[0])
        ours = f"PPid:\t{os.getpid()}\n" in text
        if "State:\tZ" in text and (ours or (uid is not None and uid <= owner < uid + 10)):
            found.append(text)
    return found
