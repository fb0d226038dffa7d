from typing import Any

import pytest
import requests

from simulator import GitHubSimulator
from tests.support.shop import Client, Shop

REPO = "/repos/acme/shop"


@pytest.fixture
def client(shop: Shop) -> Client:
    return shop.as_user()


@pytest.fixture
def head(shop: Shop) -> str:
    return shop.pull().head_sha


def post(client: Client, head: str, **body: Any) -> requests.Response:
    return client("POST", f"{REPO}/statuses/{head}", json=body)


def test_the_newest_status_of_a_context_counts(client: Client, head: str) -> None:
    for state in ("pending", "success"):
        post(client, head, state=state, context="canon", description="d", target_url="http://x")

    combined = client("GET", f"{REPO}/commits/{head}/status").json()

    assert (combined["state"], combined["total_count"]) == ("success", 1)
    listed = client("GET", f"{REPO}/commits/{head}/statuses").json()
    assert [it["state"] for it in listed] == ["success", "pending"]


@pytest.mark.parametrize(
    ("states", "combined"),
    [
        ((), "pending"),
        (("success", "pending"), "pending"),
        (("success", "failure"), "failure"),
        (("pending", "error"), "failure"),
    ],
)
def test_contexts_are_combined(
    client: Client, head: str, states: tuple[str, ...], combined: str
) -> None:
    for number, state in enumerate(states):
        post(client, head, state=state, context=str(number))

    assert client("GET", f"{REPO}/commits/feature/status").json()["state"] == combined


@pytest.mark.parametrize(
    "wrong",
    [{"state": "great"}, {"state": None}, {"state": "success", "description": "x" * 141}],
)
def test_a_malformed_status_is_refused(client: Client, head: str, wrong: dict[str, Any]) -> None:
    assert post(client, head, **wrong).status_code == 422


def test_a_status_on_an_unknown_commit_is_refused(client: Client) -> None:
    assert post(client, "0" * 40, state="success").status_code == 422


def test_a_status_is_announced_to_hooks(
    shop: Shop, simulator: GitHubSimulator, client: Client, head: str
) -> None:
    simulator.add_hook(shop.repo, "http://127.0.0.1:9/closed", "s", ["status"])

    post(client, head, state="success", context="canon")

    assert shop.events()[-2:] == ["ping", "status"]
    payload = simulator.hookshot.deliveries[-1].message.payload
    assert (payload["sha"], payload["branches"][0]["name"]) == (head, "feature")
