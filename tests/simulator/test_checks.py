from typing import Any

import pytest
import requests

from simulator import GitHubSimulator
from simulator.model import Json
from tests.support.shop import Client, Shop

REPO = "/repos/acme/shop"


def annotation(line: int = 1, **more: Any) -> Json:
    return {
        "path": "a.py",
        "start_line": line,
        "end_line": line,
        "annotation_level": "failure",
        "message": "no",
        **more,
    }


def output(*annotations: Json, **more: Any) -> Json:
    return {"title": "T", "summary": "S", "annotations": list(annotations), **more}


@pytest.fixture
def client(shop: Shop) -> Client:
    return shop.as_installation()


@pytest.fixture
def head(shop: Shop) -> str:
    return shop.pull().head_sha


def create(client: Client, head: str, **more: Any) -> requests.Response:
    return client("POST", f"{REPO}/check-runs", json={"name": "canon", "head_sha": head, **more})


def test_a_check_run_stands_on_its_commit(
    shop: Shop, simulator: GitHubSimulator, client: Client, head: str
) -> None:
    made = create(client, head, status="in_progress", external_id="run-1").json()

    (run,) = simulator.checks(shop.repo, head)
    assert (run.id, run.name, run.status, run.conclusion) == (
        made["id"],
        "canon",
        "in_progress",
        None,
    )
    assert run.external_id == "run-1"
    assert made["app"]["slug"] == "canon"
    assert [pull["number"] for pull in made["pull_requests"]] == [1]


def test_annotations_of_later_updates_are_appended(client: Client, head: str) -> None:
    run = create(client, head).json()["id"]
    for first in (1, 51):
        lines = [annotation(line) for line in range(first, first + 50)]
        client("PATCH", f"{REPO}/check-runs/{run}", json={"output": output(*lines)})

    listed = client("GET", f"{REPO}/check-runs/{run}/annotations?per_page=100").json()

    assert [each["start_line"] for each in listed] == list(range(1, 101))
    assert client("GET", f"{REPO}/check-runs/{run}").json()["output"]["annotations_count"] == 100


def test_more_than_fifty_annotations_at_once_are_refused(client: Client, head: str) -> None:
    lines = [annotation(line) for line in range(1, 52)]

    answer = create(client, head, output=output(*lines))

    assert answer.status_code == 422


def test_completed_needs_a_conclusion(client: Client, head: str) -> None:
    assert create(client, head, status="completed").status_code == 422


def test_a_conclusion_completes(client: Client, head: str) -> None:
    run = create(client, head, conclusion="neutral").json()

    assert run["status"] == "completed"
    assert run["completed_at"] is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": None},
        {"status": "done"},
        {"conclusion": "great"},
        {"head_sha": "0" * 40},
        {"output": {"title": "no summary"}},
        {"output": output(annotation(0))},
        {"output": output(annotation(path=""))},
        {"output": output(annotation(annotation_level="bad"))},
        {"output": output(annotation(end_line=2, start_column=1))},
        {"output": output(summary="x" * 65536)},
        {"output": output(text="x" * 65536)},
        {"actions": [{"label": "a" * 21, "description": "d", "identifier": "i"}]},
        {"actions": [{"label": "a", "description": "d", "identifier": "i"}] * 4},
    ],
)
def test_a_malformed_check_run_is_refused(client: Client, head: str, wrong: dict[str, Any]) -> None:
    body = {"name": "canon", "head_sha": head, **wrong}

    assert client("POST", f"{REPO}/check-runs", json=body).status_code == 422


def test_tokens_of_users_may_not_write_check_runs(shop: Shop, head: str) -> None:
    answer = create(shop.as_user(), head)

    assert answer.status_code == 403
    assert answer.json()["message"] == "You must authenticate via a GitHub App."


def test_an_app_may_not_change_anothers_check_run(
    shop: Shop, simulator: GitHubSimulator, app_private_key: str, client: Client, head: str
) -> None:
    run = create(client, head).json()["id"]
    shop.app = simulator.create_app("other", private_key=app_private_key)
    shop.installation = simulator.install(shop.app, "acme")

    answer = shop.as_installation()("PATCH", f"{REPO}/check-runs/{run}", json={"name": "mine"})

    assert answer.status_code == 403


def test_a_reopened_run_loses_its_conclusion(client: Client, head: str) -> None:
    run = create(client, head, conclusion="success").json()["id"]

    again = client("PATCH", f"{REPO}/check-runs/{run}", json={"status": "in_progress"}).json()

    assert (again["status"], again["conclusion"], again["completed_at"]) == (
        "in_progress",
        None,
        None,
    )


def test_only_the_newest_run_of_a_name_is_listed_unless_all_are_asked_for(
    client: Client, head: str
) -> None:
    old, new = (create(client, head).json()["id"] for _ in range(2))

    latest = client("GET", f"{REPO}/commits/{head}/check-runs").json()
    everything = client("GET", f"{REPO}/commits/{head}/check-runs?filter=all").json()

    assert [run["id"] for run in latest["check_runs"]] == [new]
    assert [run["id"] for run in everything["check_runs"]] == [new, old]


def test_runs_are_found_by_branch_name_status_and_check_name(client: Client, head: str) -> None:
    create(client, head, conclusion="success")
    create(client, head, name="other")

    def names(query: str) -> set[str]:
        listed = client("GET", f"{REPO}/commits/feature/check-runs?{query}").json()
        return {run["name"] for run in listed["check_runs"]}

    assert names("check_name=canon") == {"canon"}
    assert names("status=queued") == {"other"}


def test_runs_are_listed_by_app(shop: Shop, client: Client, head: str) -> None:
    create(client, head)

    def count(app_id: int) -> int:
        path = f"{REPO}/commits/{head}/check-runs?app_id={app_id}"
        return client("GET", path).json()["total_count"]

    assert (count(shop.app.id), count(1)) == (1, 0)


def test_a_suite_sums_its_runs_up(client: Client, head: str) -> None:
    create(client, head, conclusion="success")
    create(client, head, name="other", conclusion="failure")

    (suite,) = client("GET", f"{REPO}/commits/{head}/check-suites").json()["check_suites"]

    assert (suite["status"], suite["conclusion"]) == ("completed", "failure")
    runs = client("GET", f"{REPO}/check-suites/{suite['id']}/check-runs").json()
    assert runs["total_count"] == 2


def test_asking_for_a_suite_that_is_there_makes_no_second(client: Client, head: str) -> None:
    body = {"head_sha": head}

    first = client("POST", f"{REPO}/check-suites", json=body)
    second = client("POST", f"{REPO}/check-suites", json=body)

    assert first.json()["id"] == second.json()["id"]
    assert second.status_code == 200


def test_a_rerequest_tells_the_app_and_requeues_the_suite(
    shop: Shop, client: Client, head: str
) -> None:
    run = create(client, head, conclusion="failure").json()

    answer = client("POST", f"{REPO}/check-runs/{run['id']}/rerequest")

    assert answer.status_code == 201
    assert "check_run.rerequested" in shop.events()
    suite = client("GET", f"{REPO}/check-suites/{run['check_suite']['id']}").json()
    assert suite["status"] == "queued"


def test_pressing_rerun_on_a_suite_tells_the_app(
    shop: Shop, simulator: GitHubSimulator, client: Client, head: str
) -> None:
    create(client, head, conclusion="failure")
    (suite,) = (it for it in shop.repo.suites.values() if it.head_sha == head)

    simulator.rerequest(suite, by="alice")

    assert "check_suite.rerequested" in shop.events()
    assert simulator.hookshot.deliveries[-1].message.payload["sender"]["login"] == "alice"


def test_pressing_the_apps_own_button_names_it(
    shop: Shop, simulator: GitHubSimulator, client: Client, head: str
) -> None:
    create(
        client,
        head,
        actions=[{"label": "Fix", "description": "Apply the fix", "identifier": "fix"}],
    )
    (run,) = simulator.checks(shop.repo, head)

    simulator.request_action(run, "fix")
    simulator.hookshot.drain()

    payload = simulator.hookshot.deliveries[-1].message.payload
    assert payload["requested_action"] == {"identifier": "fix"}


def test_a_run_sends_created_completed_and_the_suites_completed(
    shop: Shop, client: Client, head: str
) -> None:
    before = len(shop.events())
    run = create(client, head, status="in_progress").json()["id"]
    client("PATCH", f"{REPO}/check-runs/{run}", json={"conclusion": "success"})

    assert shop.events()[before:] == [
        "check_run.created",
        "check_run.completed",
        "check_suite.completed",
    ]
