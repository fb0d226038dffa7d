"""What a session does on the wire, against a server that answers as it is told."""

import json
import logging
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from github.Auth import Token

from bot.adapters.github.client import RenewableAuth, Session, Timeouts, Transport
from bot.adapters.github.errors import OUTAGE_PAUSE
from bot.domain.errors import CouldNotCheckError, RequestRefusedError, RetryLaterError
from tests.fakes.clock import FakeClock

SECRET = "ghs_never_to_be_seen"


@dataclass(frozen=True)
class Received:
    verb: str
    target: str
    headers: dict[str, str]
    body: bytes
    peer: tuple[str, int]


@dataclass
class Wire:
    """A server; `answers` are given in order, the last one again and again."""

    url: str = ""
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    delay: float = 0.0
    cut: bool = False
    echo: bool = False

    def answer(self, status: int, body: bytes = b"{}", **headers: str) -> None:
        self.answers.append((status, headers, body))

    def requests(self) -> list[str]:
        return [f"{r.verb} {r.target}" for r in self.received]


@pytest.fixture
def wire() -> Iterator[Wire]:
    state = Wire()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            headers = {name.lower(): value for name, value in self.headers.items()}
            state.received.append(
                Received(
                    self.command, self.path, headers, self.rfile.read(length), self.client_address
                )
            )
            time.sleep(state.delay)
            status, extra, body = (
                state.answers.pop(0) if len(state.answers) > 1 else state.answers[0]
            )
            body = json.dumps(self.path).encode() if state.echo else body
            self.send_response(status)
            for name, value in extra.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(body) + (1 if state.cut else 0)))
            self.end_headers()
            with suppress(BrokenPipeError):  # the client has given up
                self.wfile.write(body)
            self.close_connection = state.cut

        do_GET = do_POST = do_PATCH = handle_any  # noqa: N815 - the base class's names

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield state
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def transport() -> Iterator[Transport]:
    made = Transport(Timeouts())
    yield made
    made.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def session(wire: Wire, transport: Transport, clock: FakeClock) -> Session:
    return Session(Token(SECRET), api_url=wire.url, transport=transport, clock=clock)


def retry_of(call: Callable[[], object]) -> RetryLaterError:
    with pytest.raises(RetryLaterError) as caught:
        call()
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    return caught.value


def test_every_request_names_canon_and_the_version_of_the_api(session: Session, wire: Wire) -> None:
    wire.answer(200)
    session.requestJsonAndCheck("GET", "/meta")
    headers = wire.received[0].headers
    assert headers["user-agent"].startswith("canon/")
    assert headers["x-github-api-version"] == "2022-11-28"
    assert headers["authorization"] == f"token {SECRET}"


def test_all_sessions_share_one_kept_connection(
    wire: Wire, transport: Transport, clock: FakeClock
) -> None:
    wire.answer(200)
    for _ in range(5):
        session = Session(Token(SECRET), api_url=wire.url, transport=transport, clock=clock)
        session.requestJsonAndCheck("GET", "/meta")
    assert len({received.peer for received in wire.received}) == 1


def test_threads_never_mix_up_answers(session: Session, wire: Wire) -> None:
    wire.answer(200)
    wire.delay = 0.002
    wire.echo = True
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda n: session.requestJsonAndCheck("GET", f"/{n}")[1], range(200)))
    assert got == [f"/{number}" for number in range(200)]


@pytest.mark.parametrize("status", [301, 307, 308])
def test_a_moved_repository_is_followed_with_method_body_and_query(
    session: Session, wire: Wire, status: int
) -> None:
    wire.answer(status, location=f"{wire.url}/repositories/7/check-runs?ref=main")
    wire.answer(201, b'{"id": 1}')
    _, body = session.requestJsonAndCheck("POST", "/repos/o/old/check-runs", input={"name": "é"})
    assert body == {"id": 1}
    assert wire.requests() == [
        "POST /repos/o/old/check-runs",
        "POST /repositories/7/check-runs?ref=main",
    ]
    assert wire.received[0].body == wire.received[1].body == b'{"name": "\\u00e9"}'


@pytest.mark.parametrize("status", [301, 307])
def test_credentials_never_follow_a_redirect_to_another_host(
    session: Session, wire: Wire, status: int
) -> None:
    other = wire.url.replace("127.0.0.1", "localhost")
    wire.answer(status, location=f"{other}/repositories/7")
    with pytest.raises(CouldNotCheckError):
        session.requestJsonAndCheck("GET", "/repos/o/old")
    assert wire.requests() == ["GET /repos/o/old"]


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_nothing_is_retried_inside(session: Session, wire: Wire, status: int) -> None:
    wire.answer(status)
    retry_of(lambda: session.requestJsonAndCheck("GET", "/meta"))
    assert wire.requests() == ["GET /meta"]


def test_an_answer_that_does_not_come_in_time_is_asked_for_later(
    wire: Wire, clock: FakeClock
) -> None:
    hasty = Transport(Timeouts(read=0.2))
    session = Session(Token(SECRET), api_url=wire.url, transport=hasty, clock=clock)
    wire.answer(200)
    wire.delay = 0.5
    error = retry_of(lambda: session.requestJsonAndCheck("GET", "/meta"))
    assert str(error) == "GitHub gave no usable answer to GET /meta: ReadTimeout"
    assert error.at == clock.now() + OUTAGE_PAUSE
    hasty.close()


def test_a_server_that_is_not_there_is_asked_later(transport: Transport, clock: FakeClock) -> None:
    session = Session(Token(SECRET), api_url="http://127.0.0.1:1", transport=transport, clock=clock)
    error = retry_of(lambda: session.requestJsonAndCheck("GET", "/meta"))
    assert "refused" in str(error)


def test_an_answer_that_breaks_off_is_asked_for_later(session: Session, wire: Wire) -> None:
    wire.answer(200, b'{"a": ')
    wire.cut = True
    retry_of(lambda: session.requestJsonAndCheck("GET", "/meta"))


def test_a_page_of_something_in_between_is_no_answer(session: Session, wire: Wire) -> None:
    wire.answer(200, b"<html>Please log in</html>")
    error = retry_of(lambda: session.requestJsonAndCheck("GET", "/meta"))
    assert str(error).endswith("not JSON")


def test_an_html_error_page_is_an_error_like_any_other(session: Session, wire: Wire) -> None:
    wire.answer(502, b"<html>Unicorn</html>")
    retry_of(lambda: session.requestJsonAndCheck("GET", "/meta"))


def test_cookies_are_not_kept(session: Session, wire: Wire) -> None:
    wire.answer(200, Set_Cookie="who=me")
    session.requestJsonAndCheck("GET", "/meta")
    session.requestJsonAndCheck("GET", "/meta")
    assert "cookie" not in wire.received[1].headers


def test_errors_name_method_and_path_but_no_query(session: Session, wire: Wire) -> None:
    wire.answer(400, b'{"message": "Bad"}')
    with pytest.raises(RequestRefusedError, match=r"^GitHub answered GET /x with 400: Bad$"):
        session.requestJsonAndCheck("GET", f"{wire.url}/x?page=2")


def test_neither_token_nor_answer_reaches_the_log_at_any_level(
    session: Session, wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    wire.answer(201, b'{"token": "ghs_another_secret"}')
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("github.Requester").setLevel(logging.DEBUG)
        session.requestJsonAndCheck("POST", "/app/installations/1/access_tokens", input={})
    assert SECRET not in caplog.text
    assert "ghs_another_secret" not in caplog.text


class Renewed(RenewableAuth):
    """Has a new token after each refusal."""

    def __init__(self) -> None:
        self.number = 1

    @property
    def token_type(self) -> str:
        return "Bearer"

    @property
    def token(self) -> str:
        return f"token-{self.number}"

    def forget(self) -> None:
        self.number += 1


def test_a_refused_token_is_renewed_once(
    wire: Wire, transport: Transport, clock: FakeClock
) -> None:
    session = Session(Renewed(), api_url=wire.url, transport=transport, clock=clock)
    wire.answer(401)
    wire.answer(200)
    session.requestJsonAndCheck("GET", "/meta")
    used = [received.headers["authorization"] for received in wire.received]
    assert used == ["Bearer token-1", "Bearer token-2"]


def test_a_renewed_token_that_is_refused_too_is_tried_again_later(
    wire: Wire, transport: Transport, clock: FakeClock
) -> None:
    session = Session(Renewed(), api_url=wire.url, transport=transport, clock=clock)
    wire.answer(401)
    error = retry_of(lambda: session.requestJsonAndCheck("GET", "/meta"))
    assert len(wire.received) == 2
    assert error.at == clock.now() + timedelta(minutes=1)


def test_a_fixed_token_that_is_refused_is_not_shown_again(session: Session, wire: Wire) -> None:
    wire.answer(401)
    retry_of(lambda: session.requestJsonAndCheck("GET", "/meta"))
    assert len(wire.received) == 1
