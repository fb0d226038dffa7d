"""Test categories on GitHub Actions: from a push to what stands on GitHub."""

import pytest

from bot.config.workflow import PATH, workflow_text
from simulator.model import CheckRun, PullRequest
from simulator.workflows import WorkflowRun
from tests.support.artifacts import FAILED, artifact, exited
from tests.support.deployment import Deployment

pytestmark = pytest.mark.slow

CONFIGURATION = """\
version: 1
migrations:
  - issue: 7
    title: One registry
    phase: detect
    rules:
      - {id: legacy, kind: banned-import, modules: [shop.legacy]}
    tests:
      - {category: database, run: pytest -q tests, runs_on: actions, services: [postgres]}
"""


@pytest.fixture
def canon(deployment: Deployment) -> Deployment:
    """Canon without a sandbox, on a repository with one category that runs on Actions."""
    deployment.settings |= {"CANON_SANDBOX": "off", "CANON_PROGRESS_SECONDS": "0.2"}
    files = {".github/canon.yml": CONFIGURATION, PATH: workflow_text()}
    deployment.simulator.commit(deployment.repo, "main", files)
    return deployment


def dispatched(canon: Deployment, number: int = 1) -> WorkflowRun:
    """The workflow run of that number, as soon as it is there."""

    def look() -> WorkflowRun | None:
        runs = canon.simulator.workflow_runs(canon.repo)
        return runs[number - 1] if len(runs) >= number else None

    return canon.wait_for(look, f"workflow run {number}")


def finish(canon: Deployment, run: WorkflowRun, content: bytes) -> None:
    artifacts = {run.inputs["correlation"]: content}
    canon.simulator.finish_workflow_run(run, artifacts=artifacts)


def text_of(check: CheckRun) -> str:
    return f"{check.title}\n{check.summary}\n{check.text}"


def opened(canon: Deployment) -> PullRequest:
    return canon.open({"README.md": "# New\n"})


def test_a_category_ends_with_what_the_workflow_left(canon: Deployment) -> None:
    canon.start()
    pull = opened(canon)
    run = dispatched(canon)
    canon.simulator.start_workflow_run(run)
    finish(canon, run, artifact(pull.head_sha))

    check = canon.completed(canon.repo, pull.head_sha)

    assert check.conclusion == "success", text_of(check)
    assert "1 test as expected" in text_of(check)
    assert run.inputs["commit"] == pull.head_sha
    assert run.inputs["services"] == "postgres"
    assert len(canon.simulator.workflow_runs(canon.repo)) == 1


def test_a_failure_there_fails_the_check_with_its_test(canon: Deployment) -> None:
    canon.start()
    pull = opened(canon)
    run = dispatched(canon)
    runs = [exited(1), exited(1)]
    finish(canon, run, artifact(pull.head_sha, FAILED, again=FAILED, runs=runs))

    check = canon.completed(canon.repo, pull.head_sha)

    assert check.conclusion == "failure"
    assert "tests/test_a.py::test_x" in text_of(check)
    assert "it ran on GitHub Actions: run 1 of canon-tests.yml" in text_of(check)


def test_a_run_that_is_cancelled_there_is_not_passed(canon: Deployment) -> None:
    canon.start()
    pull = opened(canon)
    canon.simulator.cancel_workflow_run(dispatched(canon))

    check = canon.completed(canon.repo, pull.head_sha)

    assert check.conclusion == "action_required"
    assert "run 1 of canon-tests.yml was cancelled on GitHub" in text_of(check)


def test_results_that_have_expired_are_not_passed(canon: Deployment) -> None:
    canon.start()
    pull = opened(canon)
    run = dispatched(canon)
    with canon.simulator.faults.gated("GET", rf"/actions/runs/{run.id}$"):
        finish(canon, run, artifact(pull.head_sha))
        canon.simulator.expire_artifacts(run)

    check = canon.completed(canon.repo, pull.head_sha)

    assert check.conclusion == "action_required"
    assert "its results have expired on GitHub" in text_of(check)


def test_a_worker_that_dies_meanwhile_does_not_dispatch_twice(canon: Deployment) -> None:
    canon.web()
    worker = canon.worker()
    pull = opened(canon)
    run = dispatched(canon)
    worker.kill()
    finish(canon, run, artifact(pull.head_sha))
    canon.worker()

    check = canon.completed(canon.repo, pull.head_sha)

    assert check.conclusion == "success", text_of(check)
    assert canon.simulator.workflow_runs(canon.repo) == [run]


def test_a_push_cancels_the_workflow_run_of_the_old_head(canon: Deployment) -> None:
    canon.start()
    pull = opened(canon)
    old = dispatched(canon)
    new = canon.simulator.commit(canon.repo, "topic", {"README.md": "# Newer\n"})
    finish(canon, dispatched(canon, 2), artifact(new))

    check = canon.completed(canon.repo, new)

    assert check.conclusion == "success", text_of(check)
    assert old.conclusion == "cancelled"
    assert old.inputs["commit"] != new
    assert canon.completed(canon.repo, old.inputs["commit"]).conclusion == "cancelled"
    assert pull.head_sha == new


def test_a_fork_is_dispatched_only_after_an_approval(canon: Deployment) -> None:
    canon.start()
    fork = canon.simulator.fork(canon.repo, "eve")
    canon.simulator.commit(fork, "topic", {"README.md": "# Theirs\n"})
    pull = canon.simulator.open_pull_request(canon.repo, "topic", fork=fork)
    waiting = canon.completed(canon.repo, pull.head_sha)

    assert waiting.conclusion == "action_required"
    assert canon.simulator.workflow_runs(canon.repo) == []

    canon.simulator.comment(pull, f"/canon ok-to-test {pull.head_sha}")
    finish(canon, dispatched(canon), artifact(pull.head_sha))

    def look() -> CheckRun | None:
        checks = canon.all_checks(pull.head_sha)
        return next((it for it in checks if it.conclusion == "success"), None)

    approved = canon.wait_for(look, "the approved check")
    assert "evidence only" in text_of(approved)
