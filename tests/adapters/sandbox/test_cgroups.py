"""Control groups of both versions, on this machine's own hierarchies where it has them."""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.adapters.sandbox import cgroups
from bot.adapters.sandbox.cgroups import Usage
from bot.ports.sandbox import MIB, SandboxLimits, SandboxUnavailableError

LIMITS = SandboxLimits(memory=64 * MIB, processes=7, cpus=0.5)


@pytest.fixture
def sleeper() -> Iterator["subprocess.Popen[bytes]"]:
    with subprocess.Popen(["sleep", "60"]) as process:
        yield process
        process.kill()


@pytest.fixture
def groups() -> cgroups.Groups:
    try:
        return cgroups.find()
    except SandboxUnavailableError as error:
        pytest.skip(f"not run: {error}")


def join(group: cgroups.Group, process: "subprocess.Popen[bytes]") -> None:
    for file in group.joined_by():
        file.write_text(str(process.pid))


def test_a_group_limits_is_joined_killed_and_removed(
    groups: cgroups.Groups, sleeper: "subprocess.Popen[bytes]"
) -> None:
    group = groups.create(f"canon-test-{os.getpid()}", LIMITS)
    join(group, sleeper)
    directories = [file.parent for file in group.joined_by()]
    assert all(directory.is_dir() for directory in directories)
    assert group.usage().oom_kills == 0
    group.kill()
    assert sleeper.wait(5) == -9
    group.close()
    assert not any(directory.exists() for directory in directories)


def test_what_an_earlier_holder_left_is_killed_and_removed(
    groups: cgroups.Groups, sleeper: "subprocess.Popen[bytes]"
) -> None:
    name = f"canon-test-{os.getpid()}"
    left = groups.create(name, LIMITS)
    join(left, sleeper)
    groups.create(name, LIMITS).close()
    assert sleeper.wait(5) == -9
    groups.create(name, LIMITS).close()
    assert not any(file.exists() for file in left.joined_by())


def test_a_group_of_another_name_is_left_alone(groups: cgroups.Groups) -> None:
    other = groups.create(f"canon-test-{os.getpid()}-1", LIMITS)
    groups.create(f"canon-test-{os.getpid()}0-1", LIMITS).close()
    groups.create(f"canon-test-{os.getpid()}-11", LIMITS).close()
    assert all(file.exists() for file in other.joined_by())
    other.close()


def test_a_directory_that_is_no_group_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SandboxUnavailableError, match="no control group"):
        cgroups.find(tmp_path)


def _unified() -> Path:
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        if " - cgroup2 " in line:
            return Path(line.split(" ")[4])
    pytest.skip("not run: this machine mounts no control groups of version 2")


def test_version_two_kills_and_removes_a_whole_group(sleeper: "subprocess.Popen[bytes]") -> None:
    group = cgroups._UnifiedGroup(_unified() / f"canon-test-{os.getpid()}-v2")
    try:
        group.directory.mkdir()
        join(group, sleeper)
    except OSError as error:
        pytest.skip(f"not run: no group can be made there: {error.strerror}")
    group.kill()
    assert sleeper.wait(5) == -9
    group.close()
    assert not group.directory.exists()


def test_version_two_writes_limits_and_reads_figures(tmp_path: Path) -> None:
    """On a directory that only looks like a group: which file holds what, not what it does."""
    group = cgroups._UnifiedGroup(tmp_path / "group")
    group.limit(LIMITS)
    files = {file.name: file.read_text() for file in group.directory.iterdir()}
    assert files == {"memory.max": str(64 * MIB), "memory.oom.group": "1", "pids.max": "7"}
    (group.directory / "memory.events").write_text("low 0\noom 3\noom_kill 2\noom_group_kill 1\n")
    (group.directory / "pids.events").write_text("max 5\n")
    (group.directory / "memory.peak").write_text("12345\n")
    assert group.usage() == Usage(oom_kills=2, forks_refused=5, memory_peak=12345)


def test_a_group_that_is_gone_already_is_no_error(groups: cgroups.Groups) -> None:
    group = groups.create(f"canon-test-{os.getpid()}-gone", LIMITS)
    group.close()
    began = time.monotonic()
    group.close()
    group.kill()
    assert time.monotonic() - began < 0.5
