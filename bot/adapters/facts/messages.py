"""What the pool and its workers say to each other; light, for most scans need no worker."""

from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec

from bot.scanner.facts import Depth, Examined
from bot.scanner.probes import Query

if TYPE_CHECKING:
    import subprocess

    from bot.adapters.facts.forked import Forked

Worker: TypeAlias = "subprocess.Popen[bytes] | Forked"

OUT_OF_MEMORY: Final = 77
"""The exit status of a worker that needed more memory than it may have."""


class Task(msgspec.Struct, frozen=True, array_like=True):
    """One blob to examine; `path` is absolute and set where it is read from a file.

    The rest is as in `Wanted`; without `parser` no parser of any language may look at it.
    """

    blob: str
    depth: Depth = Depth.NOTHING
    known: bool = False
    path: bytes | None = None
    parser: bool = True
    python: bool = True
    asked: bytes = b""
    largest: int = 0


class Request(msgspec.Struct, frozen=True, array_like=True):
    """What a worker is asked. With `careful` each answer is sent as soon as it is there."""

    git_dir: str
    query: Query
    tasks: tuple[Task, ...]
    careful: bool = False


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """The examination of the nth task."""

    task: int
    examined: Examined
