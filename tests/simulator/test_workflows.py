"""Dispatched workflows; every exchange and webhook is held to GitHub's description."""

from collections.abc import Mapping

import pytest
import urllib3

from simulator.blobs import address
from simulator.workflows import WorkflowRun
from tests.support.shop import Shop

REPO = "/repos/acme/shop"
DISPATCH = f"{REPO}/actions/workflows/tests.yml/dispatches"
RUNS = f"{REPO}/actions/workflows/tests.yml/runs"
WORKFLOW = """\
name: Tests
run-name: tests of ${{ inputs.what }}
on:
  workflow_dispatch:
    inputs:
      what: {required: true}
jobs: {}
"""
GIVEN = {"ref": "main", "inputs": {"what": "shirts"}}


@pytest.fixture
def dispatching(shop: Shop) -> Shop:
    shop.github.commit(shop.repo, "main", {".github/workflows/tests.yml": WORKFLOW})
    return shop


def dispatched(shop: Shop) -> WorkflowRun:
    assert shop.as_installation()("POST", DISPATCH, json=GIVEN).status_code == 204
    (run,) = shop.github.workflow_runs(shop.repo)
    return run


def test_a_dispatch_makes_a_run_and_tells_it_where_asked(dispatching: Shop) -> None:
    client = dispatching.as_installation()

    silent = client("POST", DISPATCH, json=GIVEN)
    telling = client("POST", DISPATCH, json={**GIVEN, "return_run_details": True})

    assert (silent.status_code, telling.status_code) == (204, 200)
    listed = client("GET", RUNS).json()["workflow_runs"]
    assert listed[0]["id"] == telling.json()["workflow_run_id"]
    assert [it["display_title"] for it in listed] == ["tests of shirts"] * 2
    assert [it["run_number"] for it in listed] == [2, 1]


@pytest.mark.parametrize(
    ("change", "status", "message"),
    [
        ({"ref": "nowhere"}, 422, "No ref found for: nowhere"),
        ({"inputs": {"what": "x", "more": "y"}}, 422, 'Unexpected inputs provided: ["more"]'),
        ({"inputs": {}}, 422, "Required input 'what' not provided"),
    ],
)
def test_what_github_refuses_is_refused(
    dispatching: Shop, change: Mapping[str, object], status: int, message: str
) -> None:
    answer = dispatching.as_installation()("POST", DISPATCH, json={**GIVEN, **change})

    assert (answer.status_code, answer.json()["message"]) == (status, message)


def test_a_workflow_that_is_not_there_is_not_found(shop: Shop) -> None:
    assert shop.as_installation()("POST", DISPATCH, json=GIVEN).status_code == 404


def test_its_course_is_announced_to_whoever_listens(dispatching: Shop) -> None:
    told: list[str] = []
    dispatching.app.hook.events.append("workflow_run")
    dispatching.github.hookshot.observers.append(
        lambda message: told.append(f"{message.event} {message.action}")
    )

    run = dispatched(dispatching)
    dispatching.github.start_workflow_run(run)
    dispatching.github.finish_workflow_run(run, conclusion="failure")
    dispatching.github.hookshot.drain()

    assert told == [f"workflow_run {it}" for it in ("requested", "in_progress", "completed")]
    assert (run.status, run.conclusion) == ("completed", "failure")


def test_a_run_that_has_ended_cannot_be_cancelled(dispatching: Shop) -> None:
    run = dispatched(dispatching)
    client = dispatching.as_installation()

    answers = [client("POST", f"{REPO}/actions/runs/{run.id}/cancel") for _ in range(2)]

    assert [it.status_code for it in answers] == [202, 409]
    assert run.conclusion == "cancelled"


def test_an_artifact_is_elsewhere_and_wants_no_credentials(dispatching: Shop) -> None:
    run = dispatched(dispatching)
    dispatching.github.finish_workflow_run(run, artifacts={"results": b"PK"})
    (artifact,) = dispatching.repo.artifacts.values()
    url = address(dispatching.github.world.urls, artifact)

    assert urllib3.request("GET", url).data == b"PK"
    assert urllib3.request("GET", url, headers={"Authorization": "Bearer x"}).status == 400
    assert urllib3.request("GET", url.replace(artifact.key, "wrong")).status == 403
    dispatching.github.expire_artifacts(run)
    assert urllib3.request("GET", url).status == 403
    zip_file = f"{REPO}/actions/artifacts/{artifact.id}/zip"
    assert dispatching.as_installation()("GET", zip_file).status_code == 410
