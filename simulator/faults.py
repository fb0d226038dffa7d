"""A GitHub in trouble, on demand: bad answers, slow ones, none, and requests held at a gate."""

import json
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.wrappers import Response

from simulator.api import PREFIX

_LIMITS = "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api"


class Drop(ConnectionError):  # noqa: N818 - a means of control, not a mistake
    """The connection is to be cut without an answer."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What goes wrong.

    After `delay` seconds: `answer` makes the response, `None` lets the request through to the
    simulator. `drop` cuts the connection, before the effect or (`after_effect`) after it;
    `cut_after` cuts it when so many bytes of the honest answer's body have been sent.
    """

    answer: Callable[[], Response] | None = None
    delay: float = 0.0
    drop: bool = False
    cut_after: int | None = None
    after_effect: bool = False


def server_error(status: int = 502) -> Trouble:
    """A page of the load balancer, not JSON: 500, 502, 503 or 504."""
    page = f"<html><body><h1>{status}</h1>The server had a hiccup.</body></html>"
    return Trouble(lambda: Response(page, status, content_type="text/html"))


def unauthorized() -> Trouble:
    """401 as for a token that has expired."""
    return Trouble(lambda: _json(401, {"message": "Bad credentials", "status": "401"}))


def forbidden(message: str = "Resource not accessible by integration") -> Trouble:
    """403 for good: no permission."""
    return Trouble(lambda: _json(403, {"message": message, "status": "403"}))


def secondary_limit(retry_after: int = 1, status: int = 403) -> Trouble:
    """The secondary rate limit, 403 or 429, with Retry-After in seconds."""
    message = (
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    )
    body = {"message": message, "documentation_url": f"{_LIMITS}#about-secondary-rate-limits"}
    return Trouble(lambda: _json(status, body, {"Retry-After": str(retry_after)}))


def too_many_requests(retry_after: int = 1) -> Trouble:
    """429 with Retry-After."""
    return secondary_limit(retry_after, 429)


def primary_limit(reset_in: float = 1.0) -> Trouble:
    """The hourly limit: 403, nothing remaining, and the time when it is reset."""

    def answer() -> Response:
        headers = {
            "X-RateLimit-Limit": "5000",
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Used": "5000",
            "X-RateLimit-Reset": str(int(time.time() + reset_in)),
            "X-RateLimit-Resource": "core",
        }
        message = "API rate limit exceeded for installation ID 1."
        return _json(403, {"message": message, "documentation_url": _LIMITS}, headers)

    return Trouble(answer)


def slow(seconds: float) -> Trouble:
    """The honest answer, late."""
    return Trouble(delay=seconds)


def hang(seconds: float = 3600.0) -> Trouble:
    """Nothing for a long time, then a cut connection."""
    return Trouble(delay=seconds, drop=True)


def drop() -> Trouble:
    """A connection cut before anything happened."""
    return Trouble(drop=True)


def drop_answer() -> Trouble:
    """The request has its effect, but its answer is lost."""
    return Trouble(drop=True, after_effect=True)


def cut(after: int = 0) -> Trouble:
    """The honest answer, cut off after so many bytes."""
    return Trouble(cut_after=after)


def _json(status: int, body: dict[str, str], headers: dict[str, str] | None = None) -> Response:
    return Response(
        json.dumps(body), status, headers, content_type="application/json; charset=utf-8"
    )


class Moment(Enum):
    """When a gate holds a request."""

    BEFORE = auto()  # it has no effect yet
    AFTER = auto()  # it had its effect, the answer is held


@dataclass(slots=True, eq=False)
class _Match:
    method: str
    pattern: re.Pattern[str]

    def matches(self, method: str, target: str) -> bool:
        return self.method in ("*", method) and self.pattern.search(target) is not None


@dataclass(slots=True, eq=False)
class Fault:
    """A trouble laid on some requests; `left` None stays until `remove`. `hits` counts."""

    match: _Match
    trouble: Trouble
    left: int | None
    hits: int = 0

    def remove(self) -> None:
        """Let the requests through again."""
        self.left = 0


@dataclass(slots=True, eq=False)
class Gate:
    """Holds matching requests until it is opened; tells when one has arrived."""

    match: _Match
    moment: Moment
    arrivals: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _open: bool = False
    _discarding: bool = False

    def wait_for(self, arrivals: int = 1, timeout: float = 10.0) -> None:
        """Wait until that many requests have arrived; raises `TimeoutError`."""
        with self._changed:
            if not self._changed.wait_for(lambda: self.arrivals >= arrivals, timeout):
                raise TimeoutError(f"{self.arrivals} of {arrivals} requests came to the gate")

    def release(self) -> None:
        """Let through what waits, and everything after it."""
        self._finish(discarding=False)

    def discard(self) -> None:
        """Cut what waits off without its effect (or answer); let everything after it through."""
        self._finish(discarding=True)

    def pass_through(self) -> None:
        """Hold the calling request; raises `Drop` when it is discarded."""
        with self._changed:
            if self._open:
                return
            self.arrivals += 1
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._open)
            if self._discarding:
                raise Drop

    def _finish(self, *, discarding: bool) -> None:
        with self._changed:
            self._open, self._discarding = True, discarding
            self._changed.notify_all()


class Faults:
    """The troubles and gates that are laid, and the WSGI layer that applies them.

    A request is matched by its method ("*" for any) and a regular expression that is searched in
    its path and query: "/repos/o/r/check-runs" for REST, "/o/r.git/git-upload-pack" for git.
    """

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._gates: list[Gate] = []
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def add(self, method: str, pattern: str, trouble: Trouble, *, times: int | None = 1) -> Fault:
        """Lay a trouble on the next `times` matching requests; None on all until removed."""
        fault = Fault(_Match(method, re.compile(pattern)), trouble, times)
        with self._lock:
            self._faults.append(fault)
        return fault

    def gate(self, method: str, pattern: str, moment: Moment = Moment.BEFORE) -> Gate:
        """Hold matching requests from now on."""
        gate = Gate(_Match(method, re.compile(pattern)), moment)
        with self._lock:
            self._gates.append(gate)
        return gate

    @contextmanager
    def gated(self, method: str, pattern: str, moment: Moment = Moment.BEFORE) -> Iterator[Gate]:
        """A gate that opens when the context ends."""
        gate = self.gate(method, pattern, moment)
        try:
            yield gate
        finally:
            gate.release()

    def clear(self) -> None:
        """Remove all troubles and open all gates."""
        with self._lock:
            for fault in self._faults:
                fault.remove()
            for gate in self._gates:
                gate.release()
            self._faults.clear()
            self._gates.clear()

    def resume(self) -> None:
        """The server has been started (again)."""
        self._stopping.clear()

    def shut(self) -> None:
        """The server stops: nobody waits any longer."""
        self._stopping.set()
        with self._lock:
            for gate in self._gates:
                gate.discard()

    def around(self, app: WSGIApplication) -> WSGIApplication:
        """The application with the troubles in front of it."""

        def layer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            method, target = environ["REQUEST_METHOD"], target_of(environ)
            self._pass_gates(Moment.BEFORE, method, target)
            trouble = self._take(method, target)
            inner = app if trouble is None else self._troubled(trouble, app)
            if not any(g.moment is Moment.AFTER for g in self._matching(method, target)):
                return inner(environ, start_response)
            response = Response.from_app(inner, environ, buffered=True)
            self._pass_gates(Moment.AFTER, method, target)
            return response(environ, start_response)

        return layer

    def _troubled(self, trouble: Trouble, app: WSGIApplication) -> WSGIApplication:
        def layer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            if trouble.delay and self._stopping.wait(trouble.delay):
                raise Drop
            if trouble.after_effect:
                Response.from_app(app, environ, buffered=True)
            if trouble.drop:
                raise Drop
            if trouble.answer is not None:
                return trouble.answer()(environ, start_response)
            honest = app(environ, start_response)
            return honest if trouble.cut_after is None else _cut(honest, trouble.cut_after)

        return layer

    def _matching(self, method: str, target: str) -> list[Gate]:
        with self._lock:
            return [gate for gate in self._gates if gate.match.matches(method, target)]

    def _pass_gates(self, moment: Moment, method: str, target: str) -> None:
        for gate in self._matching(method, target):
            if gate.moment is moment:
                gate.pass_through()

    def _take(self, method: str, target: str) -> Trouble | None:
        with self._lock:
            for fault in self._faults:
                if fault.left != 0 and fault.match.matches(method, target):
                    fault.hits += 1
                    fault.left = None if fault.left is None else fault.left - 1
                    return fault.trouble
        return None


def _cut(chunks: Iterable[bytes], after: int) -> Iterator[bytes]:
    left = after
    try:
        for chunk in chunks:
            yield chunk[:left]
            left -= len(chunk)
            if left < 0:
                raise Drop
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()


def target_of(environ: WSGIEnvironment) -> str:
    """Path and query as tests name them: without the prefix of REST."""
    path: str = environ["PATH_INFO"].removeprefix(PREFIX)
    query = environ.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path
