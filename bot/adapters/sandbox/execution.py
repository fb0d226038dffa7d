"""One sandbox from its start to the death of its last process.

bwrap's monitor is our child; its own child is the first process inside, with number 1 there. When
that one dies the kernel kills everything inside, and only then does the monitor end: no process
outlives it, and none becomes a zombie of somebody else's.

`--die-with-parent` follows the *thread* that started bwrap (PR_SET_PDEATHSIG in prctl(2)): an
execution is entered, waited for and left by one thread.
"""

import json
import os
import select
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Final, Self

from bot.adapters.sandbox import arguments
from bot.adapters.sandbox.cgroups import Usage
from bot.adapters.sandbox.launch import PATH, Descriptors, Feed, Plan, chain, open_pipe
from bot.adapters.sandbox.output import BoundedOutput, Lines
from bot.ports.sandbox import CheckoutFailedError, Ending, SandboxError, SandboxUnavailableError

_CHECKOUT_SECONDS: Final = 300.0
_MARGIN: Final = 2.0  # past the grace, the clock inside has failed
_DEATH_SECONDS: Final = 10.0
_TICK: Final = 0.5
_PIECE: Final = 64 * 1024
_TOO_LARGE: Final = (b"No space left on device", b"Wrote only", b"File size limit exceeded")

Watch = Callable[[tuple[bytes, ...]], None]
"""Called with the lines that came since, and at least once a second; may raise to end it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How it ended. `said`: what the first process told before the command began."""

    ending: Ending
    status: int
    seconds: float
    output: bytes
    output_bytes: int
    said: frozenset[bytes]
    usage: Usage
    disk_full: bool


class Execution:
    """A sandbox. As a context manager it leaves no process and no descriptor behind.

    `root` is the directory /sandbox and `environment` the directory /env (of a sandbox that makes
    one), as descriptors that outlast the sandbox itself. They are there once `wait` has returned.
    """

    root: int
    environment: int

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._ours = Descriptors()
        self._output = BoundedOutput()
        self._lines = Lines()
        self._event_bytes = 0
        self._first: tuple[int, int] | None = None  # the first process inside: number, pidfd

    def __enter__(self) -> Self:
        """Start it; the first process lays out the tree and waits for the word."""
        with ExitStack() as leaving:
            self._start(leaving)
            self._leaving = leaving.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Kill what is alive and let go of everything."""
        self._leaving.close()

    def wait(self, laying: Watch, running: Watch) -> Ended:
        """Let it lay out the tree, give the word, and wait until every process is dead."""
        said = self._lay_out(laying)
        self._hold_directories()
        os.write(self._control, b"go\n")
        return self._run(running, said)

    def _start(self, leaving: ExitStack) -> None:
        plan, ours = self._plan, self._ours
        self._group = plan.groups.create(plan.name, plan.limits)
        leaving.callback(self._group.close)
        leaving.callback(ours.close_all)
        self._events = open_pipe(plan.view.events, ours)
        self._control = open_pipe(plan.view.control, ours)
        self._stdout, stdout = ours.pipe()
        self._info, info = ours.pipe()
        stdin, feeding = ours.pipe()
        with arguments.Contents() as contents:
            self._monitor = subprocess.Popen(
                chain(plan, self._group.joined_by(), info, contents),
                stdin=stdin,
                stdout=stdout,
                stderr=stdout,
                pass_fds=[info, *contents.opened],
                env={"PATH": PATH},
                cwd="/",
            )
        leaving.callback(self._die)
        self._exit = ours.keep(os.pidfd_open(self._monitor.pid))
        for handed_over in (stdin, stdout, info):
            ours.close(handed_over)
        self._selector = leaving.enter_context(selectors.DefaultSelector())
        for descriptor in (self._stdout, self._events, self._exit):
            self._selector.register(descriptor, selectors.EVENT_READ)
        self._feeder = None
        if plan.feed:
            self._feeder = _Feeder(plan.feed, feeding)
            leaving.callback(self._feeder.stop)
        ours.close(feeding)

    def _lay_out(self, watch: Watch) -> frozenset[bytes]:
        """Wait until the first process has laid out the tree; what it said."""
        end = time.monotonic() + _CHECKOUT_SECONDS
        said: set[bytes] = set()
        while b"ready" not in said:
            ended, lines = self._look()
            said.update(lines)
            if self._first is None and b"up" in said:
                number = json.loads(os.read(self._info, _PIECE))["child-pid"]
                self._first = number, self._ours.keep(os.pidfd_open(number))
            if ended:
                raise self._never_ready(b"up" in said)
            if time.monotonic() > end:
                raise CheckoutFailedError(f"no checkout within {_CHECKOUT_SECONDS:.0f} s")
            watch(())
        if self._feeder and (complaint := self._feeder.complaint()):
            raise CheckoutFailedError(f"git could not give the commit's files: {complaint}")
        return frozenset(said)

    def _never_ready(self, up: bool) -> SandboxError:  # noqa: FBT001 - a private step
        output = self._output.text()
        said = output[-1000:].decode("utf-8", "replace").strip()
        if not up:
            return SandboxUnavailableError(f"bubblewrap made no sandbox: {said}")
        if any(sign in output for sign in _TOO_LARGE):
            disk = self._plan.limits.disk
            return CheckoutFailedError(f"the commit's files take more than {disk:,} bytes")
        if self._feeder and (complaint := self._feeder.complaint()):
            said = complaint
        return CheckoutFailedError(f"the commit's files could not be laid out: {said}")

    def _hold_directories(self) -> None:
        """Open what is wanted afterwards, while nothing of the repository has run yet.

        An open directory keeps its file system alive when the sandbox that mounted it is gone.
        """
        assert self._first
        inside = f"/proc/{self._first[0]}/root"
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
        self.root = self._ours.keep(os.open(inside + arguments.ROOT, flags))
        if self._plan.view.makes_environment:
            self.environment = self._ours.keep(os.open(inside + arguments.ENVIRONMENT, flags))

    def _run(self, watch: Watch, said: frozenset[bytes]) -> Ended:
        limits = self._plan.limits
        began = time.monotonic()
        last = began + limits.seconds + limits.grace + _MARGIN
        cut: Ending | None = None
        ended = False
        while not ended and not cut:
            ended, lines = self._look()
            if self._output.total + self._event_bytes > limits.output:
                cut = Ending.TOO_MUCH_OUTPUT
            elif time.monotonic() > last:
                cut = Ending.TIMED_OUT
            watch(tuple(lines))
        seconds = time.monotonic() - began
        status = self._die()
        usage = self._group.usage()
        return Ended(
            ending=cut or self._ending(status, seconds, usage),
            status=status,
            seconds=seconds,
            output=self._output.text(),
            output_bytes=self._output.total,
            said=said,
            usage=usage,
            disk_full=os.fstatvfs(self.root).f_bavail == 0,
        )

    def _ending(self, status: int, seconds: float, usage: Usage) -> Ending:
        if seconds >= self._plan.limits.seconds and status in {124, 137}:
            return Ending.TIMED_OUT
        if status and usage.oom_kills:
            return Ending.OUT_OF_MEMORY
        return Ending.EXITED

    def _look(self) -> tuple[bool, list[bytes]]:
        """Take what there is to read, waiting a moment for it: whether it is over, and lines."""
        ready = {key.fd for key, _ in self._selector.select(_TICK)}
        if self._stdout in ready and not self._take_output():
            self._selector.unregister(self._stdout)
        lines = self._take_events() if self._events in ready else []
        if self._exit not in ready:
            return False, lines
        while self._take_output():  # every writer is dead: this ends
            pass
        return True, lines + self._take_events()

    def _take_output(self) -> bool:
        piece = os.read(self._stdout, _PIECE)
        self._output.add(piece)
        return bool(piece)

    def _take_events(self) -> list[bytes]:
        try:
            piece = os.read(self._events, _PIECE)
        except BlockingIOError:
            return []
        self._event_bytes += len(piece)
        return self._lines.add(piece)

    def _die(self) -> int:
        """Kill what is alive, and see it dead: the status of the first process."""
        if self._monitor.poll() is None:
            if self._first is None:
                self._monitor.kill()
            else:
                with suppress(ProcessLookupError):  # it died by itself just now
                    signal.pidfd_send_signal(self._first[1], signal.SIGKILL)
        try:
            status = self._monitor.wait(_DEATH_SECONDS)
        except subprocess.TimeoutExpired as error:
            self._group.kill()
            raise SandboxError("a sandbox did not die when it was killed") from error
        self._group.kill()  # should the monitor have been killed first
        if self._first and not select.select([self._first[1]], [], [], _DEATH_SECONDS)[0]:
            raise SandboxError("a sandbox did not die with its monitor")
        return 128 - status if status < 0 else status


class _Feeder:
    """The program that fills the tree."""

    def __init__(self, feed: Feed, target: int) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed by stop()
        self._process = subprocess.Popen(
            feed.words,
            stdin=subprocess.DEVNULL,
            stdout=target,
            stderr=self._said,
            env=dict(feed.variables),
        )

    def complaint(self) -> str | None:
        """What it said when it failed; None when all went well. Called when it has ended."""
        if self._process.wait(_DEATH_SECONDS) == 0:
            return None
        self._said.seek(0)
        said = self._said.read(1000).decode("utf-8", "replace").strip()
        return said or f"git ended with status {self._process.returncode}"

    def stop(self) -> None:
        """End it, where it goes on."""
        self._process.kill()
        self._process.wait(_DEATH_SECONDS)
        self._said.close()
