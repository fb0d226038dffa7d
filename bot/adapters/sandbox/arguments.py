"""What a sandbox sees and may do, as arguments for bwrap(1). Nothing else of the host is there."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from bot.ports.sandbox import DATA, EVENTS, PLUGINS, RESULTS, TREE, SandboxLimits

ROOT: Final = "/sandbox"
CONTROL: Final = "/run/canon/control"
ENVIRONMENT: Final = "/env"
PROXY_SOCKET: Final = "/run/canon/proxy"
RELAY: Final = "/run/canon/relay.py"
COMMAND: Final = "/run/canon/command"
_HOME: Final = f"{ROOT}/home"
_TEMPORARY: Final = f"{ROOT}/tmp"  # noqa: S108 - inside
_SHARED_MEMORY: Final = 64 * 1024 * 1024  # as much as containers get
_USER: Final = 1000

_ISOLATION: Final = (
    "--unshare-user",
    "--unshare-pid",
    "--unshare-ipc",
    "--unshare-uts",
    "--unshare-net",
    "--unshare-cgroup",
    "--disable-userns",
    "--die-with-parent",
    "--new-session",  # no controlling terminal to push input into
    "--as-pid-1",  # bwrap then ends only when every process inside is dead and reaped
    "--cap-drop",
    "ALL",
    "--clearenv",
    "--hostname",
    "sandbox",
    "--uid",
    str(_USER),
    "--gid",
    str(_USER),
)

_FROM_ETC: Final = (
    "alternatives",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "localtime",
    "mime.types",
    "protocols",
    "services",
    "ssl/certs",
    "ssl/openssl.cnf",
)

ETC: Final[Mapping[str, bytes]] = {
    "/etc/passwd": (
        f"user:x:{_USER}:{_USER}::{_HOME}:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n".encode()
    ),
    "/etc/group": f"user:x:{_USER}:\nnogroup:x:65534:\n".encode(),
    "/etc/hosts": b"127.0.0.1 localhost sandbox\n::1 localhost\n",
    "/etc/nsswitch.conf": b"passwd: files\ngroup: files\nhosts: files\n",
}

# The first process inside. It lays out the tree, waits for the word to start, and stays: when it
# ends, the kernel kills whatever is left. The trap keeps a shell alive through the interrupt at
# the time limit, so that a test runner behind `cd x && ...` still writes its results.
#
# Its first word has to be heard soon: a Canon that died while bubblewrap was starting, before the
# process inside had asked to die with its parent (PR_SET_PDEATHSIG in prctl(2)), would leave it
# waiting at the pipe for ever.
FIRST: Final = f"""
timeout --signal=KILL 10 /bin/sh -c 'echo up >{EVENTS}' || exit 1
if [ "$1" = tree ]; then tar -x -f - -C {TREE} --no-same-owner --no-same-permissions || exit 1; fi
exec </dev/null
if [ -f .gitmodules ] && [ ! -L .gitmodules ]; then echo submodules >{EVENTS}; fi
if [ -f .gitattributes ] && [ ! -L .gitattributes ] && grep -q filter=lfs .gitattributes
then echo lfs >{EVENTS}; fi
exec 3<{CONTROL}
echo ready >{EVENTS}
read -r go <&3 || exit 1
exec 3<&-
timeout --signal=INT --kill-after="$2" "$3" /bin/sh -c 'trap : INT; . {COMMAND}'
exit $?
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What one sandbox has beyond the system itself.

    `read_only` maps a path inside to one of the host. `files` are made inside with these contents.
    `environment` is a host's directory for /env; `makes_environment` gives an empty one to fill.
    """

    events: Path
    control: Path
    read_only: Mapping[str, Path] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    programs: Sequence[str] = ()
    environment: Path | None = None
    makes_environment: bool = False


class Contents:
    """Contents that bwrap reads from open files; closed at the end of the context."""

    def __init__(self) -> None:
        self.opened: list[int] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        while self.opened:
            os.close(self.opened.pop())

    def hold(self, content: bytes) -> str:
        """Make an open file of `content`; its descriptor as an argument."""
        descriptor = os.memfd_create("canon")
        self.opened.append(descriptor)
        os.write(descriptor, content)
        os.lseek(descriptor, 0, os.SEEK_SET)
        return str(descriptor)


def bwrap(
    view: View, limits: SandboxLimits, *, seccomp: bytes, info: int, contents: Contents
) -> list[str]:
    """The bwrap command up to and with its `--`. `info` is where bwrap writes its child's number.

    The order matters: later mounts cover earlier ones, and what is remounted read-only comes last.
    """
    return [
        "bwrap",
        *_ISOLATION,
        *_system(),
        *_shared_memory(),
        *_space(limits),
        *_files({**ETC, **view.files}, contents),
        *_pipes(view),
        *(word for to, host in view.read_only.items() for word in ("--ro-bind", str(host), to)),
        *_environment(view, limits),
        *_variables(view),
        "--remount-ro",
        "/dev",
        "--remount-ro",
        "/",
        "--chdir",
        TREE,
        "--seccomp",
        contents.hold(seccomp),
        "--info-fd",
        str(info),
        "--",
    ]


def _system() -> list[str]:
    words = ["--ro-bind", "/usr", "/usr"]
    for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
        host = Path("/", name)
        if host.is_symlink():
            words += ["--symlink", str(host.readlink()), str(host)]
        elif host.is_dir():
            words += ["--ro-bind", str(host), str(host)]
    words += ["--proc", "/proc", "--dev", "/dev", "--dir", "/etc"]
    for name in _FROM_ETC:
        words += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    return words


def _shared_memory() -> list[str]:
    return ["--perms", "1777", "--size", str(_SHARED_MEMORY), "--tmpfs", "/dev/shm"]  # noqa: S108 - a mount


def _space(limits: SandboxLimits) -> list[str]:
    """One file system in memory for all that is written: its size is a limit nothing overshoots."""
    words = ["--perms", "0700", "--size", str(limits.disk), "--tmpfs", ROOT]
    for directory in (TREE, RESULTS, _HOME, _TEMPORARY):
        words += ["--dir", directory]
    return [*words, "--symlink", _TEMPORARY, "/tmp"]  # noqa: S108 - inside


def _files(files: Mapping[str, bytes], contents: Contents) -> list[str]:
    words = ["--dir", PLUGINS, "--dir", DATA]
    for path, content in files.items():
        words += ["--perms", "0444", "--ro-bind-data", contents.hold(content), path]
    return words


def _pipes(view: View) -> list[str]:
    return ["--bind", str(view.events), EVENTS, "--bind", str(view.control), CONTROL]


def _environment(view: View, limits: SandboxLimits) -> list[str]:
    if view.makes_environment:
        return ["--perms", "0755", "--size", str(limits.disk), "--tmpfs", ENVIRONMENT]
    if view.environment:
        return ["--ro-bind", str(view.environment), ENVIRONMENT]
    return []


def _variables(view: View) -> list[str]:
    system = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
    variables = {
        "PATH": ":".join([f"{ENVIRONMENT}/bin", *view.programs, *system]),
        "HOME": _HOME,
        "TMPDIR": _TEMPORARY,
        "USER": "user",
        "LANG": "C.UTF-8",
        "CI": "true",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        **view.variables,
    }
    return [word for name, value in variables.items() for word in ("--setenv", name, value)]
