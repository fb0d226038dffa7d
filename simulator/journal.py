"""Everything that was asked, in the order it was answered."""

import json
import re
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from simulator.api import PREFIX
from simulator.auth import NOTES
from simulator.faults import Drop, target_of
from simulator.model import Json

_LARGEST_KEPT = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and how it ended. `status` is 0 where the connection was cut.

    `target` is path and query ("/repos/o/r/pulls/1", "/o/r.git/info/refs?service=..."); `who` is
    a login ("canon[bot]"), "app/canon" for an App's JWT, or "anonymous". `body` is kept for REST.
    """

    at: datetime
    method: str
    target: str
    rest: bool
    status: int
    who: str
    body: bytes
    seconds: float

    @property
    def path(self) -> str:
        """The target without the query."""
        return self.target.partition("?")[0]

    @property
    def json(self) -> Json:
        """The request's body, parsed."""
        parsed: Json = json.loads(self.body)
        return parsed


class Journal:
    """The book of exchanges, and the WSGI layer that writes it."""

    def __init__(self) -> None:
        self._exchanges: list[Exchange] = []
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[Exchange]:
        return iter(self.find())

    def __len__(self) -> int:
        return len(self._exchanges)

    def find(
        self, method: str = "*", pattern: str = "", *, status: int | None = None
    ) -> list[Exchange]:
        """Exchanges by method, by a regular expression searched in the target, by status."""
        with self._lock:
            return [
                it
                for it in self._exchanges
                if method in ("*", it.method)
                and re.search(pattern, it.target)
                and status in (None, it.status)
            ]

    def clear(self) -> None:
        """Forget what was."""
        with self._lock:
            self._exchanges.clear()

    def around(self, app: WSGIApplication) -> WSGIApplication:
        """The application with its exchanges written down."""

        def layer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            started, statuses = time.monotonic(), [0]
            notes: dict[str, str] = {}
            environ[NOTES] = notes
            at = datetime.now(UTC)
            rest = environ["PATH_INFO"].startswith(PREFIX)
            body = _kept_body(environ) if rest else b""

            def starting(status: str, *others: object) -> object:
                statuses[0] = int(status[:3])
                return start_response(status, *others)  # type: ignore[arg-type]

            def write_down(status: int) -> None:
                exchange = Exchange(
                    at=at,
                    method=environ["REQUEST_METHOD"],
                    target=target_of(environ),
                    rest=rest,
                    status=status,
                    who=notes.get("who", "anonymous"),
                    body=body[:_LARGEST_KEPT],
                    seconds=time.monotonic() - started,
                )
                with self._lock:
                    self._exchanges.append(exchange)

            try:
                answer = app(environ, starting)  # type: ignore[arg-type]
            except Drop:
                write_down(0)
                raise
            write_down(statuses[0])
            return answer

        return layer


def _kept_body(environ: WSGIEnvironment) -> bytes:
    body: bytes = environ["wsgi.input"].read()
    environ["wsgi.input"] = BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    return body
