"""Canon's processes, started by their commands as operators start them."""

import hashlib
import hmac
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, Any
from uuid import uuid4

SECRET = "a webhook secret"
CREDENTIALS = {"CANON_GITHUB_TOKEN": "a-token", "CANON_GITHUB_WEBHOOK_SECRET": SECRET}


@dataclass
class Answer:
    """An HTTP answer."""

    status: int
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Service:
    """A running `canon serve` or `canon run`."""

    process: subprocess.Popen[bytes]
    port: int
    output: IO[str]

    def stop(self, number: signal.Signals) -> str:
        """Send the signal, wait for an orderly end; answers what was said on standard output."""
        self.process.send_signal(number)
        assert self.process.wait(30) == 0
        self.output.seek(0)
        return self.output.read()

    def get(self, path: str) -> Answer:
        return self.request("GET", path)

    def request(
        self,
        method: str,
        path: str,
        body: bytes | Iterable[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            return Answer(response.status, response.read())
        finally:
            connection.close()

    def deliver(self, payload: object, event: str = "push", guid: str | None = None) -> Answer:
        body = json.dumps(payload).encode()
        headers = signed(body, event, guid or str(uuid4()))
        return self.request("POST", "/webhooks/github", body, headers)

    def answers(self) -> bool:
        with suppress(OSError, http.client.HTTPException):
            return self.get("/healthz").status == 200
        return False

    def children(self, *, recursive: bool = True) -> list[tuple[int, str]]:
        """Process id and command line of the processes it has started."""
        import psutil

        lines = {}
        for child in psutil.Process(self.process.pid).children(recursive=recursive):
            with suppress(psutil.NoSuchProcess):
                lines[child.pid] = " ".join(child.cmdline())
        return list(lines.items())


def signed(body: bytes, event: str, guid: str) -> dict[str, str]:
    """The headers that GitHub sends."""
    digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "X-GitHub-Delivery": guid,
        "X-GitHub-Event": event,
        "X-Hub-Signature-256": f"sha256={digest}",
    }


def push(branch: str = "main") -> dict[str, Any]:
    """The payload of a push."""
    return {
        "ref": f"refs/heads/{branch}",
        "before": "a" * 40,
        "after": "b" * 40,
        "repository": {"id": 7, "full_name": "acme/shop", "default_branch": "main"},
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(holds: Callable[[], bool], within: float = 20) -> None:
    give_up = time.monotonic() + within
    while not holds():
        assert time.monotonic() < give_up
        time.sleep(0.02)


def alive(pid: int) -> bool:
    import psutil

    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


@contextmanager
def started(command: str, environment: Mapping[str, str]) -> Iterator[Service]:
    """`python -m COMMAND` that answers; ended with all it has started when the context ends."""
    port = free_port()
    settings = {"PORT": str(port), "CANON_HOST": "127.0.0.1", "WEB_CONCURRENCY": "2"}
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", *command.split()],
            env={**os.environ, **settings, **environment},
            stdout=output,
            stderr=errors,
            start_new_session=True,
        )
        service = Service(process, port, output)
        try:
            eventually(lambda: service.answers() or process.poll() is not None, 60)
            assert process.poll() is None
            yield service
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            errors.seek(0)
            sys.stderr.write(errors.read())
