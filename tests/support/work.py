"""Works and deliveries for tests that do not care about their details."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from bot.domain.repository import RepositoryRef
from bot.domain.work import Target, TargetKind, Work
from bot.ports.store import Delivery, DeliveryState

REPOSITORY = RepositoryRef(7, "acme/shop", 3)


def target(name: str = "1", kind: TargetKind = TargetKind.PULL_REQUEST) -> Target:
    return Target(REPOSITORY, kind, name)


def work(name: str = "1", **details: Any) -> Work:
    details.setdefault("target", target(name))
    return Work(reason="test", **details)


def delivery(guid: str | None = None, **details: Any) -> Delivery:
    values = {
        "guid": guid or str(uuid4()),
        "event": "pull_request",
        "action": "opened",
        "received_at": datetime.now(UTC),
        "body": b'{"action": "opened"}',
        "state": DeliveryState.ACCEPTED,
    }
    return Delivery(**{**values, **details})
