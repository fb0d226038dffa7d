"""Asks live services over HTTP and WebSocket, within bounds.

A service is up when what the configuration expects came back within its time. Redirects are not
followed: they could lead anywhere. Proxies of the environment are not used.
"""

import errno
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from bot.adapters.probes.reach import Address, AllowList, NotAllowedError
from bot.domain.probe import HttpRequest, Probe, WebSocketExchange
from bot.domain.probing import ProbeAnswer
from bot.ports.clock import Clock
from bot.version import VERSION

_PORTS: Final = {"http": 80, "ws": 80, "https": 443, "wss": 443}
_SECURE: Final = {"https", "wss"}
_USER_AGENT: Final = f"canon-probe/{VERSION}"
_LARGEST_MESSAGE: Final = 1024 * 1024
_MOST_MESSAGES: Final = 10_000
_LONGEST_REASON: Final = 300


class _DownError(Exception):
    """The service answered, and not as was expected."""


@dataclass(frozen=True, slots=True)
class NetworkProber:
    """The `Prober` port on the real network."""

    allowed: AllowList
    clock: Clock

    def ask(self, probe: Probe) -> ProbeAnswer:
        """Ask once; never raises for what a service or the network does."""
        at, started = self.clock.now(), time.monotonic()
        up: bool | None
        try:
            self._ask(probe)
            if time.monotonic() - started >= probe.within:  # cut off, it may look like an answer
                raise TimeoutError
            up, reason = True, ""
        except NotAllowedError as error:
            up, reason = None, str(error)
        except (_DownError, OSError, http.client.HTTPException, WebSocketException) as error:
            late = time.monotonic() - started >= probe.within
            up = None if _is_ours(error) else False
            reason = f"no answer within {probe.within:g} s" if late else _words(error)
        seconds = time.monotonic() - started
        return ProbeAnswer(at=at, up=up, seconds=seconds, reason=reason[:_LONGEST_REASON])

    def _ask(self, probe: Probe) -> None:
        request = probe.http or probe.websocket
        assert request is not None
        url = urlsplit(request.url)
        assert url.hostname is not None
        port = url.port or _PORTS[url.scheme]
        until = time.monotonic() + probe.within
        addresses = self.allowed.addresses(url.hostname, port)
        with _connected(addresses, port, until) as plain, _ended_at(plain, until):
            if isinstance(request, HttpRequest):
                with _secured(plain, url) as connection:
                    _get(request, url, connection)
            else:
                _exchange(request, plain, url, until)


@contextmanager
def _connected(addresses: Sequence[Address], port: int, until: float) -> Iterator[socket.socket]:
    """A connection to the first address that takes one."""
    trouble: OSError = TimeoutError("the time was over before a connection was made")
    for address in addresses:
        left = until - time.monotonic()
        if left <= 0:
            break
        try:
            made = socket.create_connection((str(address), port), timeout=left)
        except OSError as error:
            trouble = error
            continue
        with made:
            yield made
            return
    raise trouble


@contextmanager
def _ended_at(connection: socket.socket, until: float) -> Iterator[None]:
    """Cut the connection when time is up: a service that drips could keep it open for ever."""
    with connection.dup() as twin:  # TLS takes the first one over
        timer = threading.Timer(max(0.0, until - time.monotonic()), _cut, [twin])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()


def _cut(connection: socket.socket) -> None:
    with suppress(OSError):  # it has ended by itself
        connection.shutdown(socket.SHUT_RDWR)


def _secured(plain: socket.socket, url: SplitResult) -> socket.socket:
    if url.scheme not in _SECURE:
        return plain
    return ssl.create_default_context().wrap_socket(plain, server_hostname=url.hostname)


def _get(request: HttpRequest, url: SplitResult, over: socket.socket) -> None:
    """Ask with GET; only the status line and the headers are read."""
    assert url.hostname is not None
    connection = http.client.HTTPConnection(url.hostname, url.port)
    connection.sock = over
    path = url.path or "/"
    target = f"{path}?{url.query}" if url.query else path
    connection.putrequest("GET", target, skip_host=True, skip_accept_encoding=True)
    connection.putheader("Host", url.netloc.rpartition("@")[2])
    connection.putheader("User-Agent", _USER_AGENT)
    connection.putheader("Accept", "*/*")
    connection.putheader("Connection", "close")
    connection.endheaders()
    status = connection.getresponse().status
    if status != request.status:
        raise _DownError(f"status {status}, not {request.status}")


def _exchange(
    request: WebSocketExchange, plain: socket.socket, url: SplitResult, until: float
) -> None:
    """Connect, say what is to be said, and wait for the events in their order."""
    context = ssl.create_default_context() if url.scheme in _SECURE else None
    with connect(
        request.url,
        sock=plain,
        ssl=context,
        server_hostname=url.hostname if context else None,
        open_timeout=max(0.001, until - time.monotonic()),
        close_timeout=1,
        max_size=_LARGEST_MESSAGE,
        user_agent_header=_USER_AGENT,
        proxy=None,
    ) as websocket:
        if request.send is not None:
            websocket.send(request.send)
        _await_in_order(websocket, request.expect_in_order, until)


def _await_in_order(websocket: ClientConnection, events: Sequence[str], until: float) -> None:
    """Each event is looked for in the messages after the one that held the event before it."""
    read = 0
    for event in events:
        while True:
            read += 1
            if read > _MOST_MESSAGES:
                raise _DownError(f"{event!r} was not among {_MOST_MESSAGES:,} messages")
            message = websocket.recv(timeout=max(0.001, until - time.monotonic()), decode=None)
            text = message if isinstance(message, str) else message.decode("utf-8", "replace")
            if event in text:
                break


def _is_ours(error: Exception) -> bool:
    """Whether it is this machine that cannot reach out: no name server, or no network."""
    if isinstance(error, socket.gaierror):
        return error.errno == socket.EAI_AGAIN
    return isinstance(error, OSError) and error.errno in {errno.ENETUNREACH, errno.ENETDOWN}


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
