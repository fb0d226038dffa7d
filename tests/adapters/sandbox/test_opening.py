"""A machine without a safe sandbox is told so, with the reason; it never gets a weaker one."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.sandbox.bubblewrap import BubblewrapSandbox
from bot.adapters.sandbox.cgroups import RlimitsOnly
from bot.adapters.sandbox.opening import NO_CGROUP, Wishes, open_sandbox
from bot.ports.sandbox import MIB, Ending, SandboxUnavailableError
from tests.support.sandbox import SMALL, first_uid, run

ROOT = Path(__file__).parents[3]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="not run: this is about root")


@as_root
@pytest.mark.parametrize("uid", [None, 0])
def test_root_without_another_uid_is_refused(tmp_path: Path, uid: int | None) -> None:
    with pytest.raises(SandboxUnavailableError, match="CANON_SANDBOX_UID"):
        open_sandbox(Wishes(directory=tmp_path, first_uid=uid))


@as_root
def test_a_directory_that_the_uid_cannot_pass_through_is_named(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(SandboxUnavailableError, match=r"uid 4242 cannot pass through /"):
        open_sandbox(Wishes(directory=closed / "state", first_uid=4242))


@as_root
def test_a_toolchain_that_the_uid_cannot_reach_is_named(
    wishes: Wishes, sandbox_directory: Path
) -> None:
    closed = sandbox_directory / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(SandboxUnavailableError, match=r"cannot pass through .*TOOLCHAINS"):
        open_sandbox(replace(wishes, toolchains=(closed,)))


def test_a_control_group_that_is_none_is_named(wishes: Wishes) -> None:
    with pytest.raises(SandboxUnavailableError, match=r"/nowhere.*CANON_SANDBOX_CGROUP=none"):
        open_sandbox(replace(wishes, cgroup="/nowhere"))


@pytest.mark.parametrize("place", ["/run/tools", "/sandbox/tools", "/env", "relative"])
def test_a_toolchain_where_sandboxes_have_something_of_their_own_is_refused(
    wishes: Wishes, place: str
) -> None:
    with pytest.raises(SandboxUnavailableError, match="CANON_SANDBOX_TOOLCHAINS"):
        open_sandbox(replace(wishes, toolchains=(Path(place),)))


@pytest.mark.slow
def test_a_machine_without_user_namespaces_is_refused(wishes: Wishes) -> None:
    """One that allows a single level, which the process itself is in."""
    code = (
        "import sys, pathlib\n"
        "from bot.adapters.sandbox.opening import Wishes, open_sandbox\n"
        "open_sandbox(Wishes(directory=pathlib.Path(sys.argv[1]), cgroup='none'))\n"
    )
    inner = ["unshare", "--user", "--map-user=1000", sys.executable, "-c", code]
    limited = 'echo 1 >/proc/sys/user/max_user_namespaces; exec "$@"'
    with tempfile.TemporaryDirectory() as directory:
        done = subprocess.run(
            ["unshare", "--user", "--map-root-user", "sh", "-c", limited, "sh", *inner, directory],
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
        )
    assert "SandboxUnavailableError: bubblewrap may not make user namespaces here" in done.stderr
    assert wishes


@pytest.mark.slow
def test_without_control_groups_the_operator_may_accept_limits_on_each_process(
    wishes: Wishes,
) -> None:
    weaker = open_sandbox(replace(wishes, cgroup=NO_CGROUP))
    assert isinstance(weaker._host.groups, RlimitsOnly)
    limits = replace(SMALL, memory=256 * MIB, processes=20)
    hungry = "python3 -c 'x = bytearray(400 << 20)'"
    assert b"MemoryError" in run(weaker, hungry, limits).output
    forks = "python3 -c 'import os\nfor n in range(99): os.fork() or os._exit(os.pause())'"
    assert b"Resource temporarily unavailable" in run(weaker, forks, limits).output
    assert run(weaker, "sleep 60", replace(limits, seconds=0.5)).ending is Ending.TIMED_OUT


_PLAIN_USER = """
import json, sys, pathlib
from dataclasses import replace
from bot.adapters.sandbox.opening import Wishes, open_sandbox
from bot.ports.sandbox import *

def run(command, **limits):
    request = SandboxRequest(
        command=command,
        limits=replace(SandboxLimits(disk=32 * MIB, processes=32, grace=1), **limits),
        results=("results/junit.xml", "results/link.xml"),
    )
    return sandbox.run(request, lambda _: None)

sandbox = open_sandbox(Wishes(directory=pathlib.Path(sys.argv[1]), cgroup="none"))
files = run("echo x >/sandbox/results/junit.xml; ln -s /etc/passwd /sandbox/results/link.xml").files
late = run("sleep 60 & setsid sleep 60", seconds=0.5)
full = run("head -c 50000000 /dev/zero >/tmp/x")
who = run("id -u; ls /proc | grep -c '^[0-9]'; cat /etc/hostname; kill -9 -1")
many = run("for n in $(seq 99); do sleep 1 & done")
print(json.dumps({
    "junit": files["results/junit.xml"].decode(),
    "link": files["results/link.xml"].reason,
    "late": late.ending,
    "full": list(full.notes),
    "who": who.output.decode().split()[0],
    "many": "Cannot fork" in many.output.decode(),
}))
"""


@pytest.fixture
def own_directory() -> Iterator[Path]:
    directory = Path(tempfile.mkdtemp(prefix="canon-plain-", dir="/var/tmp"))
    if os.geteuid() == 0:
        os.chown(directory, 4242, 4242)
    yield directory
    shutil.rmtree(directory)


@pytest.mark.slow
def test_a_plain_user_needs_no_uid_and_gets_the_same(
    own_directory: Path, toolchain: Path, sandbox: BubblewrapSandbox
) -> None:
    python = (toolchain / "bin" / "python3").readlink()
    version = (toolchain / "pyvenv.cfg").read_text().rpartition("version = ")[2]
    if tuple(map(int, version.split("."))) < (3, 11):
        pytest.skip(f"not run: the system's Python is {version}")
    become = ["setpriv", "--reuid=4242", "--regid=4242", "--clear-groups"]
    if os.geteuid() != 0:
        become = ["env"]
    elif not os.access(ROOT, os.X_OK) or any(
        not place.stat().st_mode & 0o001 for place in (ROOT, *ROOT.parents)
    ):
        pytest.skip(f"not run: no other user can read {ROOT}")
    done = subprocess.run(
        [*become, python, "-c", _PLAIN_USER, own_directory],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        cwd="/",
    )
    assert done.returncode == 0, done.stderr
    assert sandbox
    assert json.loads(done.stdout) == {
        "junit": "x\n",
        "link": "results/link.xml: Too many levels of symbolic links",
        "late": "timed_out",
        "full": ["the limit of 33,554,432 bytes of files was reached"],
        "who": "1000",
        "many": True,
    }


@as_root
def test_a_uid_is_refused_where_it_cannot_be_taken(own_directory: Path, toolchain: Path) -> None:
    assert first_uid()
    code = (
        "import os, sys, pathlib\nos.setuid(4242)\n"
        "from bot.adapters.sandbox.opening import Wishes, open_sandbox\n"
        "open_sandbox(Wishes(directory=pathlib.Path(sys.argv[1]), first_uid=200000))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", "from bot.adapters.sandbox import opening\n" + code, own_directory],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert "this one cannot change its uid" in done.stderr
    assert toolchain
