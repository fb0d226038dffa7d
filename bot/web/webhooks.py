"""`POST /webhooks/github`: verify, store, answer. All that takes time is the worker's.

Answers: 202 with what became of the delivery; 400, 401 and 413 for what is no delivery of GitHub's,
of which nothing is stored; 503 while Canon cannot take deliveries.
"""

from collections.abc import Sequence
from http import HTTPStatus

import structlog
from flask import Blueprint, Response, jsonify, request

from bot.metrics import ACKNOWLEDGE_SECONDS, DELIVERIES
from bot.ports.clock import Clock
from bot.ports.store import Deliveries, StoreUnavailableError
from bot.web import intake
from bot.web.body import read_at_most
from bot.web.intake import MalformedError
from bot.web.signature import verified

LARGEST_BODY = 25 * 1024 * 1024
"""Bytes. GitHub sends no more: https://docs.github.com/webhooks/webhook-events-and-payloads"""

_log = structlog.get_logger(__name__)
_UNVERIFIED = "unverified"
"""The event of a delivery that is not known to be GitHub's: its headers are anybody's words."""


def webhooks(secrets: Sequence[str], deliveries: Deliveries, clock: Clock) -> Blueprint:
    """The blueprint. Without secrets nothing can be verified, and every delivery is refused."""
    blueprint = Blueprint("webhooks", __name__)

    @blueprint.post("/webhooks/github")
    @ACKNOWLEDGE_SECONDS.time()
    def receive() -> tuple[Response, int]:
        if not secrets:
            return _refuse(HTTPStatus.SERVICE_UNAVAILABLE, "unconfigured", "Canon is not set up")
        body = read_at_most(request.stream, LARGEST_BODY)
        if body is None:
            return _refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", "over 25 MiB")
        if not verified(body, request.headers.get("X-Hub-Signature-256"), secrets):
            return _refuse(HTTPStatus.UNAUTHORIZED, "unauthorized", "no valid X-Hub-Signature-256")
        headers = request.headers
        try:
            delivery, work = intake.read(
                headers.get("X-GitHub-Delivery"), headers.get("X-GitHub-Event"), body, clock.now()
            )
        except MalformedError as error:
            return _refuse(HTTPStatus.BAD_REQUEST, "malformed", str(error))
        with structlog.contextvars.bound_contextvars(
            delivery=delivery.guid, event_name=delivery.event
        ):
            try:
                new = deliveries.accept(delivery, work)
            except StoreUnavailableError as error:
                _log.error("delivery.not_stored", error=str(error))
                DELIVERIES.labels(delivery.event, "unavailable").inc()
                return _answer(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", "try again later")
            result = delivery.state.value if new else "duplicate"
            DELIVERIES.labels(delivery.event, result).inc()
            _log.info(
                "delivery.received",
                action=delivery.action,
                result=result,
                reason=delivery.reason,
                targets=[item.target.key for item in work],
            )
        return _answer(HTTPStatus.ACCEPTED, result, delivery.reason)

    return blueprint


def _refuse(status: HTTPStatus, result: str, reason: str) -> tuple[Response, int]:
    DELIVERIES.labels(_UNVERIFIED, result).inc()
    _log.warning("delivery.refused", result=result, reason=reason)
    return _answer(status, result, reason)


def _answer(status: HTTPStatus, result: str, reason: str | None) -> tuple[Response, int]:
    return jsonify(result=result, reason=reason), status
