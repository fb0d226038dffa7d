"""Shares blobs out to worker processes, and outlives whatever the blobs do to them.

What examines is imported when there is something to examine: most scans know all that there is.
"""

import os
import selectors
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

import msgspec

from bot.adapters.facts.messages import OUT_OF_MEMORY, Answer, Request, Task, Worker
from bot.domain.errors import CouldNotCheckError
from bot.ports.clock import Cancellation
from bot.ports.scanning import Wanted
from bot.scanner.facts import Examined, Problem
from bot.scanner.probes import Query
from bot.scanner.unread import unread

_ENOUGH_FOR_TWO: Final = 200  # blobs; below, a second process takes longer to start than it saves
_ENOUGH_FOR_BOTH: Final = 16  # blobs, for two that wait already
_PATIENCE: Final = 0.05
_CHUNK: Final = 1 << 20
_GIVEN_UP: Final = Problem("the scanner did not survive this file", skipped=True)
_answers: Final = msgspec.msgpack.Decoder(list[Answer]).decode


def start() -> Worker:
    """A new process that waits for its request."""
    from bot.adapters.facts import worker

    return worker.start()


class WorkerPool:
    """The `Examinations` port: one or two processes for each call, gone when it ends."""

    def __init__(
        self,
        git_dir: Path,
        worktree: Path | None = None,
        *,
        silence: float = 30.0,
        start: Callable[[], Worker] = start,
        ready: Sequence[Worker] = (),
    ) -> None:
        """Make a pool; `worktree` is where files of a working directory are read from.

        It takes over the processes that are `ready`; `start` makes more. A worker is taken to hang
        after `silence` seconds without an answer.
        """
        self._git_dir = str(git_dir)
        self._worktree = worktree
        self._silence = silence
        self._start = start
        self._idle = list(ready)

    def expect(self, blobs: int) -> None:
        """Start the processes, so that they are there when they are asked."""
        while len(self._idle) < _processes(blobs):
            self._idle.append(self._start())

    def close(self) -> None:
        """End processes that were started and not asked."""
        while self._idle:
            _end(self._idle.pop())

    def examine(
        self, query: Query, wanted: Sequence[Wanted], cancellation: Cancellation
    ) -> Iterator[tuple[Wanted, Examined]]:
        """Examine every blob, in any order.

        A blob that ends its worker, or silences it for long, is examined again without a parser.
        Raises `CouldNotCheckError` when the workers cannot do their work at all.
        """
        if not wanted:
            return
        tasks = [self._task(one) for one in wanted]
        self.expect(len(tasks))
        ready = len(self._idle) > 1 and len(tasks) >= _ENOUGH_FOR_BOTH
        count = 2 if ready else _processes(len(tasks))
        shares = [range(start, len(tasks), count) for start in range(count)]
        runs = [_Run(self._git_dir, query, tasks, share, self._idle.pop()) for share in shares]
        try:
            for run in runs:
                run.ask()
            yield from self._gather(runs, wanted, cancellation)
        finally:
            for run in runs:
                run.end()

    def _gather(
        self, runs: Sequence["_Run"], wanted: Sequence[Wanted], cancellation: Cancellation
    ) -> Iterator[tuple[Wanted, Examined]]:
        with selectors.DefaultSelector() as selector:
            for run in runs:
                selector.register(run.output, selectors.EVENT_READ, run)
            while selector.get_map():
                cancellation.check()
                for key, _ in selector.select(_PATIENCE):
                    run = key.data
                    chunk = os.read(key.fd, _CHUNK)
                    for answer in run.take(chunk):
                        yield wanted[answer.task], answer.examined
                    if not chunk:
                        selector.unregister(key.fileobj)
                        for answer in run.bury():
                            yield wanted[answer.task], answer.examined
                        if run.left:
                            run.begin_again(self._start())
                            selector.register(run.output, selectors.EVENT_READ, run)
                for run in runs:
                    run.watch(self._silence)

    def _task(self, wanted: Wanted) -> Task:
        path = None
        if wanted.in_worktree:
            assert self._worktree is not None
            path = os.fsencode(self._worktree / wanted.path)
        return Task(
            wanted.blob,
            wanted.depth,
            wanted.known,
            path,
            python=wanted.python,
            asked=wanted.asked.to_bytes((wanted.asked.bit_length() + 7) // 8, "little"),
            largest=wanted.largest,
        )


def _processes(blobs: int) -> int:
    return 2 if blobs >= _ENOUGH_FOR_TWO and (os.cpu_count() or 1) > 1 else 1


def _end(process: Worker) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        assert pipe is not None
        pipe.close()


class _Run:
    """One share of the tasks, and the worker that is at it."""

    def __init__(
        self,
        git_dir: str,
        query: Query,
        tasks: list[Task],
        share: Sequence[int],
        process: Worker,
    ) -> None:
        self._git_dir = git_dir
        self._query = query
        self._tasks = tasks
        self.left = dict.fromkeys(share)  # numbers of the tasks without an answer, in order
        self._begin(process, careful=False)

    def begin_again(self, process: Worker) -> None:
        """Let another worker do what is left; it goes step by step."""
        self._begin(process, careful=True)
        self.ask()

    def _begin(self, process: Worker, *, careful: bool) -> None:
        self._careful = careful
        self._asked = list(self.left)
        self._received = b""
        self._heard = time.monotonic()
        self._process = process

    @property
    def output(self) -> IO[bytes]:
        """Where the worker's answers come from."""
        assert self._process.stdout is not None
        return self._process.stdout

    def ask(self) -> None:
        """Send the request; a worker that is gone by now is noticed by its silence."""
        tasks = tuple(self._tasks[number] for number in self._asked)
        request = Request(self._git_dir, self._query, tasks, self._careful)
        assert self._process.stdin is not None
        with suppress(BrokenPipeError), self._process.stdin as questions:
            questions.write(msgspec.msgpack.encode(request))

    def take(self, chunk: bytes) -> Iterator[Answer]:
        """The answers that are complete with this piece of output, by number of the task."""
        self._heard = time.monotonic()
        self._received += chunk
        while len(self._received) >= 4:
            end = 4 + int.from_bytes(self._received[:4], "little")
            if len(self._received) < end:
                return
            for answer in _answers(self._received[4:end]):
                number = self._asked[answer.task]
                del self.left[number]
                yield Answer(number, answer.examined)
            self._received = self._received[end:]

    def watch(self, silence: float) -> None:
        """Kill a worker that has been silent for long; what it was at is dealt with then."""
        if time.monotonic() - self._heard > silence:
            self._process.kill()

    def bury(self) -> Iterator[Answer]:
        """Find out what ended the worker; answers for the task that nothing can be done about.

        In a careful run that is the first one without an answer. It gets one more try without the
        parser.
        """
        assert self._process.stderr is not None
        said = self._process.stderr.read().decode("utf-8", "replace").strip()
        status = self._process.wait()
        if status == 0 and not self.left:
            return
        if status >= 0 and status != OUT_OF_MEMORY:
            raise CouldNotCheckError(f"the scanner failed: {said[-500:]}")
        self.end()
        if self._careful:
            number = next(iter(self.left))
            task = self._tasks[number]
            self._tasks[number] = msgspec.structs.replace(task, parser=False)
            if not task.parser:
                del self.left[number]
                yield Answer(number, unread(_GIVEN_UP, task.depth, task.asked))

    def end(self) -> None:
        """Leave nothing behind."""
        _end(self._process)
