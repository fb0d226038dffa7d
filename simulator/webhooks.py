"""Sends webhooks as GitHub does: signed, in the background, each attempt on record.

See https://docs.github.com/en/webhooks/webhook-events-and-payloads#delivery-headers and
https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries.
"""

import hashlib
import hmac
import json
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

import urllib3

from simulator.model import Hook, Json, now

TIMEOUT_SECONDS = 10.0

_TITLES = {0: "failed to connect to host", 200: "OK", 202: "Accepted", 504: "timed out"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One event for one hook. All its deliveries share the GUID and the bytes."""

    guid: str
    hook: Hook
    target_type: str  # "integration" or "repository"
    target_id: int
    event: str
    action: str | None
    body: bytes
    installation_id: int | None
    repository_id: int | None

    def headers(self) -> dict[str, str]:
        """The headers of a delivery, signed with the hook's secret of this moment."""
        signatures = {
            f"X-Hub-Signature{suffix}": f"{name}={_hmac(self.hook.secret, self.body, name)}"
            for suffix, name in (("", "sha1"), ("-256", "sha256"))
            if self.hook.secret
        }
        return {
            "Accept": "*/*",
            "Content-Type": "application/json",
            "User-Agent": "GitHub-Hookshot/51ca05c",
            "X-GitHub-Delivery": self.guid,
            "X-GitHub-Event": self.event,
            "X-GitHub-Hook-ID": str(self.hook.id),
            "X-GitHub-Hook-Installation-Target-ID": str(self.target_id),
            "X-GitHub-Hook-Installation-Target-Type": self.target_type,
            **signatures,
        }

    @property
    def payload(self) -> Json:
        """The body, parsed."""
        parsed: Json = json.loads(self.body)
        return parsed


def _hmac(secret: str, body: bytes, name: str) -> str:
    return hmac.new(secret.encode(), body, getattr(hashlib, name)).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One attempt to hand over a message. `status_code` is 0 when nobody answered."""

    id: int
    message: Message
    redelivery: bool
    delivered_at: datetime
    duration: float
    status_code: int
    request_headers: dict[str, str]
    response_headers: dict[str, str]
    response_body: str

    @property
    def status(self) -> str:
        """The outcome in words."""
        known = _TITLES.get(self.status_code)
        return known or ("OK" if self.delivered else "Invalid HTTP Response")

    @property
    def delivered(self) -> bool:
        """Whether the receiver answered 2xx."""
        return 200 <= self.status_code < 300


@dataclass(slots=True, eq=False)
class Rule:
    """What happens to the next `times` messages of one kind, instead of one delivery.

    `copies` deliveries are made; with none, the attempt is recorded as failed, or left out of the
    record altogether when `recorded` is False.
    """

    event: str | None
    action: str | None
    copies: int
    recorded: bool
    times: int

    def takes(self, message: Message) -> bool:
        """Whether the rule speaks of this message and is not used up."""
        return (
            self.times > 0
            and self.event in (None, message.event)
            and self.action in (None, message.action)
        )


@dataclass(slots=True)
class _Queued:
    message: Message
    redelivery: bool = False


@dataclass(slots=True, eq=False)
class Hookshot:
    """The sender. `new_id` numbers deliveries; `observe` sees every message before it is queued."""

    new_id: Callable[[], int]
    deliveries: list[Delivery] = field(default_factory=list)
    observers: list[Callable[[Message], None]] = field(default_factory=list)
    _queue: deque[_Queued] = field(default_factory=deque)
    _rules: list[Rule] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _held: bool = False
    _busy: bool = False
    _stopping: bool = False
    _thread: threading.Thread | None = None
    _pool: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(maxsize=16))

    def start(self) -> None:
        """Begin to send."""
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="hookshot", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop sending, after the delivery that is under way; what is queued stays queued."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._pool.clear()

    def send(self, message: Message) -> None:
        """Queue a message."""
        for observe in self.observers:
            observe(message)
        if message.hook.active and message.hook.url:
            self._put(_Queued(message))

    def redeliver(self, delivery: Delivery) -> None:
        """Queue the message of an earlier delivery again: same GUID, same bytes."""
        self._put(_Queued(delivery.message, redelivery=True))

    def deliver_at_once(self, messages: list[Message]) -> list[Delivery]:
        """Send now, all at the same time, past the queue and its rules."""
        done: list[Delivery] = []
        threads = [
            threading.Thread(target=lambda m=each: done.append(self._attempt(m)))
            for each in messages
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return done

    def hold(self) -> None:
        """Deliver nothing until `release`."""
        with self._changed:
            self._held = True

    def release(self) -> None:
        """Deliver what was held."""
        with self._changed:
            self._held = False
            self._changed.notify_all()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold deliveries for as long as the context lasts."""
        self.hold()
        try:
            yield
        finally:
            self.release()

    def fail(self, event: str | None = None, action: str | None = None, *, times: int = 1) -> None:
        """Let the next messages fail without reaching anybody; GitHub knows that they failed."""
        self._rules.append(Rule(event, action, copies=0, recorded=True, times=times))

    def lose(self, event: str | None = None, action: str | None = None, *, times: int = 1) -> None:
        """Let the next messages vanish without a trace."""
        self._rules.append(Rule(event, action, copies=0, recorded=False, times=times))

    def repeat(
        self, copies: int, event: str | None = None, action: str | None = None, *, times: int = 1
    ) -> None:
        """Deliver the next messages `copies` times each, with the same GUID."""
        self._rules.append(Rule(event, action, copies=copies, recorded=True, times=times))

    def drain(self, timeout: float = 10.0) -> None:
        """Wait until everything queued has been attempted; raises `TimeoutError`."""
        with self._changed:
            if not self._changed.wait_for(lambda: not self._queue and not self._busy, timeout):
                raise TimeoutError(f"{len(self._queue)} webhook deliveries still wait")

    @property
    def waiting(self) -> list[Message]:
        """Messages queued and not yet attempted."""
        with self._changed:
            return [queued.message for queued in self._queue]

    def _put(self, queued: _Queued) -> None:
        with self._changed:
            self._queue.append(queued)
            self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._busy = False
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._stopping or (self._queue and not self._held))
                if self._stopping:
                    return
                queued = self._queue.popleft()
                self._busy = True
            self._handle(queued)

    def _handle(self, queued: _Queued) -> None:
        rule = next((rule for rule in self._rules if rule.takes(queued.message)), None)
        if rule is None or queued.redelivery:
            self._attempt(queued.message, redelivery=queued.redelivery)
            return
        rule.times -= 1
        if rule.copies == 0 and rule.recorded:
            self._record(queued.message, 0, {}, "", redelivery=False, duration=0.0)
        for _ in range(rule.copies):
            self._attempt(queued.message)

    def _attempt(self, message: Message, *, redelivery: bool = False) -> Delivery:
        started = time.monotonic()
        code, headers, body = self._post(message)
        return self._record(
            message,
            code,
            headers,
            body,
            redelivery=redelivery,
            duration=round(time.monotonic() - started, 3),
        )

    def _post(self, message: Message) -> tuple[int, dict[str, str], str]:
        try:
            answer = self._pool.request(
                "POST",
                message.hook.url or "",
                body=message.body,
                headers={**message.headers(), "Connection": "close"},
                timeout=TIMEOUT_SECONDS,
                retries=False,
                redirect=False,
            )
        except urllib3.exceptions.NewConnectionError as error:
            return 0, {}, str(error)
        except urllib3.exceptions.TimeoutError:
            return 504, {}, ""
        except urllib3.exceptions.HTTPError as error:
            return 0, {}, str(error)
        return answer.status, dict(answer.headers), answer.data.decode("utf-8", "replace")

    def _record(  # noqa: PLR0913 - one row, given field by field
        self,
        message: Message,
        code: int,
        headers: dict[str, str],
        body: str,
        *,
        redelivery: bool,
        duration: float,
    ) -> Delivery:
        delivery = Delivery(
            id=self.new_id(),
            message=message,
            redelivery=redelivery,
            delivered_at=now(),
            duration=duration,
            status_code=code,
            request_headers=message.headers(),
            response_headers=headers,
            response_body=body,
        )
        with self._changed:
            self.deliveries.append(delivery)
        return delivery


def message_like(message: Message) -> Message:
    """The same event once more, under a GUID of its own."""
    return replace(message, guid=str(uuid.uuid4()))
