"""Keeps processes running: starts them, starts them again when they end, stops them in order.

Why this is our own is told in docs/decisions/0002-supervisor.md.
"""

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType

import structlog

from bot import lifeline

_log = structlog.get_logger(__name__)

_STEADY_SECONDS = 30
"""A process that lived this long has started well; its failures are forgotten."""
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 30.0
_ROUND_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Program:
    """What to run, and how long it may take to end when asked to."""

    name: str
    command: Sequence[str]
    stop_seconds: float


class _Child:
    """One program's process, in a session of its own, so that a terminal's Ctrl-C misses it."""

    def __init__(self, program: Program, environment: Mapping[str, str], pipe: int) -> None:
        self.program = program
        self._environment = {**environment, lifeline.VARIABLE: str(pipe)}
        self._pipe = pipe
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._failures = 0
        self._start_at = 0.0

    def tend(self) -> None:
        """Start the process if it does not run and its pause is over."""
        if self._process is not None and (status := self._process.poll()) is not None:
            self._bury(self._process, status)
        if self._process is None and time.monotonic() >= self._start_at:
            self._start()

    def pause(self) -> float:
        """Seconds until it has to be tended."""
        return _ROUND_SECONDS if self._process else max(0.0, self._start_at - time.monotonic())

    def stop(self, hurried: Callable[[], bool]) -> None:
        """Ask the process to end; make it end when it takes too long, or when there is a hurry."""
        if (process := self._process) is None:
            return
        process.terminate()
        give_up = time.monotonic() + self.program.stop_seconds
        while process.poll() is None and time.monotonic() < give_up and not hurried():
            time.sleep(0.02)
        if process.poll() is None:
            _log.warning("process.killed", name=self.program.name, pid=process.pid)
        _kill_session(process)

    def _start(self) -> None:
        self._started_at = time.monotonic()
        self._process = subprocess.Popen(
            self.program.command,
            env=self._environment,
            pass_fds=[self._pipe],
            start_new_session=True,
        )
        _log.info("process.started", name=self.program.name, pid=self._process.pid)

    def _bury(self, process: "subprocess.Popen[bytes]", status: int) -> None:
        _kill_session(process)
        steady = time.monotonic() - self._started_at > _STEADY_SECONDS
        pause = 0.0 if steady else min(_FIRST_PAUSE * 2**self._failures, _LONGEST_PAUSE)
        self._failures = 0 if steady else min(self._failures + 1, 20)
        self._start_at = time.monotonic() + pause
        self._process = None
        _log.error(
            "process.ended", name=self.program.name, pid=process.pid, status=status, pause=pause
        )


def _kill_session(process: "subprocess.Popen[bytes]") -> None:
    """End whatever the process has left behind; a server's own children would keep its port."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class _Signals:
    """Counts the signals that ask us to end; any signal, also of a child's end, ends a wait.

    Handlers only count: a lock taken in one may be held by the code that it interrupts.
    """

    def __init__(self) -> None:
        self.asked = 0
        self._reading, writing = os.pipe()
        for descriptor in (self._reading, writing):
            os.set_blocking(descriptor, False)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._count)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)

    def _count(self, _number: int, _frame: FrameType | None) -> None:
        self.asked += 1

    def wait(self, seconds: float) -> None:
        if select.select([self._reading], [], [], seconds)[0]:
            with suppress(BlockingIOError):
                while os.read(self._reading, 512):
                    pass


def supervise(
    programs: Sequence[Program],
    environment: Mapping[str, str],
    *,
    tend: Callable[[], None] = lambda: None,
) -> int:
    """Run the programs until SIGTERM, SIGINT or SIGHUP, then stop them in the order given.

    A second signal kills what is left. `tend` is called about every second. Must be called in the
    main thread; answers the exit status.
    """
    signals = _Signals()
    tend_at = 0.0
    reading, _held_open = os.pipe()
    children = [_Child(program, environment, reading) for program in programs]
    try:
        while not signals.asked:
            for child in children:
                child.tend()
            if time.monotonic() >= tend_at:
                tend()
                tend_at = time.monotonic() + _ROUND_SECONDS
            signals.wait(min((child.pause() for child in children), default=_ROUND_SECONDS))
    finally:
        for child in children:
            child.stop(lambda: signals.asked > 1)
    return 0
