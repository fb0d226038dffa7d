"""Workers that are forked from this process: they start at once, with all that is loaded here.

Importing this is cheap, so that a worker can load what it needs while its parent does the same.
"""

import gc
import os
import resource
import signal
import threading
import traceback
from typing import IO, TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from bot.adapters.facts.messages import Worker

_STDERR: Final = 2
_OUT_OF_MEMORY: Final = 77  # as in bot.adapters.facts.messages, which takes time to load
_UNLIMITED: Final = 1 << 16


class Forked:
    """A child that is this process again; the part of `subprocess.Popen` that the pool needs."""

    def __init__(self, pid: int, stdin: int, stdout: int, stderr: int) -> None:
        """Take the child's id and our ends of its pipes."""
        self.pid = pid
        self.stdin: IO[bytes] = os.fdopen(stdin, "wb")
        self.stdout: IO[bytes] = os.fdopen(stdout, "rb")
        self.stderr: IO[bytes] = os.fdopen(stderr, "rb")
        self._status: int | None = None

    def kill(self) -> None:
        """End it, if it has not ended."""
        if self._status is None:
            os.kill(self.pid, signal.SIGKILL)  # until it is waited for, the id stays its own

    def wait(self) -> int:
        """Its exit status once it has ended; negative for a signal."""
        if self._status is None:
            _, status = os.waitpid(self.pid, 0)
            self._status = os.waitstatus_to_exitcode(status)
        return self._status


def fork(*, few: bool = False) -> "Worker":
    """A worker as `worker.start` makes it, sooner: forked where that is safe.

    For `few` blobs it does not load what is of use for many.

    A process with threads must not be forked, for one of them may hold a lock; there the worker is
    started anew. What this process has in memory, the child has too: it is for the command line,
    which knows nothing that whoever runs it does not.
    """
    if threading.active_count() > 1:
        from bot.adapters.facts import worker

        return worker.start()
    theirs_in, stdin = os.pipe()
    stdout, theirs_out = os.pipe()
    stderr, theirs_err = os.pipe()
    pid = os.fork()
    if pid == 0:
        _work((theirs_in, theirs_out, theirs_err), few=few)
    for descriptor in (theirs_in, theirs_out, theirs_err):
        os.close(descriptor)
    return Forked(pid, stdin, stdout, stderr)


def _work(pipes: tuple[int, int, int], *, few: bool) -> NoReturn:
    """Be a worker, and nothing that the parent was: no file of its, no word in its name."""
    status = 1
    try:
        gc.freeze()
        for descriptor, pipe in enumerate(pipes):
            os.dup2(pipe, descriptor)
        most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        os.closerange(_STDERR + 1, most if most != resource.RLIM_INFINITY else _UNLIMITED)
        from bot.adapters.facts import worker
        from bot.adapters.git.command import environment

        safe = environment()
        os.environ.clear()
        os.environ.update(safe)
        with os.fdopen(0, "rb") as source, os.fdopen(1, "wb") as output:
            worker.serve(source, output, few=few)
        status = 0
    except MemoryError:
        status = _OUT_OF_MEMORY
    except BaseException:  # noqa: BLE001 - nothing may go on in the parent's code
        os.write(_STDERR, traceback.format_exc().encode(errors="backslashreplace"))
    finally:
        os._exit(status)
