"""The only way out of a set-up's sandbox: HTTP CONNECT to the operator's package indexes.

The sandbox has no network. A relay inside carries its connections to a unix socket, on which this
proxy answers. It opens tunnels (RFC 9110, section 9.3.6) to listed hosts on port 443 and nothing
else; TLS runs through them untouched, so that neither side has to trust the proxy.
"""

import asyncio
import ipaddress
import os
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Final

_PORT: Final = 443
_CONNECTIONS: Final = 64
_BYTES: Final = 4 * 1024 * 1024 * 1024
_HEAD: Final = 8192
_HEAD_SECONDS: Final = 10
_CONNECT_SECONDS: Final = 15
_PIECE: Final = 64 * 1024
_REMEMBERED: Final = 20

Address = tuple[str, int]
Resolve = Callable[[str], Awaitable[Sequence[Address]]]
"""Host name -> addresses to try; raises `RefusedError` where it must not be reached."""


class RefusedError(Exception):
    """A request that the proxy does not serve, and why."""


async def public_addresses(host: str) -> Sequence[Address]:
    """Every address of `host`; raises `RefusedError` when one of them is not public.

    The name is resolved once, and it is these addresses that are connected to: a second answer
    of the name server cannot lead elsewhere.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, _PORT, type=socket.SOCK_STREAM)
    addresses = [(str(address[0]), int(address[1])) for *_, address in found]
    for address, _ in addresses:
        if not ipaddress.ip_address(address).is_global:
            raise RefusedError(f"{host} is at {address}, which is not a public address")
    return addresses


def _bind(listener: socket.socket, path: Path) -> None:
    """Bind to a path of any length: unix(7) allows 107 bytes, which a data directory may exceed."""
    directory = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        listener.bind(f"/proc/self/fd/{directory}/{path.name}")
    finally:
        os.close(directory)


class Proxy:
    """Answers on a unix socket, from a thread of its own, while `serving` lasts."""

    def __init__(
        self, hosts: Sequence[str], *, resolve: Resolve = public_addresses, most_bytes: int = _BYTES
    ) -> None:
        self._hosts = frozenset(host.lower() for host in hosts)
        self._resolve = resolve
        self._most_bytes = most_bytes
        self._bytes = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self.refused: list[str] = []  # what was asked for in vain: the reader of the log needs it

    @contextmanager
    def serving(self, path: Path, uid: int | None) -> Iterator[None]:
        """Listen at `path`, which only `uid` (None: we) may connect to."""
        with suppress(FileNotFoundError):
            path.unlink()
        with socket.socket(socket.AF_UNIX) as listener:
            _bind(listener, path)
            path.chmod(0o600)
            if uid is not None:
                os.chown(path, uid, uid)
            listener.listen(_CONNECTIONS)
            started: Future[Callable[[], object]] = Future()
            thread = threading.Thread(
                target=asyncio.run, args=(self._serve(listener, started),), name="setup-proxy"
            )
            thread.start()
            stop = started.result()
            try:
                yield
            finally:
                stop()
                thread.join()
                path.unlink()

    async def _serve(
        self, listener: socket.socket, started: "Future[Callable[[], object]]"
    ) -> None:
        stop = asyncio.Event()
        started.set_result(partial(asyncio.get_running_loop().call_soon_threadsafe, stop.set))
        server = await asyncio.start_unix_server(self._accept, sock=listener, limit=_HEAD)
        await stop.wait()
        server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._answer(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await self._tunnel(reader)
        except RefusedError as refusal:
            self._remember(str(refusal))
            with suppress(OSError):
                writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()
        except (OSError, EOFError, asyncio.LimitOverrunError):
            pass  # it hung up, or sent no request: there is nobody to answer
        else:
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            try:
                async with asyncio.TaskGroup() as both:
                    both.create_task(self._carry(reader, far_writer))
                    both.create_task(self._carry(far_reader, writer))
            except* RefusedError as refusals:
                self._remember(str(refusals.exceptions[0]))
            finally:
                far_writer.close()
        finally:
            writer.close()

    def _remember(self, refusal: str) -> None:
        if refusal not in self.refused and len(self.refused) < _REMEMBERED:
            self.refused.append(refusal)

    async def _tunnel(
        self, reader: asyncio.StreamReader
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if len(self._tasks) > _CONNECTIONS:
            raise RefusedError(f"more than {_CONNECTIONS} connections at once")
        async with asyncio.timeout(_HEAD_SECONDS):
            head = await reader.readuntil(b"\r\n\r\n")
        host = self._wanted(head)
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                return await self._connected(await self._resolve(host))
        except OSError as error:  # a time-out is one too
            raise RefusedError(f"{host} cannot be reached: {error}") from error

    def _wanted(self, head: bytes) -> str:
        line = head.partition(b"\r\n")[0].decode("ascii", "replace")
        method, _, rest = line.partition(" ")
        target = rest.partition(" ")[0]
        host, _, port = target.rpartition(":")
        if method != "CONNECT" or port != str(_PORT) or host.lower() not in self._hosts:
            raise RefusedError(f"{method} {target} is not among the package indexes"[:200])
        return host

    @staticmethod
    async def _connected(
        addresses: Sequence[Address],
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        for host, port in addresses:
            with suppress(OSError):  # the next address may do
                return await asyncio.open_connection(host, port)
        raise OSError("no address answers")

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):  # either side may hang up at any time
            while piece := await reader.read(_PIECE):
                self._bytes += len(piece)
                if self._bytes > self._most_bytes:
                    raise RefusedError(f"more than {self._most_bytes:,} bytes in all")
                writer.write(piece)
                await writer.drain()
            if writer.can_write_eof():
                writer.write_eof()
