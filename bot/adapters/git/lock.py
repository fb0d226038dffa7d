"""A lock between processes of one machine that dies with its holder."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.ports.clock import Cancellation

_PAUSE = 0.05


@contextmanager
def hold(path: Path, cancellation: Cancellation) -> Iterator[None]:
    """Hold `path` (made when missing) with flock(2); waits, and can be cancelled while waiting."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        while not _taken(descriptor):
            cancellation.check()
            time.sleep(_PAUSE)
        yield
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
