"""The simulated GitHub as pytest fixtures, with every exchange held to the contract."""

import threading
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from werkzeug.wrappers import Request, Response

from simulator import GitHubSimulator
from simulator.activity.accounts import new_key
from simulator.api import PREFIX
from simulator.webhooks import Message
from tests.contract import openapi, webhooks
from tests.contract.openapi import Traffic


class ContractWatch:
    """Sees everything a simulator answers and sends; `complaints` is what was wrong with it."""

    def __init__(self) -> None:
        self._rest = openapi.load()
        self._webhooks = webhooks.load()
        self._lock = threading.Lock()
        self.complaints: list[str] = []

    def around(self, app: WSGIApplication) -> WSGIApplication:
        """A WSGI layer that checks each request and its answer."""

        def layer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            request = Request(environ)
            body = request.get_data()
            environ["wsgi.input"] = BytesIO(body)
            response = Response.from_app(app, environ, buffered=True)
            traffic = Traffic(
                method=request.method,
                path=request.path.removeprefix(PREFIX),
                query=request.query_string.decode(),
                body=body,
                status=response.status_code,
                answer=response.get_data(),
                content_type=response.content_type or "",
            )
            self._complain(str(traffic), self._rest.complaints(traffic))
            return response(environ, start_response)

        return layer

    def see(self, message: Message) -> None:
        """Check a webhook."""
        # Without a secret there is no signature, and GitHub's description knows no such hook.
        headers = message.headers() if message.hook.secret else None
        found = self._webhooks.complaints(message.event, message.payload, headers)
        self._complain(f"webhook {message.event} {message.action or ''}", found)

    def verify(self) -> None:
        """Fail when anything was wrong."""
        if self.complaints:
            pytest.fail("GitHub's description says otherwise:\n" + "\n".join(self.complaints))

    def _complain(self, about: str, found: list[str]) -> None:
        with self._lock:
            self.complaints += [f"{about}: {each}" for each in found]


@pytest.fixture(scope="session")
def app_private_key() -> str:
    """An RSA key for Apps, made once: `create_app(private_key=...)`."""
    return new_key()


@pytest.fixture
def contract() -> Iterator[ContractWatch]:
    """A watch over whatever simulators a test makes; fails the test at its end."""
    watch = ContractWatch()
    yield watch
    watch.verify()


@pytest.fixture
def simulator(tmp_path: Path, contract: ContractWatch) -> Iterator[GitHubSimulator]:
    """A running GitHub, empty; every exchange and every webhook is held to the contract."""
    root = tmp_path / "github"
    root.mkdir()
    github = GitHubSimulator(root, around_api=contract.around)
    github.hookshot.observers.append(contract.see)
    with github:
        yield github
    assert github.errors == []
