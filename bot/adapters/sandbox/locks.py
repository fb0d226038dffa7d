"""Locks between the processes of a machine, flock(2)'s: each ends with its holder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path


class Kind(IntEnum):
    """Who else may hold the lock."""

    SHARED = fcntl.LOCK_SH
    EXCLUSIVE = fcntl.LOCK_EX


@contextmanager
def opened(path: Path) -> Iterator[int]:
    """The lock file, made where it is missing, as a descriptor; letting go of it at the end."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        yield lock
    finally:
        os.close(lock)


def taken(lock: int, kind: Kind) -> bool:
    """Take the lock, or change the kind of it, if that can be done at once.

    What was held before is lost where it cannot: two who wait for each other do not wait for ever.
    """
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
