"""The HTTP server: a thread for each connection, kept alive from request to request.

Werkzeug's own server closes after every answer; benchmarks measure through this one.
"""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Any, cast
from wsgiref.types import WSGIApplication

from werkzeug.exceptions import ClientDisconnected
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.wsgi import LimitedStream

_BODILESS = ("204", "304")


class _Handler(WSGIRequestHandler):
    server: "Server"
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # a response leaves in one packet, not header by header

    def run_wsgi(self) -> None:
        if self.headers.get("Expect", "").strip().lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.wfile.flush()
        environ = self.make_environ()
        if not environ.get("wsgi.input_terminated"):
            length = int(environ.get("CONTENT_LENGTH") or 0)
            environ["wsgi.input"] = LimitedStream(cast("IO[bytes]", self.rfile), length)
        body = environ["wsgi.input"]
        environ["wsgi.input_terminated"] = True
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], _: Any = None) -> Any:
            started.append((status, headers))
            return self.wfile.write

        try:
            chunks = self.server.app(environ, start_response)
            try:
                self._send(*started[-1], chunks)
            finally:
                close = getattr(chunks, "close", None)
                if close is not None:
                    close()
            while body.read(64 * 1024):
                pass
        except (ConnectionError, ClientDisconnected):
            self.close_connection = True
        except Exception as error:  # noqa: BLE001 - a fault of ours: whoever runs the server is told
            self.close_connection = True
            self.server.report(error)
            if not started:
                self._send("500 Internal Server Error", [("Content-Length", "0")], ())

    def _send(self, status: str, headers: list[tuple[str, str]], chunks: Any) -> None:
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        names = {name.lower() for name, _ in headers}
        for name, value in headers:
            self.send_header(name, value)
        chunked = "content-length" not in names and code not in _BODILESS
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for chunk in chunks:
            if chunk and self.command != "HEAD":
                self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk) if chunked else chunk)
                if chunked:
                    self.wfile.flush()
        if chunked:
            self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()

    def finish(self) -> None:
        """Let go of the connection, also where a client that died took no last answer."""
        with suppress(ConnectionError):
            super().finish()
        self.rfile.close()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the journal has it."""


class Server(ThreadedWSGIServer):
    """Serves until `stop`, which also ends every open connection and its thread."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(
        self, port: int, app: WSGIApplication, report: Callable[[Exception], None]
    ) -> None:
        super().__init__("127.0.0.1", port, app, _Handler)
        self.report = report
        self._connections: dict[socket.socket, threading.Thread] = {}
        self._guard = threading.Lock()
        self._thread = threading.Thread(
            target=self.serve_forever, args=(0.02,), name="simulator", daemon=True
        )

    def start(self) -> None:
        """Serve in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """Close the port and all connections, and wait for their threads."""
        self.shutdown()
        self._thread.join()
        with self._guard:
            remaining = dict(self._connections)
        for connection, thread in remaining.items():
            _cut(connection)
            thread.join()

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one connection, remembered for as long as it lasts."""
        with self._guard:
            self._connections[request] = threading.current_thread()
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._guard:
                del self._connections[request]


def _cut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it has ended in the meantime
