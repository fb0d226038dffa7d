"""gunicorn's worker with threads, which does not wait for the silent when it is to stop.

gunicorn waits `graceful_timeout` for every connection that it accepted, also for those on which no
request has come, or half of one; each also holds a thread meanwhile.
"""

import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from gunicorn.workers.gthread import TConn, ThreadWorker

if TYPE_CHECKING:
    from gunicorn.http.message import Request

_GRACE: Final = 1.0  # seconds for what is on its way
_BETWEEN_LOOKS: Final = 0.1


class Worker(ThreadWorker):
    """Answers every request whose head was there in time, and hangs up on other clients."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._asking: set[TConn] = set()  # whose request has not come, or not the whole head of it
        self._patience_ends: float | None = None

    def handle(self, conn: TConn) -> bool:
        """Read a request and answer it, in a thread."""
        self._asking.add(conn)
        try:
            return super().handle(conn)
        finally:
            self._asking.discard(conn)

    def handle_request(self, req: "Request", conn: TConn) -> bool:
        """Answer a request."""
        self._asking.discard(conn)
        return super().handle_request(req, conn)

    def wait_for_and_dispatch_events(self, timeout: float | None) -> None:
        """Wait for clients and threads; when stopping, only as long as there is hope."""
        if not self.alive:
            timeout = _BETWEEN_LOOKS
            self._hang_up()
        super().wait_for_and_dispatch_events(timeout)

    def _hang_up(self) -> None:
        """Once patience has ended, let whoever reads from a client find the end of it."""
        now = time.monotonic()
        if self._patience_ends is None:
            self._patience_ends = now + _GRACE
        if now < self._patience_ends:
            return
        for conn in list(self._asking):
            with suppress(OSError):  # it is closed already
                conn.sock.shutdown(socket.SHUT_RD)
