import time
from typing import Final

from bot.domain.errors import LimitExceededError
from bot.ports.clock import Cancellation

GIVEN_UP: Final = "the parser did not survive this file, or took too long"
"""Why a file is not parsed that has ended a worker process before."""


def too_large(file_size: int) -> str:
    """Why a file of more than `file_size` bytes is skipped."""
    for unit, size in (("MiB", 1 << 20), ("KiB", 1 << 10)):
        if file_size >= size and file_size % size == 0:
            return f"larger than {file_size // size} {unit}"
    return f"larger than {file_size} bytes"


class Watch:
    """A `Cancellation` that also ends a scan which takes longer than it may."""

    def __init__(self, seconds: float, cancellation: Cancellation | None) -> None:
        self._seconds = seconds
        self._end = time.monotonic() + seconds
        self._cancellation = cancellation

    def check(self) -> None:
        """Return, or raise `LimitExceededError`, or what the cancellation raises."""
        if self._cancellation is not None:
            self._cancellation.check()
        if time.monotonic() > self._end:
            raise LimitExceededError(
                f"the scan took longer than {self._seconds:g} seconds (limits.time)"
            )
