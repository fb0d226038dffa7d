"""Limits on a whole process tree: control groups, of either version.

Version 2: https://docs.kernel.org/admin-guide/cgroup-v2.html, version 1: .../cgroup-v1/. Groups are
named after their slot, which one process at a time holds: what a killed worker left behind is
found and removed by whoever takes the slot next.
"""

import os
import secrets
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.ports.sandbox import SandboxLimits, SandboxUnavailableError

_REQUIRED = ("memory", "pids")
_PERIOD = 100_000  # microseconds, the kernel's default
_PATIENCE = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a group has seen: processes killed for memory, forks refused, bytes at the peak."""

    oom_kills: int = 0
    forks_refused: int = 0
    memory_peak: int | None = None


class Group(Protocol):
    """The group of one run."""

    def joined_by(self) -> Sequence[Path]:
        """The files that a process writes its number to, in order to be a member."""

    def kill(self) -> None:
        """Kill whatever is in the group."""

    def usage(self) -> Usage:
        """The figures so far."""

    def close(self) -> None:
        """Remove the group; what is still in use is left for the next holder of the slot."""


class Groups(Protocol):
    """Where groups can be made."""

    def describe(self) -> str:
        """For the operator: which limits hold."""

    def create(self, name: str, limits: SandboxLimits) -> Group:
        """A new group with limits, after removing what is left of earlier ones of that name."""


def find(directory: Path | None = None) -> Groups:
    """Find where this process may make groups: in `directory`, or as the machine is set up.

    `directory` is a version 2 group that is delegated to us.
    Raises `SandboxUnavailableError`, with every place that was tried, where it may not.
    """
    if directory is not None:
        return _UnifiedGroups(_usable_parent([directory]))
    own = _own_paths()
    mounts = list(_mounts())
    legacy = {
        controller: _inside(mount, own[controller])
        for mount in mounts
        for controller in (*_REQUIRED, "cpu")
        if mount.kind == "cgroup" and controller in mount.options and controller in own
    }
    if all(c in legacy and os.access(legacy[c], os.W_OK) for c in _REQUIRED):
        return _LegacyGroups(legacy)
    candidates = [
        parent
        for mount in mounts
        if mount.kind == "cgroup2" and "" in own
        for parent in _upwards(_inside(mount, own[""]), mount.at)
    ]
    return _UnifiedGroups(_usable_parent(candidates))


class RlimitsOnly:
    """No groups: the operator accepts limits on each process instead of on all together."""

    def describe(self) -> str:
        """Say so."""
        return "rlimits of each process only"

    def create(self, name: str, limits: SandboxLimits) -> Group:  # noqa: ARG002 - the protocol's
        """Nothing to make."""
        return _NoGroup()


class _NoGroup:
    def joined_by(self) -> Sequence[Path]:
        return ()

    def kill(self) -> None:
        return

    def usage(self) -> Usage:
        return Usage()

    def close(self) -> None:
        return


@dataclass(frozen=True, slots=True)
class _Mount:
    kind: str
    root: Path
    at: Path
    options: frozenset[str]


def _mounts() -> Iterator[_Mount]:
    """Control group file systems in proc(5)'s mountinfo."""
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        before, _, after = line.partition(" - ")
        _, _, _, root, at, *_ = before.split(" ")
        kind, _, options = after.split(" ", 2)
        if kind in {"cgroup", "cgroup2"}:
            yield _Mount(kind, Path(root), Path(at), frozenset(options.split(",")))


def _own_paths() -> Mapping[str, Path]:
    """Controller -> our own group; "" is version 2's one hierarchy."""
    own = {}
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        own.update(dict.fromkeys(controllers.split(","), Path(path)))
    return own


def _inside(mount: _Mount, path: Path) -> Path:
    relative = path.relative_to(mount.root) if path.is_relative_to(mount.root) else Path()
    return mount.at / relative


def _upwards(start: Path, top: Path) -> Iterator[Path]:
    yield start
    while start != top:
        start = start.parent
        yield start


def _usable_parent(candidates: Sequence[Path]) -> Path:
    """The first directory in which a group with memory and process limits can be made.

    The own group comes first, but a group with processes in it may have no limited children,
    unless it is the root; service managers that delegate put the service into a leaf, so that the
    parent serves.
    """
    refusals = []
    for parent in candidates:
        try:
            _enable(parent)
            trial = parent / f"canon-trial-{secrets.token_hex(4)}"
            trial.mkdir()
        except OSError as error:
            refusals.append(f"{parent}: {error.strerror}")
            continue
        try:
            if all((trial / name).exists() for name in ("memory.max", "pids.max")):
                return parent
            refusals.append(f"{parent}: no memory and pids controllers")
        finally:
            trial.rmdir()
    raise SandboxUnavailableError(
        "no control group in which memory and processes can be limited ("
        + ("; ".join(refusals) or "none is mounted")
        + "): let the service manager delegate one (systemd: Delegate=yes), name one in"
        " CANON_SANDBOX_CGROUP, or accept limits on single processes with"
        " CANON_SANDBOX_CGROUP=none"
    )


def _enable(parent: Path) -> None:
    available = (parent / "cgroup.controllers").read_text().split()
    enabled = (parent / "cgroup.subtree_control").read_text().split()
    for controller in (*_REQUIRED, "cpu"):
        if controller in available and controller not in enabled:
            (parent / "cgroup.subtree_control").write_text(f"+{controller}")


@dataclass(frozen=True, slots=True)
class _UnifiedGroups:
    """Version 2."""

    parent: Path

    def describe(self) -> str:
        return f"control groups, version 2, in {self.parent}"

    def create(self, name: str, limits: SandboxLimits) -> Group:
        for left in self.parent.glob(f"{name}-*"):
            _UnifiedGroup(left).discard()
        return _limited(_UnifiedGroup(self.parent / f"{name}-{secrets.token_hex(4)}"), limits)


@dataclass(frozen=True, slots=True)
class _UnifiedGroup:
    directory: Path

    def limit(self, limits: SandboxLimits) -> None:
        self.directory.mkdir()
        (self.directory / "memory.max").write_text(str(limits.memory))
        (self.directory / "memory.oom.group").write_text("1")
        (self.directory / "pids.max").write_text(str(limits.processes))
        for name, value in {
            "memory.swap.max": "0",
            "cpu.max": f"{int(limits.cpus * _PERIOD)} {_PERIOD}",
        }.items():
            if (self.directory / name).exists():  # no swap, or no cpu controller: nothing to limit
                (self.directory / name).write_text(value)

    def joined_by(self) -> Sequence[Path]:
        return (self.directory / "cgroup.procs",)

    def kill(self) -> None:
        if (self.directory / "cgroup.kill").exists():  # since Linux 5.14
            (self.directory / "cgroup.kill").write_text("1")
        else:
            _kill_members(self.directory)

    def usage(self) -> Usage:
        peak = self.directory / "memory.peak"  # since Linux 5.19
        return Usage(
            oom_kills=_pairs(self.directory / "memory.events").get("oom_kill", 0),
            forks_refused=_pairs(self.directory / "pids.events").get("max", 0),
            memory_peak=int(peak.read_text()) if peak.exists() else None,
        )

    def close(self) -> None:
        _remove(self.directory, _PATIENCE)

    def discard(self) -> None:
        with suppress(FileNotFoundError):  # somebody else swept it
            self.kill()
        _remove(self.directory, 0)


@dataclass(frozen=True, slots=True)
class _LegacyGroups:
    """Version 1: one hierarchy for each controller."""

    parents: Mapping[str, Path]

    def describe(self) -> str:
        return f"control groups, version 1, of {', '.join(sorted(self.parents))}"

    def create(self, name: str, limits: SandboxLimits) -> Group:
        for parent in self.parents.values():
            for left in parent.glob(f"{name}-*"):
                _kill_members(left)
                _remove(left, 0)
        own = f"{name}-{secrets.token_hex(4)}"
        directories = {kind: parent / own for kind, parent in self.parents.items()}
        return _limited(_LegacyGroup(directories), limits)


@dataclass(frozen=True, slots=True)
class _LegacyGroup:
    directories: Mapping[str, Path]

    def limit(self, limits: SandboxLimits) -> None:
        for directory in self.directories.values():
            directory.mkdir()
        memory = self.directories["memory"]
        (memory / "memory.limit_in_bytes").write_text(str(limits.memory))
        with_swap = memory / "memory.memsw.limit_in_bytes"
        if with_swap.exists():  # only where the kernel counts swap
            with_swap.write_text(str(limits.memory))
        (self.directories["pids"] / "pids.max").write_text(str(limits.processes))
        if "cpu" in self.directories:
            quota = str(int(limits.cpus * _PERIOD))
            (self.directories["cpu"] / "cpu.cfs_quota_us").write_text(quota)

    def joined_by(self) -> Sequence[Path]:
        return tuple(directory / "tasks" for directory in self.directories.values())

    def kill(self) -> None:
        _kill_members(self.directories["pids"])

    def usage(self) -> Usage:
        memory, pids = self.directories["memory"], self.directories["pids"]
        return Usage(
            oom_kills=_pairs(memory / "memory.oom_control").get("oom_kill", 0),
            forks_refused=_pairs(pids / "pids.events").get("max", 0),
            memory_peak=int((memory / "memory.max_usage_in_bytes").read_text()),
        )

    def close(self) -> None:
        for directory in self.directories.values():
            _remove(directory, _PATIENCE)


def _limited(group: "_UnifiedGroup | _LegacyGroup", limits: SandboxLimits) -> Group:
    """Make the group with its limits, or nothing."""
    try:
        group.limit(limits)
    except OSError as error:
        group.close()
        raise SandboxUnavailableError(f"no control group can be made: {error}") from error
    return group


def _pairs(file: Path) -> Mapping[str, int]:
    return {name: int(value) for name, value in map(str.split, file.read_text().splitlines())}


def _kill_members(directory: Path) -> None:
    with suppress(FileNotFoundError):  # somebody else swept it
        for number in (directory / "cgroup.procs").read_text().split():
            with suppress(ProcessLookupError):  # it died in between
                os.kill(int(number), signal.SIGKILL)


def _remove(directory: Path, patience: float) -> None:
    """Remove an empty group. Members die a moment after they were killed, zombies later still."""
    end = time.monotonic() + patience
    while True:
        try:
            directory.rmdir()
        except FileNotFoundError:
            return
        except OSError:
            if time.monotonic() >= end:
                return
            time.sleep(0.01)
        else:
            return
