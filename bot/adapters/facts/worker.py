"""The process that reads and examines blobs: it may be killed, and it may die of what it reads.

It is asked once, on standard input, and answers on standard output in frames: four bytes of
length (little-endian), then a msgpack list of `Answer`. `start` is how it is run.
"""

import gc
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

import msgspec

from bot.adapters.facts.messages import OUT_OF_MEMORY, Answer, Request, Task
from bot.adapters.git import library
from bot.adapters.git.command import environment
from bot.adapters.git.library import LibraryReader
from bot.adapters.git.objects import BlobReader
from bot.adapters.git.worktree import blob_id, read_file
from bot.scanner.examine import Examiner
from bot.scanner.facts import Examined, Problem
from bot.scanner.limits import too_large
from bot.scanner.unread import unread

_FRAME_SECONDS: Final = 0.05  # silence of more than a few of these means a blob that takes long
_IDLE_SECONDS: Final = 0.01
_MANY: Final = 1000  # blobs; below, libgit2 takes longer to load than it saves
_OBJECTS_BETWEEN_COLLECTIONS: Final = 50_000
_FRAME_ANSWERS: Final = 512
_MEMORY: Final = 2 << 30  # bytes of address space; what needs more is no source text


def start() -> subprocess.Popen[bytes]:
    """A worker that waits for its request. Safe in a process with threads: nothing is forked.

    It starts without `site`, which halves the time; the folders it imports from are handed over.
    """
    package = str(Path(__file__).parents[3])
    path = [package, *(folder for folder in sys.path if folder)]
    program = (
        f"import sys; sys.path[:0] = {path!r}; from bot.adapters.facts.worker import main; main()"
    )
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", program],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def main() -> None:
    """Answer one request, or die of it."""
    try:
        serve(sys.stdin.buffer, sys.stdout.buffer)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


def serve(source: IO[bytes], output: IO[bytes], *, few: bool = False) -> None:
    """Read one request, for many blobs or `few`, and write the answers."""
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    _prepare_while_idle(source, few=few)
    request = msgspec.msgpack.decode(source.read(), type=Request)
    frame: list[Answer] = []
    sent = time.monotonic()
    for answer in _answers(request):
        frame.append(answer)
        late = time.monotonic() - sent > _FRAME_SECONDS
        if request.careful or late or len(frame) == _FRAME_ANSWERS:
            _send(output, frame)
            frame, sent = [], time.monotonic()
    _send(output, frame)


def _prepare_while_idle(source: IO[bytes], *, few: bool) -> None:
    """Load what takes long to load, if there is time before the request is there."""
    asked, _, _ = select.select([source], [], [], _IDLE_SECONDS)
    if not asked:
        with suppress(ImportError):
            import hyperscan  # noqa: F401 - the sieve finds it loaded
        if not few:
            library.load()


def _send(output: IO[bytes], frame: Sequence[Answer]) -> None:
    body = msgspec.msgpack.encode(frame)
    output.write(len(body).to_bytes(4, "little") + body)
    output.flush()


def _answers(request: Request) -> Iterator[Answer]:
    examiner = Examiner(
        request.query, few=len(request.tasks) < _MANY // 10 and "hyperscan" not in sys.modules
    )
    usual = request.query.file_size
    stored = [(task.blob, task.largest or usual) for task in request.tasks if task.path is None]
    many = len(stored) >= _MANY and not request.careful
    with (LibraryReader if many else BlobReader)(request.git_dir, stored) as reader:
        _behave()
        contents = iter(reader)
        for number, task in enumerate(request.tasks):
            most = task.largest or usual
            found = _stored(*next(contents), most) if task.path is None else _file(task, most)
            yield Answer(number, _examined(examiner, task, found))


def _examined(examiner: Examiner, task: Task, found: bytes | Problem) -> Examined:
    if isinstance(found, Problem):
        return unread(found, task.depth, task.asked)
    return examiner.examine(
        found,
        task.depth,
        known=task.known,
        parser=task.parser,
        python=task.python,
        asked=int.from_bytes(task.asked, "little"),
    )


def _stored(content: bytes | None, size: int, largest: int) -> bytes | Problem:
    """What came of reading a blob of the repository."""
    if content is not None:
        return content
    if size < 0:
        return Problem("missing from the repository", skipped=True, lasting=False)
    return Problem(too_large(largest), skipped=True)


def _file(task: Task, largest: int) -> bytes | Problem:
    """A file of the working directory, if it still is what it was when it was listed."""
    assert task.path is not None
    content = read_file(task.path, largest)
    if content is None or blob_id(content) != task.blob:
        return Problem("could not be read, or changed meanwhile", skipped=True, lasting=False)
    return content


def _behave() -> None:
    """Take the memory that source text needs, and wake when there is enough to do.

    Called when git runs, which may map as much as it likes.
    """
    with suppress(ImportError, OSError, ValueError):  # what a system does not have, it lacks
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    if hasattr(os, "SCHED_BATCH") and os.sched_getscheduler(0) == os.SCHED_OTHER:
        # As an interactive process it would be woken for every blob that git writes, and take the
        # processor from it: 15 % of the time of a cold scan.
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
