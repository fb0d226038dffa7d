"""Whether the process lives, and whether it can do its work: for load balancers and operators."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

import structlog
from flask import Blueprint, Response, jsonify

from bot.domain.errors import CanonError
from bot.version import VERSION

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing that the service needs; `ask` answers how it is, or raises what is wrong."""

    name: str
    ask: Callable[[], str]


def health(probes: Sequence[Probe]) -> Blueprint:
    """`/healthz`: 200 while the process answers. `/readyz`: 503 while any of the probes fails."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="ok", version=VERSION)

    @blueprint.get("/readyz")
    def readyz() -> tuple[Response, int]:
        answers = {probe.name: _ask(probe) for probe in probes}
        ready = all(ok for ok, _ in answers.values())
        report = {name: {"ok": ok, "detail": detail} for name, (ok, detail) in answers.items()}
        status = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
        return jsonify(status="ready" if ready else "not ready", checks=report), status

    return blueprint


def _ask(probe: Probe) -> tuple[bool, str]:
    try:
        return True, probe.ask()
    except Exception as error:  # noqa: BLE001 - whatever is wrong is the answer
        _log.warning("probe.failed", probe=probe.name, error=str(error))
        return False, str(error) if isinstance(error, CanonError) else type(error).__name__
