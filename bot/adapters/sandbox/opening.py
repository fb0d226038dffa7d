"""Whether this machine can run a sandbox that holds, found out by running one."""

import os
import platform
import shutil
import stat
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bot.adapters.sandbox import cgroups, seccomp
from bot.adapters.sandbox.bubblewrap import BubblewrapSandbox
from bot.adapters.sandbox.host import Host
from bot.adapters.sandbox.launch import PATH
from bot.ports.sandbox import (
    MIB,
    Ending,
    SandboxLimits,
    SandboxRequest,
    SandboxUnavailableError,
)

NO_CGROUP: Final = "none"
_PROGRAMS: Final = ("bwrap", "git", "prlimit", "setpriv", "sh", "sync", "tar", "timeout")
_TAKEN: Final = {
    ("/", name) for name in ("dev", "env", "etc", "proc", "run", "sandbox", "sys", "tmp", "usr")
}
_NO_NAMESPACES: Final = (
    "bubblewrap may not make user namespaces here: allow them (sysctl"
    " kernel.unprivileged_userns_clone=1, user.max_user_namespaces, or an AppArmor profile for"
    " bwrap; in a container, a seccomp profile that allows unshare and mount)"
)
_DENIED: Final = ("No permissions to creat", "Creating new namespace failed", "Operation not perm")

# Each line that this prints is something that a sandbox must not be able to do.
_SELF_TEST: Final = """
[ "$(id -u)" = 1000 ] || echo "runs as uid $(id -u)"
[ -e "$CANARY" ] && echo "sees the host's files"
grep -v -e '|' -e ' lo:' /proc/net/dev | grep : && echo "sees the host's network"
grep -q '^Name:[[:space:]]*sh$' /proc/1/status || echo "sees the host's processes"
( echo x >/usr/canon-canary ) 2>/dev/null && echo "writes to /usr"
( echo x >/etc/canon-canary ) 2>/dev/null && echo "writes to /etc"
[ -w /proc/sys/kernel/hostname ] && echo "writes to kernel settings"
unshare --user true 2>/dev/null && echo "makes user namespaces"
grep -q '^CapEff:[[:space:]]*0*$' /proc/self/status || echo "has capabilities"
grep -q '^NoNewPrivs:[[:space:]]*1$' /proc/self/status || echo "may gain privileges"
grep -q '^Seccomp:[[:space:]]*2$' /proc/self/status || echo "has no system call filter"
echo "made with:"
python3 -VV 2>&1
python3 -c 'import ensurepip; print("pip", ensurepip.version())' 2>&1
uv --version 2>/dev/null
node --version 2>/dev/null
exit 0
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How the operator wants sandboxes to be.

    `cgroup` names a delegated control group; "none" accepts limits on single processes where
    there is none; None means that Canon looks for one.
    """

    directory: Path
    first_uid: int | None = None
    concurrency: int = 8
    cgroup: str | None = None
    toolchains: tuple[Path, ...] = ()
    package_indexes: tuple[str, ...] = ()
    certificates: Path | None = None


def open_sandbox(wishes: Wishes) -> BubblewrapSandbox:
    """The sandbox of this machine, after a trial run.

    Raises `SandboxUnavailableError`, which says what is missing: nothing is ever run with less.
    """
    _check_platform()
    _check_user(wishes.first_uid)
    _check_toolchains(wishes.toolchains)
    wishes.directory.mkdir(parents=True, exist_ok=True, mode=0o711)
    if wishes.first_uid is not None:
        _check_way(wishes.directory, wishes.first_uid, "choose another CANON_DATA_DIR")
        for place in wishes.toolchains:
            _check_way(place, wishes.first_uid, "see CANON_SANDBOX_TOOLCHAINS")
    host = Host(
        directory=wishes.directory,
        groups=_groups(wishes.cgroup),
        first_uid=wishes.first_uid,
        concurrency=wishes.concurrency,
        toolchains=wishes.toolchains,
        package_indexes=wishes.package_indexes,
        certificates=wishes.certificates,
    )
    return BubblewrapSandbox(replace(host, made_with=_tried(host)))


def _check_platform() -> None:
    if sys.platform != "linux":
        raise SandboxUnavailableError(f"bubblewrap needs Linux, and this is {sys.platform}")
    if not seccomp.supported():
        raise SandboxUnavailableError(f"no system call filter for {platform.machine()}")
    missing = [program for program in _PROGRAMS if not shutil.which(program, path=PATH)]
    if missing:
        raise SandboxUnavailableError(
            f"programs are missing: {', '.join(missing)} (Debian: apt-get install bubblewrap"
            " util-linux coreutils tar git)"
        )


def _check_user(first_uid: int | None) -> None:
    if os.geteuid() == 0 and not first_uid:
        raise SandboxUnavailableError(
            "Canon runs as root, and bubblewrap started by root is no boundary: name the first of"
            " the unprivileged uids to run as in CANON_SANDBOX_UID (such as 200000)"
        )
    if os.geteuid() != 0 and first_uid is not None:
        raise SandboxUnavailableError(
            "CANON_SANDBOX_UID is for a Canon that runs as root; this one cannot change its uid"
        )


def _check_way(directory: Path, uid: int, otherwise: str) -> None:
    """Every directory on the way must let the sandbox's uid pass, also what links lead to."""
    way = directory.resolve()
    for place in (way, *way.parents):
        if not place.stat().st_mode & stat.S_IXOTH:
            raise SandboxUnavailableError(
                f"uid {uid} cannot pass through {place}, which a sandbox needs: chmod o+x, or"
                f" {otherwise}"
            )


def _check_toolchains(toolchains: tuple[Path, ...]) -> None:
    for place in toolchains:
        if len(place.parts) < 3 or place.parts[:2] in _TAKEN or not place.is_absolute():
            raise SandboxUnavailableError(
                f"CANON_SANDBOX_TOOLCHAINS: {place} cannot be shown to a sandbox, which has"
                " something of its own there; a place such as /opt/python can"
            )
        if not place.is_dir():
            raise SandboxUnavailableError(f"CANON_SANDBOX_TOOLCHAINS: {place} is no directory")


def _groups(cgroup: str | None) -> cgroups.Groups:
    if cgroup == NO_CGROUP:
        return cgroups.RlimitsOnly()
    return cgroups.find(Path(cgroup) if cgroup else None)


def _tried(host: Host) -> str:
    """Run the self-test; the versions it found."""
    canary = host.directory / "canary"
    canary.write_text("the host's\n")
    request = SandboxRequest(
        command=_SELF_TEST,
        variables={"CANARY": str(canary.absolute())},
        limits=SandboxLimits(seconds=20, memory=512 * MIB, disk=16 * MIB, processes=64),
    )
    try:
        result = BubblewrapSandbox(host).run(request, lambda _: None)
    except SandboxUnavailableError as error:
        if any(sign in str(error) for sign in _DENIED):
            raise SandboxUnavailableError(f"{_NO_NAMESPACES}; it said: {error}") from error
        if "Unknown option" in str(error):
            raise SandboxUnavailableError(f"bubblewrap 0.8 or newer is needed: {error}") from error
        raise
    said = result.output.decode("utf-8", "replace")
    holes, _, versions = said.partition("made with:\n")
    if holes or result.ending is not Ending.EXITED or result.status:
        raise SandboxUnavailableError(
            f"the sandbox does not hold on this machine: {holes or said or result.ending}".strip()
        )
    return versions
