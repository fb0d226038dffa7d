"""Test categories on GitHub Actions: from a push to what stands on GitHub."""

from dataclasses import dataclass
from itertools import count

import pytest

from bot.config.workflow import PATH, workflow_text
from simulator import GitHubSimulator
from simulator.model import CheckRun, PullRequest, Repository
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
      - category: database
        run: pytest -q tests
        runs_on: actions
        services: [postgres]
        when: [pull_request]
"""


FILES = {".github/canon.yml": CONFIGURATION, PATH: workflow_text(), "README.md": "# Old\n"}
_numbers = count(1)


@dataclass
class Shop:
    """A repository with one category that runs on Actions, and Canon, which all tests share."""

    canon: Deployment
    repo: Repository

    @property
    def github(self) -> GitHubSimulator:
        return self.canon.simulator

    def open(self, fork: Repository | None = None) -> PullRequest:
        self.github.commit(fork or self.repo, "topic", {"README.md": "# New\n"})
        return self.github.open_pull_request(self.repo, "topic", fork=fork)

    def dispatched(self, number: int = 1) -> WorkflowRun:
        """The workflow run of that number, as soon as it is there."""

        def look() -> WorkflowRun | None:
            runs = self.github.workflow_runs(self.repo)
            return runs[number - 1] if len(runs) >= number else None

        return self.canon.wait_for(look, f"workflow run {number}")

    def finish(self, run: WorkflowRun, content: bytes) -> None:
        artifacts = {run.inputs["correlation"]: content}
        self.github.finish_workflow_run(run, artifacts=artifacts)

    def checked(self, sha: str) -> CheckRun:
        """Canon's check, as soon as it has ended."""
        return self.canon.completed(self.repo, sha)


@pytest.fixture
def shop(canon: Deployment) -> Shop:
    repo = canon.simulator.create_repository(f"acme/actions-{next(_numbers)}", FILES)
    return Shop(canon, repo)


def text_of(check: CheckRun) -> str:
    return f"{check.title}\n{check.summary}\n{check.text}"


def looked_at(shop: Shop, run: WorkflowRun) -> bool:
    path = f"/actions/runs/{run.id}"
    return any(it.path.endswith(path) and it.status == 200 for it in shop.github.journal)


def test_a_category_ends_with_what_the_workflow_left(shop: Shop) -> None:
    pull = shop.open()
    run = shop.dispatched()
    shop.github.start_workflow_run(run)
    shop.finish(run, artifact(pull.head_sha))

    check = shop.checked(pull.head_sha)

    assert check.conclusion == "success", text_of(check)
    assert "1 test as expected" in text_of(check)
    assert run.inputs["commit"] == pull.head_sha
    assert run.inputs["services"] == "postgres"
    assert len(shop.github.workflow_runs(shop.repo)) == 1


def test_a_failure_there_fails_the_check_with_its_test(shop: Shop) -> None:
    pull = shop.open()
    run = shop.dispatched()
    runs = [exited(1), exited(1)]
    shop.finish(run, artifact(pull.head_sha, FAILED, again=FAILED, runs=runs))

    check = shop.checked(pull.head_sha)

    assert check.conclusion == "failure"
    assert "tests/test_a.py::test_x" in text_of(check)
    assert "it ran on GitHub Actions: run 1 of canon-tests.yml" in text_of(check)


def test_a_run_that_is_cancelled_there_is_not_passed(shop: Shop) -> None:
    pull = shop.open()
    shop.github.cancel_workflow_run(shop.dispatched())

    check = shop.checked(pull.head_sha)

    assert check.conclusion == "action_required"
    assert "run 1 of canon-tests.yml was cancelled on GitHub" in text_of(check)


def test_a_run_that_is_deleted_there_is_not_passed(shop: Shop) -> None:
    pull = shop.open()
    run = shop.dispatched()
    shop.canon.wait_for(lambda: looked_at(shop, run), "a look at the run")
    shop.github.lose_workflow_run(run)

    check = shop.checked(pull.head_sha)

    assert check.conclusion == "action_required"
    assert "run 1 of canon-tests.yml is gone from GitHub" in text_of(check)


def test_results_that_have_expired_are_not_passed(shop: Shop) -> None:
    pull = shop.open()
    run = shop.dispatched()
    with shop.github.faults.gated("GET", rf"/actions/runs/{run.id}$"):
        shop.finish(run, artifact(pull.head_sha))
        shop.github.expire_artifacts(run)

    check = shop.checked(pull.head_sha)

    assert check.conclusion == "action_required"
    assert "its results have expired on GitHub" in text_of(check)


def test_a_worker_that_dies_meanwhile_does_not_dispatch_twice(shop: Shop) -> None:
    pull = shop.open()
    run = shop.dispatched()
    worker = next(it for it in shop.canon.processes if it.name == "worker" and it.running)
    worker.kill()
    shop.finish(run, artifact(pull.head_sha))
    shop.canon.worker()

    check = shop.checked(pull.head_sha)

    assert check.conclusion == "success", text_of(check)
    assert shop.github.workflow_runs(shop.repo) == [run]


def test_a_push_cancels_the_workflow_run_of_the_old_head(shop: Shop) -> None:
    pull = shop.open()
    old = shop.dispatched()
    new = shop.github.commit(shop.repo, "topic", {"README.md": "# Newer\n"})
    shop.finish(shop.dispatched(2), artifact(new))

    check = shop.checked(new)

    assert check.conclusion == "success", text_of(check)
    assert old.conclusion == "cancelled"
    assert old.inputs["commit"] != new
    assert shop.checked(old.inputs["commit"]).conclusion == "cancelled"
    assert pull.head_sha == new


def test_a_fork_is_dispatched_only_after_an_approval(shop: Shop) -> None:
    pull = shop.open(shop.github.fork(shop.repo, "eve"))
    waiting = shop.checked(pull.head_sha)

    assert waiting.conclusion == "action_required"
    assert shop.github.workflow_runs(shop.repo) == []

    shop.github.comment(pull, f"/canon ok-to-test {pull.head_sha}")
    shop.finish(shop.dispatched(), artifact(pull.head_sha))

    def look() -> CheckRun | None:
        checks = shop.github.checks(shop.repo, pull.head_sha, name="canon", every=True)
        return next((it for it in checks if it.conclusion == "success"), None)

    approved = shop.canon.wait_for(look, "the approved check")
    assert "evidence only" in text_of(approved)
