"""Starting bwrap: the words of the whole chain, and the files it inherits."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.adapters.sandbox import arguments
from bot.adapters.sandbox.cgroups import Groups, RlimitsOnly
from bot.ports.sandbox import SandboxLimits

# Written by root, the score is also the lowest that anything inside can choose (proc(5)): a process
# that made itself safe from the memory killer would turn it on the others.
_JOIN: Final = """
echo 500 >/proc/self/oom_score_adj || exit 1
count=$1; shift
while [ "$count" -gt 0 ]; do echo $$ >"$1" || exit 1; shift; count=$((count - 1)); done
exec "$@"
"""
PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A program whose standard output, a tar archive, becomes the tree."""

    words: Sequence[str]
    variables: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that one execution needs.

    `name` is that of its control group. `uid` None: our own, which is not root.
    """

    name: str
    view: arguments.View
    limits: SandboxLimits
    groups: Groups
    seccomp: bytes
    uid: int | None
    feed: Feed | None = None


class Descriptors:
    """Open files of ours, each closed once."""

    def __init__(self) -> None:
        self._open: set[int] = set()

    def keep(self, descriptor: int) -> int:
        """Take it over."""
        self._open.add(descriptor)
        return descriptor

    def pipe(self) -> tuple[int, int]:
        """Both ends of a new pipe: to read, to write."""
        reading, writing = os.pipe()
        return self.keep(reading), self.keep(writing)

    def close(self, descriptor: int) -> None:
        """Close it now, if that has not been done."""
        if descriptor in self._open:
            self._open.remove(descriptor)
            os.close(descriptor)

    def close_all(self) -> None:
        """Close what is left."""
        for descriptor in tuple(self._open):
            self.close(descriptor)


def chain(plan: Plan, groups: Sequence[Path], info: int, contents: arguments.Contents) -> list[str]:
    """Join the groups, drop to the uid, make the sandbox, limit each process, begin.

    What is started as root does no more than join the groups: uid 0 inside could write kernel
    settings of the host, whatever capabilities were dropped.
    """
    files = [str(file) for file in groups]
    become = [f"--reuid={plan.uid}", f"--regid={plan.uid}", "--clear-groups"] if plan.uid else []
    return [
        "/bin/sh",
        "-c",
        _JOIN,
        "sh",
        str(len(files)),
        *files,
        "setpriv",
        *become,
        "--no-new-privs",
        "--",
        *arguments.bwrap(
            plan.view, plan.limits, seccomp=plan.seccomp, info=info, contents=contents
        ),
        "prlimit",
        *_rlimits(plan),
        "--",
        "/bin/sh",
        "-c",
        arguments.FIRST,
        "sh",
        "tree" if plan.feed else "",
        f"{plan.limits.grace:.3f}",
        f"{plan.limits.seconds:.3f}",
    ]


def _rlimits(plan: Plan) -> list[str]:
    limits = plan.limits
    return [
        # 1, not 0: only then is nothing piped to the host's core_pattern (fs/coredump.c).
        "--core=1",
        f"--cpu={int(limits.seconds * max(1.0, limits.cpus) + limits.grace) + 1}",
        f"--fsize={limits.disk}",
        "--nofile=4096",
        f"--nproc={limits.processes}",
        # Without a group, each process for itself is better than nothing.
        *([f"--as={limits.memory}"] if isinstance(plan.groups, RlimitsOnly) else []),
    ]


def open_pipe(path: Path, ours: Descriptors) -> int:
    """Open a named pipe for both directions: it then has no end, and opening does not wait."""
    return ours.keep(os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW))
