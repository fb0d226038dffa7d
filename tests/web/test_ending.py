"""How `canon serve` ends when it is asked to, whatever its clients do."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.support.service import CREDENTIALS, Service, push, signed, started

pytestmark = pytest.mark.slow

_LONG = 15  # seconds; less than CANON_SHUTDOWN_SECONDS, far more than it takes
_HEAD = b"GET /healthz HTTP/1.1\r\nHost: canon\r\n"


@pytest.fixture
def service(database_url: str) -> Iterator[Service]:
    with started("bot serve", {**CREDENTIALS, "DATABASE_URL": database_url}) as service:
        yield service


def connected(service: Service, said: bytes) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", service.port), timeout=30)
    client.sendall(said)
    return client


@pytest.mark.parametrize("said", [b"", _HEAD, _HEAD + b"\r\n"], ids=["silent", "half", "kept"])
def test_it_does_not_wait_for_clients_that_have_no_whole_request(
    service: Service, said: bytes
) -> None:
    with ExitStack() as clients:
        for _ in range(10):
            clients.enter_context(connected(service, said))
        time.sleep(0.5)
        began = time.monotonic()
        service.process.terminate()
        assert service.process.wait(40) == 0
    assert time.monotonic() - began < _LONG


def test_a_request_whose_body_is_still_coming_gets_its_answer(service: Service) -> None:
    body = json.dumps(push()).encode()
    headers = {"Host": "canon", "Content-Length": len(body), **signed(body, "push", "guid-1")}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    asked = f"POST /webhooks/github HTTP/1.1\r\n{head}\r\n".encode()
    with connected(service, asked + body[:9]) as client:
        time.sleep(0.5)
        service.process.terminate()
        time.sleep(2)
        client.sendall(body[9:])
        assert client.recv(1000).startswith(b"HTTP/1.1 202 ")
    assert service.process.wait(40) == 0
