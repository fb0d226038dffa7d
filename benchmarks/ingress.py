"""How soon a webhook is answered: from the moment it is due to be sent to its 202.

Deliveries come at a steady rate, whether or not earlier ones have been answered; so a server that
falls behind shows it. They come from a process of its own, on the same machine. A worker works
without a pause meanwhile.

Parts of it are run as processes: `python -m benchmarks.ingress worker URL | sender PORT`.
"""

import hashlib
import hmac
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from benchmarks.tables import Table, percentile

RATE = 200
SECONDS = 30
PULL_REQUESTS = 50
BODY_BYTES = 20_000
_SENDERS = 16
_JOB_SECONDS = 0.1
_SECRET = "a secret of the benchmark"  # noqa: S105 - guards nothing
_GOAL_MS = 50


def run() -> list[Table]:
    """Measure with an idle worker and with a busy one."""
    rows = [_row("idle", _measure(busy=False)), _row("always busy", _measure(busy=True))]
    title = (
        f"Acknowledgement of {RATE} deliveries/s for {SECONDS} s, {BODY_BYTES // 1000} kB each"
        f" (goal: p99 at most {_GOAL_MS} ms while the worker works)"
    )
    return [Table(title, ["worker", "p50 ms", "p99 ms", "slowest ms", "not 202"], rows)]


def _row(worker: str, answers: list[tuple[int, float]]) -> list[str]:
    times = [seconds * 1000 for _, seconds in answers]
    figures = (percentile(times, 0.5), percentile(times, 0.99), max(times))
    failed = sum(status != http.HTTPStatus.ACCEPTED for status, _ in answers)
    return [worker, *(f"{figure:.1f}" for figure in figures), str(failed)]


def _measure(*, busy: bool) -> list[tuple[int, float]]:
    """(status, seconds) of every delivery."""
    with _service(busy=busy) as port:
        sender = [sys.executable, "-m", "benchmarks.ingress", "sender", str(port)]
        answers: list[tuple[int, float]] = json.loads(subprocess.check_output(sender))
    return answers


@contextmanager
def _service(*, busy: bool) -> Iterator[int]:
    """A web server and a worker on a new embedded database; the server's port."""
    from bot.adapters.embedded import EmbeddedPostgres

    data_dir = Path(tempfile.mkdtemp(prefix="canon-bench-"))
    server = EmbeddedPostgres(data_dir)
    url = server.start()
    port = _free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "PORT": str(port),
        "CANON_HOST": "127.0.0.1",
        "CANON_GITHUB_TOKEN": "of no use",
        "CANON_GITHUB_WEBHOOK_SECRET": _SECRET,
        "CANON_LOG_LEVEL": "warning",
    }
    web = [sys.executable, "-m", "bot", "serve"]
    worker = [sys.executable, "-m", "benchmarks.ingress", "worker", url]
    processes = [subprocess.Popen(web, env=environment)]
    try:
        _wait_until_answered(port)
        if busy:
            processes.append(subprocess.Popen(worker, env=environment))
        yield port
    finally:
        for process in processes:
            process.terminate()
            process.wait()
        server.stop()
        shutil.rmtree(data_dir)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_answered(port: int) -> None:
    give_up = time.monotonic() + 60
    while not _answers(port):
        if time.monotonic() > give_up:
            raise TimeoutError("the web server does not answer")
        time.sleep(0.05)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def _send(port: int) -> None:
    """Send all deliveries, each at its time, and print what came back."""
    deliveries = [_delivery(number) for number in range(RATE * SECONDS)]
    answers: list[tuple[int, float]] = [(0, 0.0)] * len(deliveries)
    begin = time.perf_counter() + 1

    def send_every(first: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        for number in range(first, len(deliveries), _SENDERS):
            due = begin + number / RATE
            time.sleep(max(0.0, due - time.perf_counter()))
            body, headers = deliveries[number]
            try:
                connection.request("POST", "/webhooks/github", body, headers)
            except (ConnectionError, http.client.CannotSendRequest):
                connection.close()  # the server closes idle connections
                connection.request("POST", "/webhooks/github", body, headers)
            response = connection.getresponse()
            response.read()
            answers[number] = (response.status, time.perf_counter() - due)

    threads = [threading.Thread(target=send_every, args=(n,)) for n in range(_SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(answers))


def _delivery(number: int) -> tuple[bytes, dict[str, str]]:
    payload = {
        "action": "synchronize",
        "pull_request": {
            "number": 1 + number % PULL_REQUESTS,
            "head": {"sha": f"{number:040x}"},
            "base": {"ref": "main"},
            "body": "x" * BODY_BYTES,
        },
        "repository": {"id": 1, "full_name": "acme/shop", "default_branch": "main"},
    }
    body = json.dumps(payload).encode()
    signature = hmac.new(_SECRET.encode(), body, hashlib.sha256).hexdigest()
    return body, {
        "Content-Type": "application/json",
        "X-GitHub-Delivery": str(uuid4()),
        "X-GitHub-Event": "pull_request",
        "X-Hub-Signature-256": f"sha256={signature}",
    }


def _work(url: str) -> int:
    """A worker whose jobs compute; under `canon run` it stands back for the web server too."""
    from bot import settings, worker
    from bot.adapters import database
    from bot.cli.worker import MANNERS
    from bot.logs import configure_logging

    os.nice(MANNERS)
    chosen = settings.load()
    configure_logging(chosen)
    engine = database.connect(url, name="canon worker", connections=10)
    return worker.run(chosen, url, engine, lambda _key: _compute(), [])


def _compute() -> None:
    until = time.thread_time() + _JOB_SECONDS
    while time.thread_time() < until:
        hashlib.sha256(b"x" * 1000).hexdigest()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["sender", port]:
            _send(int(port))
        case ["worker", url]:
            sys.exit(_work(url))
        case _:
            for table in run():
                print(table.markdown())
