"""Nothing gets out of a sandbox. The attempts themselves are in tests/support/escapes.py."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.adapters.sandbox.bubblewrap import BubblewrapSandbox
from tests.support import sandbox as support
from tests.support.escapes import ATTEMPTS, Attempt, program

_MARKER = "canon-escape-marker"
_CAP_SYS_RESOURCE = 1 << 24  # linux/capability.h


@dataclass(frozen=True)
class Host:
    """Things on this machine that a sandbox must not reach; `facts` is what attempts know."""

    facts: Mapping[str, object]
    process: "subprocess.Popen[bytes]"
    python: str


@pytest.fixture(scope="module")
def host(sandbox_directory: Path, toolchain: Path) -> Iterator[Host]:
    place = sandbox_directory / "host"
    place.mkdir()
    place.chmod(0o755)
    file = place / "secret.txt"
    file.write_text("the host's")
    file.chmod(0o644)
    shared = _shared_memory()
    with ExitStack() as held:
        loopback = held.enter_context(socket.create_server(("127.0.0.1", 0)))
        loopback6 = held.enter_context(
            socket.create_server(("::1", 0), family=socket.AF_INET6)
            if socket.has_ipv6
            else socket.create_server(("127.0.0.1", 0))
        )
        abstract = held.enter_context(socket.socket(socket.AF_UNIX))
        abstract.bind(f"\0{_MARKER}-{os.getpid()}")
        abstract.listen()
        named = held.enter_context(socket.socket(socket.AF_UNIX))
        named.bind(str(place / "socket"))
        (place / "socket").chmod(0o777)
        named.listen()
        words = [_MARKER, "300"]
        process = subprocess.Popen(
            words, executable=shutil.which("sleep"), **_as_nobody(), start_new_session=True
        )
        os.environ["CANON_SECRET"] = "hunter2"
        try:
            yield Host(
                {
                    "file": str(file),
                    "directory": str(place),
                    "slots": str(sandbox_directory / "state" / "slots"),
                    "toolchain": str(toolchain),
                    "process": process.pid,
                    "marker": _MARKER,
                    "port": loopback.getsockname()[1],
                    "port6": loopback6.getsockname()[1],
                    "abstract": f"{_MARKER}-{os.getpid()}",
                    "socket": str(place / "socket"),
                    "shared": shared,
                },
                process,
                str((toolchain / "bin" / "python3").readlink()),
            )
        finally:
            del os.environ["CANON_SECRET"]
            process.send_signal(signal.SIGKILL)
            process.wait()
            subprocess.run(["ipcrm", "--shmem-key", str(shared)], check=True)


def _as_nobody() -> dict[str, int]:
    uid = support.first_uid()
    return {} if uid is None else {"user": uid, "group": uid}


def _shared_memory() -> int:
    """A segment of System V shared memory that anybody may use; its key."""
    made = subprocess.run(
        ["ipcmk", "--shmem", "4096", "--mode", "0666"], capture_output=True, text=True, check=True
    )
    number = made.stdout.split()[-1]
    listing = subprocess.run(["ipcs", "--shmems"], capture_output=True, text=True, check=True)
    key = next(line.split()[0] for line in listing.stdout.splitlines() if f" {number} " in line)
    return int(key, 16)


@pytest.fixture(scope="module")
def inside(sandbox: BubblewrapSandbox, host: Host) -> Mapping[str, str]:
    """What came of every attempt in a sandbox."""
    result = support.run(
        sandbox,
        "python3 -I /run/canon/data/attempts.py",
        data={"attempts.py": program(ATTEMPTS).encode()},
        variables={"HOST": json.dumps({**host.facts, "tmp": "/sandbox/tmp"})},
    )
    assert result.status == 0, result.output.decode()
    verdicts: Mapping[str, str] = json.loads(result.output.splitlines()[-1])
    return verdicts


@pytest.fixture(scope="module")
def outside(host: Host) -> Mapping[str, str]:
    """What comes of those attempts without one that anybody can make."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as place:
        Path(place).chmod(0o777)
        done = subprocess.run(
            [host.python, "-I", "-c", program([a for a in ATTEMPTS if a.otherwise])],
            env={
                "HOST": json.dumps({**host.facts, "tmp": place}),
                "CANON_SECRET": "hunter2",
                "PATH": os.environ["PATH"],
            },
            cwd="/",
            capture_output=True,
            check=True,
            **_as_nobody(),
        )
    verdicts: Mapping[str, str] = json.loads(done.stdout)
    return verdicts


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda attempt: attempt.name)
def test_an_attempt_to_escape_is_held(
    attempt: Attempt, inside: Mapping[str, str], host: Host
) -> None:
    assert inside[attempt.name].startswith("held: "), inside[attempt.name]
    assert host.process.poll() is None


@pytest.mark.parametrize(
    "attempt", [a for a in ATTEMPTS if a.otherwise], ids=lambda attempt: attempt.name
)
def test_without_a_sandbox_the_attempt_succeeds(
    attempt: Attempt, outside: Mapping[str, str]
) -> None:
    assert outside[attempt.name].startswith("ESCAPED: "), outside[attempt.name]


def test_there_are_enough_attempts() -> None:
    assert len(ATTEMPTS) >= 100
    assert len({attempt.name for attempt in ATTEMPTS}) == len(ATTEMPTS)


def test_nothing_but_the_standard_streams_is_inherited(sandbox: BubblewrapSandbox) -> None:
    result = support.run(sandbox, "ls /proc/self/fd")  # 3 is how ls reads the directory
    assert result.output.split() == [b"0", b"1", b"2", b"3"]


def test_nothing_makes_itself_safe_from_the_memory_killer(sandbox: BubblewrapSandbox) -> None:
    effective = re.search(r"CapEff:\s*(\w+)", Path("/proc/self/status").read_text())
    assert effective
    if not int(effective[1], 16) & _CAP_SYS_RESOURCE:
        pytest.skip("not run: only CAP_SYS_RESOURCE, which this process lacks, can forbid it")
    result = support.run(sandbox, "echo 499 >/proc/self/oom_score_adj && echo escaped")
    assert b"escaped" not in result.output
