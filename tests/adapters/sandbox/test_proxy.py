"""The proxy's answers to those who ask; that it is the only way out is shown with set-ups."""

import asyncio
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from bot.adapters.sandbox.proxy import Proxy, RefusedError, public_addresses


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "10.0.0.1", "169.254.169.254", "::1"])
def test_a_private_address_is_refused_whatever_its_name(host: str) -> None:
    with pytest.raises(RefusedError, match="not a public address"):
        asyncio.run(public_addresses(host))


@pytest.fixture
def echo() -> Iterator[int]:
    """A server that sends back what it gets."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=answer, args=(connection,)).start()

        def answer(connection: socket.socket) -> None:
            # A tunnel that is closed in the middle resets the connection: that is what is tested.
            with connection, suppress(ConnectionError):
                while piece := connection.recv(65536):
                    connection.sendall(piece)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def connect(path: Path, request: bytes) -> tuple[socket.socket, bytes]:
    it = socket.socket(socket.AF_UNIX)
    it.settimeout(5)
    it.connect(str(path))
    it.sendall(request)
    return it, it.recv(1000)


def proxy_to(port: int, **options: int) -> Proxy:
    async def resolve(_: str) -> Sequence[tuple[str, int]]:
        return [("127.0.0.1", 1), ("127.0.0.1", port)]  # at the first nobody answers

    return Proxy(["Index.Example"], resolve=resolve, **options)


CONNECT = b"CONNECT index.example:443 HTTP/1.1\r\nHost: x\r\n\r\n"


def test_a_tunnel_carries_bytes_both_ways(tmp_path: Path, echo: int) -> None:
    with proxy_to(echo).serving(tmp_path / "socket", None):
        it, answer = connect(tmp_path / "socket", CONNECT)
        with it:
            assert answer.startswith(b"HTTP/1.1 200")
            it.sendall(b"x" * 200_000)
            it.shutdown(socket.SHUT_WR)
            got = b""
            while piece := it.recv(65536):
                got += piece
            assert got == b"x" * 200_000


def test_a_tunnel_that_carries_too_much_is_closed(tmp_path: Path, echo: int) -> None:
    proxy = proxy_to(echo, most_bytes=100_000)
    with proxy.serving(tmp_path / "socket", None):
        it, _ = connect(tmp_path / "socket", CONNECT)
        with it, pytest.raises(OSError, match=r"Broken pipe|reset"):
            it.sendall(bytes(64 * 1024 * 1024))
    assert proxy.refused == ["more than 100,000 bytes in all"]


@pytest.mark.parametrize(
    "request_",
    [
        b"CONNECT other.example:443 HTTP/1.1\r\n\r\n",
        b"CONNECT index.example:22 HTTP/1.1\r\n\r\n",
        b"CONNECT index.example HTTP/1.1\r\n\r\n",
        b"CONNECT [::1]:443 HTTP/1.1\r\n\r\n",
        b"POST http://index.example/ HTTP/1.1\r\n\r\n",
        b"\xff\xfe\r\n\r\n",
    ],
)
def test_anything_else_is_forbidden(tmp_path: Path, request_: bytes) -> None:
    proxy = proxy_to(1)
    with proxy.serving(tmp_path / "socket", None):
        it, answer = connect(tmp_path / "socket", request_)
        it.close()
    assert answer.startswith(b"HTTP/1.1 403")
    assert len(proxy.refused) == 1


def test_a_request_without_end_is_hung_up_on(tmp_path: Path) -> None:
    with proxy_to(1).serving(tmp_path / "socket", None):
        it, answer = connect(tmp_path / "socket", b"CONNECT " + b"x" * 100_000)
        it.close()
    assert answer == b""


def test_a_host_that_does_not_answer_is_named(tmp_path: Path) -> None:
    proxy = proxy_to(1)
    with proxy.serving(tmp_path / "socket", None):
        it, answer = connect(tmp_path / "socket", CONNECT)
        it.close()
    assert answer.startswith(b"HTTP/1.1 403")
    assert proxy.refused == ["index.example cannot be reached: no address answers"]


def test_the_socket_may_lie_deep(tmp_path: Path, echo: int) -> None:
    deep = tmp_path / ("d" * 100) / ("e" * 100)
    deep.mkdir(parents=True)
    with proxy_to(echo).serving(deep / "socket", None):
        assert (deep / "socket").is_socket()


def test_open_tunnels_do_not_hold_up_the_end(tmp_path: Path, echo: int) -> None:
    with proxy_to(echo).serving(tmp_path / "socket", None):
        it, _ = connect(tmp_path / "socket", CONNECT)
    with it:
        assert it.recv(10) == b""
    assert not (tmp_path / "socket").exists()
