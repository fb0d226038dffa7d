"""Real servers on loopback, which the operator has to list."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from websockets.sync.server import ServerConnection, serve

from bot.adapters.probes.prober import NetworkProber
from bot.adapters.probes.reach import AllowList
from bot.domain.probe import HttpRequest, Probe, WebSocketExchange
from tests.fakes.clock import FakeClock

LOOPBACK = NetworkProber(AllowList(("localhost", "127.0.0.0/8", "::1")), FakeClock())


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.seen.append((self.path, self.headers["Host"]))  # type: ignore[attr-defined]
        match self.path:
            case "/moved":
                self.send_response(302)
                self.send_header("Location", "/health")
            case "/slow":
                time.sleep(1)
                self.send_response(200)
            case "/drip":
                self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                for _ in range(40):
                    self.wfile.write(b"X-Drip: 1\r\n")
                    time.sleep(0.05)
            case "/teapot":
                self.send_response(418)
            case _:
                self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def http_server(context: ssl.SSLContext | None = None) -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.seen = []  # type: ignore[attr-defined]
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    with http_server() as running:
        yield running


def http_probe(url: str, status: int = 200, within: float = 5.0) -> Probe:
    return Probe(
        name="staging", within=within, every=900.0, http=HttpRequest(url=url, status=status)
    )


def at(server: ThreadingHTTPServer, path: str) -> str:
    return f"http://127.0.0.1:{server.server_port}{path}"


def test_a_service_that_answers_as_expected_is_up(server: ThreadingHTTPServer) -> None:
    answer = LOOPBACK.ask(http_probe(at(server, "/health?deep=1")))
    assert (answer.up, answer.reason) == (True, "")
    assert server.seen == [  # type: ignore[attr-defined]
        ("/health?deep=1", f"127.0.0.1:{server.server_port}")
    ]


def test_another_status_than_the_expected_one_is_down(server: ThreadingHTTPServer) -> None:
    assert LOOPBACK.ask(http_probe(at(server, "/teapot"))).reason == "status 418, not 200"
    assert LOOPBACK.ask(http_probe(at(server, "/teapot"), status=418)).up


def test_a_redirect_is_not_followed(server: ThreadingHTTPServer) -> None:
    answer = LOOPBACK.ask(http_probe(at(server, "/moved")))
    assert not answer.up
    assert [path for path, _ in server.seen] == ["/moved"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", ["/slow", "/drip"])
def test_an_answer_that_takes_too_long_is_none(server: ThreadingHTTPServer, path: str) -> None:
    answer = LOOPBACK.ask(http_probe(at(server, path), within=0.3))
    assert answer.up is False
    assert answer.reason == "no answer within 0.3 s"
    assert answer.seconds < 1


def test_a_port_where_nobody_listens_is_down() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    answer = LOOPBACK.ask(http_probe(f"http://127.0.0.1:{port}/"))
    assert answer.up is False
    assert "refused" in answer.reason


def test_a_host_that_is_not_listed_is_not_asked(server: ThreadingHTTPServer) -> None:
    prober = NetworkProber(AllowList(("staging.example.com",)), FakeClock())
    answer = prober.ask(http_probe(at(server, "/health")))
    assert answer.up is None
    assert server.seen == []  # type: ignore[attr-defined]


def test_a_listed_name_gives_no_leave_for_a_private_address_behind_it(
    server: ThreadingHTTPServer,
) -> None:
    prober = NetworkProber(AllowList(("localhost",)), FakeClock())
    answer = prober.ask(http_probe(f"http://localhost:{server.server_port}/health"))
    assert answer.up is None
    assert "CANON_PROBE_HOSTS" in answer.reason
    assert server.seen == []  # type: ignore[attr-defined]


def certificate(folder: Path) -> tuple[Path, Path]:
    """A self-signed certificate for localhost, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "public.pem", folder / "private.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return public, private


def test_a_certificate_has_to_be_trusted_and_of_that_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    public, private = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    with http_server(context) as server:
        named = f"https://localhost:{server.server_port}/health"
        assert "certificate" in LOOPBACK.ask(http_probe(named)).reason.lower()
        monkeypatch.setenv("SSL_CERT_FILE", str(public))
        assert LOOPBACK.ask(http_probe(named)).up
        other = f"https://127.0.0.1:{server.server_port}/health"
        assert "certificate" in LOOPBACK.ask(http_probe(other)).reason.lower()


@contextmanager
def websocket_server(talk: Callable[[ServerConnection], None]) -> Iterator[str]:
    with serve(talk, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}/ws"
        server.shutdown()
        thread.join()


def exchange(url: str, *events: str, send: str | None = None, within: float = 5.0) -> Probe:
    spoken = WebSocketExchange(url=url, send=send, expect_in_order=events)
    return Probe(name="events", within=within, every=900.0, websocket=spoken)


def agent(connection: ServerConnection) -> None:
    asked = connection.recv()
    for event in ("agent_started", "tool_called", "agent_completed"):
        connection.send(f'{{"type": "{event}", "for": {asked}}}')


def test_events_that_come_in_order_are_up_whatever_comes_between() -> None:
    with websocket_server(agent) as url:
        probe = exchange(url, "agent_started", "agent_completed", send='{"type": "ping"}')
        assert LOOPBACK.ask(probe).up


def test_events_in_another_order_are_down() -> None:
    with websocket_server(agent) as url:
        probe = exchange(url, "agent_completed", "agent_started", send="1", within=1.0)
        assert LOOPBACK.ask(probe).up is False


def test_a_connection_alone_is_up_where_no_event_is_expected() -> None:
    with websocket_server(lambda _: None) as url:
        assert LOOPBACK.ask(exchange(url)).up


def test_a_websocket_that_says_nothing_is_down_in_time() -> None:
    with websocket_server(lambda _: time.sleep(2)) as url:
        answer = LOOPBACK.ask(exchange(url, "agent_started", within=0.3))
    assert answer.up is False
    assert answer.reason == "no answer within 0.3 s"


def test_an_http_server_is_no_websocket(server: ThreadingHTTPServer) -> None:
    url = at(server, "/health").replace("http:", "ws:")
    assert LOOPBACK.ask(exchange(url)).up is False
