"""A real sandbox for tests, and a Python with pytest that it can see.

Where the machine has no user namespaces the tests that need a sandbox are reported as skipped,
with the reason. Anything else that is missing on a machine that could have it is a failure.
"""

import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

import pytest

from bot.adapters.sandbox.bubblewrap import BubblewrapSandbox
from bot.adapters.sandbox.opening import NO_CGROUP, Wishes, open_sandbox
from bot.ports.sandbox import (
    MIB,
    SandboxLimits,
    SandboxProgress,
    SandboxRequest,
    SandboxResult,
    SandboxUnavailableError,
)

_UIDS = 10
SMALL = SandboxLimits(
    seconds=20, grace=2, memory=512 * MIB, processes=64, disk=128 * MIB, output=16 * MIB
)
_DISTRIBUTIONS = (
    "coverage",
    "execnet",
    "iniconfig",
    "packaging",
    "pluggy",
    "pygments",
    "pytest",
    "pytest-rerunfailures",
    "pytest-xdist",
)


def first_uid() -> int | None:
    """The uids for the sandboxes of this test process; None where it is no root."""
    own = 20_000 + os.getpid() % 4_000 * _UIDS  # of nobody else who tests beside us
    return own if os.geteuid() == 0 else None


@dataclass
class Recorder:
    """A progress callback that keeps what it was told."""

    told: list[SandboxProgress] = field(default_factory=list)

    def __call__(self, progress: SandboxProgress) -> None:
        self.told.append(progress)

    @property
    def lines(self) -> list[bytes]:
        """Everything that was written to the pipe."""
        return [line for progress in self.told for line in progress.lines]


def run(
    sandbox: BubblewrapSandbox, command: str, limits: SandboxLimits = SMALL, **wanted: object
) -> SandboxResult:
    """Run one command, with the small limits of tests."""
    request = SandboxRequest(command=command, limits=limits, **wanted)  # type: ignore[arg-type]
    return sandbox.run(request, lambda _: None)


def alive() -> list[int]:
    """The processes that run in sandboxes of this test process."""
    ours = Path("/proc/self/ns/pid").stat().st_ino
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            owner = process.stat().st_uid
            inside = (process / "ns" / "pid").stat().st_ino != ours
        except OSError:  # it has ended, or is not ours to look at
            continue
        uid = first_uid()
        if inside and (_ours(process) if uid is None else uid <= owner < uid + _UIDS):
            found.append(int(process.name))
    return found


def _ours(process: Path) -> bool:
    """Whether a process was not started by another test process that runs beside this one."""
    number = process.name
    while number != "0":
        status = Path("/proc", number, "status").read_text()
        parent = status.partition("PPid:\t")[2].partition("\n")[0]
        if int(number) == os.getpid():
            return True
        if int(parent) == os.getppid():
            return False
        number = parent
    return True


@pytest.fixture(scope="session")
def sandbox_directory() -> Iterator[Path]:
    """A directory that the sandbox's uids may pass through, which pytest's own are not."""
    directory = Path(tempfile.mkdtemp(prefix="canon-sandbox-", dir="/var/tmp"))
    directory.chmod(0o711)
    yield directory
    shutil.rmtree(directory)


@pytest.fixture(scope="session")
def wishes(sandbox_directory: Path, toolchain: Path) -> Wishes:
    """How tests want sandboxes; without control groups where this machine gives none."""
    wishes = Wishes(
        directory=sandbox_directory / "state", first_uid=first_uid(), toolchains=(toolchain,)
    )
    reason = refusal(wishes)
    if reason and "no control group" in reason:
        wishes = Wishes(
            directory=sandbox_directory / "state",
            first_uid=first_uid(),
            toolchains=(toolchain,),
            cgroup=NO_CGROUP,
        )
        reason = refusal(wishes)
    if reason and _beyond_help(reason):
        pytest.skip(f"not run: {reason}")
    assert reason is None
    return wishes


@cache
def refusal(wishes: Wishes) -> str | None:
    """Why this machine has no sandbox; None where it has."""
    try:
        open_sandbox(wishes)
    except SandboxUnavailableError as error:
        return str(error)
    return None


def _beyond_help(reason: str) -> bool:
    installable = os.geteuid() == 0 and shutil.which("apt-get")
    return (
        "user namespaces" in reason
        or "needs Linux" in reason
        or ("programs are missing" in reason and not installable)
    )


@pytest.fixture(scope="session")
def sandbox(wishes: Wishes) -> BubblewrapSandbox:
    """A sandbox that was found to hold, with pytest on its PATH."""
    return open_sandbox(wishes)


@pytest.fixture
def with_groups(wishes: Wishes) -> None:
    """Skip, with the reason, where there are no limits on whole process trees."""
    if wishes.cgroup == NO_CGROUP:
        pytest.skip("not run: this machine has no control group in which limits can be set")


@pytest.fixture(scope="session")
def toolchain(sandbox_directory: Path) -> Path:
    """A virtual environment on the system's Python, with pytest and plug-ins in it.

    The Python that runs this test may be anywhere, also where the sandbox must not look.
    """
    python = next(
        (
            path
            for path in map(Path, ("/usr/local/bin/python3", "/usr/bin/python3"))
            if path.exists()
        ),
        None,
    )
    if python is None or platform.system() != "Linux":
        pytest.skip("not run: the system has no Python of its own, which sandboxes need")
    version = subprocess.run(
        [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    place = sandbox_directory / "toolchain"
    packages = place / "lib" / f"python{version}" / "site-packages"
    for name in _DISTRIBUTIONS:
        _copy_distribution(name, packages)
    subprocess.run([python, "-m", "compileall", "-q", packages], check=True)
    programs = place / "bin"
    programs.mkdir()
    (programs / "python").symlink_to(python)
    (programs / "python3").symlink_to(python)
    (place / "pyvenv.cfg").write_text(
        f"home = {python.parent}\ninclude-system-site-packages = false\nversion = {version}\n"
    )
    pytest_program = programs / "pytest"
    pytest_program.write_text(
        f"#!{programs}/python\nimport sys\nimport pytest\nsys.exit(pytest.main())\n"
    )
    for path in (place, *place.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path == pytest_program else 0o644)
    return place


def _copy_distribution(name: str, target: Path) -> None:
    """Copy an installed pure Python distribution, without what lies outside its packages."""
    for file in distribution(name).files or ():
        if ".." not in file.parts and "__pycache__" not in file.parts:
            copy = target / file
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(str(file.locate()), copy)
