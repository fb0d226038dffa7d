import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient
from prometheus_client import REGISTRY
from werkzeug.test import TestResponse

from bot.domain.work import Target, TargetKind
from bot.ports.store import Delivery, DeliveryState
from bot.settings import Settings
from bot.web.app import create_app
from bot.web.webhooks import LARGEST_BODY
from tests.fakes.clock import FakeClock
from tests.fakes.deliveries import FakeDeliveries
from tests.support.work import REPOSITORY

SECRET = "a secret"
GUID = "72d3162e-cc78-11e3-81ab-4c9367dc0958"
PUSH: Mapping[str, Any] = {
    "ref": "refs/heads/main",
    "before": "a" * 40,
    "after": "b" * 40,
    "repository": {"id": 7, "full_name": "acme/shop", "default_branch": "main"},
    "installation": {"id": 3},
}


@pytest.fixture
def deliveries() -> FakeDeliveries:
    return FakeDeliveries()


@pytest.fixture
def client(deliveries: FakeDeliveries) -> FlaskClient:
    return client_with(deliveries, CANON_GITHUB_WEBHOOK_SECRET=SECRET, CANON_GITHUB_TOKEN="t")


def client_with(deliveries: FakeDeliveries, **settings: Any) -> FlaskClient:
    return create_app(Settings(**settings), deliveries, FakeClock()).test_client()


def send(
    client: FlaskClient, body: object, event: str = "push", guid: str = GUID, **headers: str | None
) -> TestResponse:
    """Deliver as GitHub does; a header given as None is left out."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    signature = hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
    usual = {
        "Content-Type": "application/json",
        "X-GitHub-Delivery": guid,
        "X-GitHub-Event": event,
        "X-Hub-Signature-256": f"sha256={signature}",
    }
    changed = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {name: value for name, value in {**usual, **changed}.items() if value is not None}
    return client.post("/webhooks/github", data=raw, headers=sent)


def counted(event: str, result: str) -> float:
    labels = {"event": event, "result": result}
    return REGISTRY.get_sample_value("canon_deliveries_total", labels) or 0


def test_a_delivery_is_stored_with_its_work(
    client: FlaskClient, deliveries: FakeDeliveries
) -> None:
    before = counted("push", "accepted")
    answer = send(client, PUSH)
    assert (answer.status_code, answer.json) == (202, {"result": "accepted", "reason": None})
    assert deliveries.rows[GUID] == Delivery(
        guid=GUID,
        event="push",
        action=None,
        received_at=FakeClock().now(),
        body=json.dumps(PUSH).encode(),
        state=DeliveryState.ACCEPTED,
    )
    assert [work.target for work in deliveries.work] == [
        Target(REPOSITORY, TargetKind.BRANCH, "main")
    ]
    assert counted("push", "accepted") == before + 1


def test_the_same_delivery_again_has_no_second_effect(
    client: FlaskClient, deliveries: FakeDeliveries
) -> None:
    send(client, PUSH)
    answer = send(client, PUSH)
    assert (answer.status_code, answer.json) == (202, {"result": "duplicate", "reason": None})
    assert len(deliveries.work) == 1


def test_a_ping_is_answered(client: FlaskClient, deliveries: FakeDeliveries) -> None:
    answer = send(client, {"zen": "Design for failure.", "hook_id": 1}, "ping")
    assert (answer.status_code, deliveries.work) == (202, [])


@pytest.mark.parametrize(
    ("event", "body"),
    [("star", {"action": "created"}), ("pull_request", {"action": "labeled"}), ("star", [1])],
)
def test_what_is_not_handled_is_stored_as_ignored(
    client: FlaskClient, deliveries: FakeDeliveries, event: str, body: object
) -> None:
    before = counted(event, "ignored")
    answer = send(client, body, event)
    assert answer.status_code == 202
    assert deliveries.rows[GUID].state is DeliveryState.IGNORED
    assert counted(event, "ignored") == before + 1


@pytest.mark.parametrize(
    "body",
    [
        [],
        7,
        None,
        {},
        {**PUSH, "ref": 7},
        {**PUSH, "repository": None},
        {**PUSH, "ref": "refs/heads/half \0 name"},
        {**PUSH, "ref": "refs/heads/" + "\N{PILE OF POO}" * 900},
    ],
)
def test_a_payload_that_does_not_fit_is_stored_as_unreadable(
    client: FlaskClient, deliveries: FakeDeliveries, body: object
) -> None:
    answer = send(client, body)
    stored = deliveries.rows[GUID]
    assert answer.status_code == 202
    assert answer.json == {"result": "unreadable", "reason": stored.reason}
    assert stored.state is DeliveryState.UNREADABLE
    assert stored.reason
    assert deliveries.work == []


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Hub_Signature_256": None},
        {"X_Hub_Signature_256": "sha256=" + "0" * 64},
        {"X_Hub_Signature_256": None, "X_Hub_Signature": "sha1=" + "0" * 40},
    ],
)
@pytest.mark.parametrize("event", ["push", "ping"])
def test_what_github_did_not_sign_is_refused_and_not_stored(
    client: FlaskClient, deliveries: FakeDeliveries, headers: dict[str, str | None], event: str
) -> None:
    before = counted("unverified", "unauthorized")
    assert send(client, b"not even JSON", event, **headers).status_code == 401
    assert deliveries.rows == {}
    assert counted("unverified", "unauthorized") == before + 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nonsense",
        b'{"a": "\xff"}',
        b'{"lone": "\\ud800"}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"payload=%7B%7D",
    ],
)
def test_a_body_that_is_not_json_is_malformed(
    client: FlaskClient, deliveries: FakeDeliveries, body: bytes
) -> None:
    assert send(client, body).status_code == 400
    assert deliveries.rows == {}


@pytest.mark.parametrize(
    "headers",
    [
        {"X_GitHub_Delivery": None},
        {"X_GitHub_Delivery": "a guid; drop table"},
        {"X_GitHub_Delivery": "x" * 101},
        {"X_GitHub_Event": None},
        {"X_GitHub_Event": "Push!"},
        {"X_GitHub_Event": "x" * 65},
    ],
)
def test_a_delivery_without_proper_headers_is_malformed(
    client: FlaskClient, deliveries: FakeDeliveries, headers: dict[str, str | None]
) -> None:
    assert send(client, PUSH, **headers).status_code == 400
    assert deliveries.rows == {}


def test_a_webhook_with_the_wrong_content_type_is_told_the_right_one(client: FlaskClient) -> None:
    answer = send(client, b"payload=%7B%7D")
    assert answer.json is not None
    assert "application/json" in answer.json["reason"]


def test_a_body_of_the_largest_size_is_taken(
    client: FlaskClient, deliveries: FakeDeliveries
) -> None:
    body = b'"' + b"x" * (LARGEST_BODY - 2) + b'"'
    assert send(client, body, "star").status_code == 202
    assert len(deliveries.rows[GUID].body) == LARGEST_BODY


def test_a_larger_body_is_refused(client: FlaskClient, deliveries: FakeDeliveries) -> None:
    assert send(client, b"x" * (LARGEST_BODY + 1)).status_code == 413
    assert deliveries.rows == {}


def test_while_the_database_is_away_the_sender_is_asked_to_come_back(
    client: FlaskClient, deliveries: FakeDeliveries
) -> None:
    deliveries.available = False
    assert send(client, PUSH).status_code == 503


@pytest.mark.parametrize(
    "settings",
    [
        {"CANON_GITHUB_TOKEN": "t"},
        {"CANON_GITHUB_WEBHOOK_SECRET": SECRET},
        {"CANON_GITHUB_WEBHOOK_SECRET": SECRET, "CANON_GITHUB_APP_ID": 1},
    ],
)
def test_until_it_is_set_up_deliveries_are_refused(
    deliveries: FakeDeliveries, settings: dict[str, Any]
) -> None:
    assert send(client_with(deliveries, **settings), PUSH).status_code == 503
    assert deliveries.rows == {}
