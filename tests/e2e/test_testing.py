"""Test categories in the service: from a push to what stands on GitHub, in a real sandbox."""

import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import urllib3
from sqlalchemy import Engine

from bot.adapters import database
from bot.adapters.sandbox.opening import Wishes
from bot.adapters.store.results import DatabaseTestResults
from bot.adapters.store.runs import DatabaseRuns
from bot.domain.repository import RepositoryRef
from bot.domain.testing import CategoryOutcome
from bot.domain.work import Target, TargetKind
from simulator.model import CheckRun, PullRequest
from tests.support.deployment import Deployment
from tests.support.sandbox import alive
from tests.support.service import eventually

pytestmark = pytest.mark.slow

ISSUE = 7
CONFIGURATION = """\
version: 1
migrations:
  - issue: 7
    title: One registry
    phase: detect
    rules:
      - {id: legacy, kind: banned-import, modules: [shop.legacy]}
    tests:
      - {category: guard, run: pytest -q tests/guard, timeout: %s}
      - {category: detection, run: pytest -q tests/detection, expect: detects}
"""
FILES = {
    "shop/new.py": "VALUE = 1\n",
    "tests/guard/test_guard.py": (
        "from shop.new import VALUE\n\ndef test_value():\n    assert VALUE == 1\n"
    ),
    "tests/detection/test_detection.py": (
        "from pathlib import Path\n\ndef test_no_legacy():\n"
        "    assert not Path('shop/legacy.py').exists()\n"
    ),
    "shop/legacy.py": "OLD = 1\n",
    "conftest.py": "",
}
SLOW = "import time\n\ndef test_first():\n    pass\n\ndef test_slow():\n    time.sleep({seconds})\n"


@pytest.fixture
def canon(deployment: Deployment, wishes: Wishes, sandbox_directory: Path) -> Iterator[Deployment]:
    """Canon with a sandbox, on a repository with two categories."""
    number = len(list(sandbox_directory.iterdir()))
    deployment.settings |= {
        "CANON_DATA_DIR": str(sandbox_directory / f"data-{number}"),
        "CANON_SANDBOX_UID": str(wishes.first_uid or ""),
        "CANON_SANDBOX_CGROUP": wishes.cgroup or "",
        "CANON_SANDBOX_TOOLCHAINS": ",".join(map(str, wishes.toolchains)),
        "CANON_SANDBOX_CONCURRENCY": "2",
        "CANON_PROGRESS_SECONDS": "0.2",
        "CANON_PUBLIC_URL": f"http://127.0.0.1:{deployment.port}",
    }
    configure(deployment)
    yield deployment
    deployment.stop()
    assert alive() == []


def configure(deployment: Deployment, timeout: str = "60s") -> None:
    files = {**FILES, ".github/canon.yml": CONFIGURATION % timeout}
    deployment.simulator.commit(deployment.repo, "main", files)


@pytest.fixture
def engine_of(canon: Deployment) -> Iterator[Engine]:
    engine = database.connect(canon.settings["DATABASE_URL"], name="canon test", connections=4)
    yield engine
    engine.dispose()


def target_of(deployment: Deployment, pull: PullRequest) -> Target:
    repository = RepositoryRef(
        deployment.repo.id, deployment.repo.full_name, deployment.installation.id
    )
    return Target(repository, TargetKind.PULL_REQUEST, str(pull.number))


def from_fork(deployment: Deployment, files: dict[str, str | None]) -> PullRequest:
    fork = deployment.simulator.fork(deployment.repo, "eve")
    deployment.simulator.commit(fork, "topic", files)
    return deployment.simulator.open_pull_request(deployment.repo, "topic", fork=fork)


def nth(deployment: Deployment, sha: str, number: int) -> CheckRun:
    """Canon's check on a commit of that number, as soon as it has ended."""

    def look() -> CheckRun | None:
        checks = [check for check in deployment.all_checks(sha) if check.status == "completed"]
        return checks[number - 1] if len(checks) >= number else None

    return deployment.wait_for(look, f"check {number} on {sha[:8]}", timeout=60)


def text_of(check: CheckRun) -> str:
    return f"{check.title}\n{check.summary}\n{check.text}"


def test_a_branch_whose_tests_are_as_expected_passes_without_a_comment(
    canon: Deployment, engine_of: Engine
) -> None:
    canon.start()
    pull = canon.open({"README.md": "# New\n"})

    check = canon.completed(canon.repo, pull.head_sha, timeout=60)
    canon.settle()

    assert check.conclusion == "success", text_of(check)
    assert "2 tests as expected" in (check.title or "")
    assert canon.simulator.comments(pull) == []
    found = DatabaseTestResults(engine_of).latest(canon.repo.id, ISSUE, pull.head_sha)
    assert found is not None
    assert {(it.category, it.outcome, it.untrusted) for it in found.results} == {
        ("guard", CategoryOutcome.AS_EXPECTED, False),
        ("detection", CategoryOutcome.AS_EXPECTED, False),
    }


def test_a_guard_that_fails_fails_the_check_and_says_which_test_and_why(
    canon: Deployment,
) -> None:
    canon.start()
    pull = canon.open({"shop/new.py": "VALUE = 2\n"})

    check = canon.completed(canon.repo, pull.head_sha, timeout=60)
    comments = canon.wait_for(lambda: canon.simulator.comments(pull), "the comment")

    assert check.conclusion == "failure"
    assert "tests/guard/test_guard.py::test_value" in (check.text or "")
    assert "assert 2 == 1" in (check.text or "")
    assert "guard" in comments[0].body
    assert check.details_url is not None
    page = urllib3.request("GET", f"{check.details_url}/{ISSUE}/guard", timeout=5)
    assert page.status == 200
    assert b"assert 2 == 1" in page.data
    assert f"{check.details_url}/{ISSUE}/guard" in comments[0].body


def test_the_code_of_a_fork_is_run_only_after_an_approval_of_its_very_head(
    canon: Deployment, engine_of: Engine
) -> None:
    canon.start()
    pull = from_fork(canon, {"README.md": "# Theirs\n"})
    waiting = nth(canon, pull.head_sha, 1)
    results = DatabaseTestResults(engine_of)

    assert waiting.conclusion == "action_required"
    assert "/canon ok-to-test" in text_of(waiting)
    assert results.latest(canon.repo.id, ISSUE, pull.head_sha) is None

    canon.simulator.comment(pull, f"/canon ok-to-test {pull.head_sha}")
    approved = nth(canon, pull.head_sha, 2)

    assert approved.conclusion == "success", text_of(approved)
    assert "evidence only" in (approved.summary or "")
    found = results.latest(canon.repo.id, ISSUE, pull.head_sha)
    assert found is not None
    assert all(result.untrusted for result in found.results)

    pushed = canon.simulator.commit(pull.head_repository, "topic", {"README.md": "# More\n"})
    again = nth(canon, pushed, 1)
    canon.settle()

    assert again.conclusion == "action_required"
    reports = [it for it in canon.simulator.comments(pull) if "canon:pull_request:" in it.body]
    assert len(reports) == 1


def test_the_command_of_a_rule_runs_on_a_fork_only_after_an_approval(canon: Deployment) -> None:
    lint = "      - {id: lint, kind: sarif, command: 'cp log.sarif {sarif}'}\n"
    text = (CONFIGURATION % "60s").partition("    tests:\n")[0] + lint
    text = text.replace("phase: detect", "phase: migrate")
    log = '{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "lint"}}, "results": []}]}'
    files = {".github/canon.yml": text, "log.sarif": log}
    canon.simulator.commit(canon.repo, "main", files)
    canon.start()
    pull = from_fork(canon, {"README.md": "# Theirs\n"})
    waiting = nth(canon, pull.head_sha, 1)

    assert waiting.conclusion not in {"success", "neutral"}, text_of(waiting)
    assert "1 rule could not be checked" in str(waiting.title)
    assert "/canon ok-to-test" in text_of(waiting)

    canon.simulator.comment(pull, f"/canon ok-to-test {pull.head_sha}")
    approved = nth(canon, pull.head_sha, 2)

    assert approved.conclusion == "success", text_of(approved)


def test_a_category_that_does_not_end_in_time_fails_as_a_guard(canon: Deployment) -> None:
    configure(canon, timeout="1s")
    canon.start()
    pull = canon.open({"tests/guard/test_slow.py": SLOW.format(seconds=60)})

    check = canon.completed(canon.repo, pull.head_sha, timeout=60)

    assert check.conclusion == "failure"
    assert "it did not end within 1 s" in text_of(check)
    assert alive() == []


def running(deployment: Deployment, sha: str) -> CheckRun:
    """The check on a commit, as soon as its guard is in the middle of its tests."""

    def look() -> CheckRun | None:
        checks = deployment.simulator.checks(deployment.repo, sha, name="canon")
        return next((it for it in checks if "of 3 tests" in (it.summary or "")), None)

    return deployment.wait_for(look, "progress in the check", timeout=60)


def test_a_worker_killed_in_the_middle_takes_its_sandbox_along_and_the_run_is_done_once(
    canon: Deployment, engine_of: Engine
) -> None:
    canon.web()
    worker = canon.worker()
    slow = {"tests/guard/test_slow.py": SLOW.format(seconds=3), "shop/new.py": "VALUE = 2\n"}
    pull = canon.open(slow)
    check = running(canon, pull.head_sha)

    assert check.status == "in_progress"
    assert alive() != []
    os.kill(worker.pid, signal.SIGKILL)
    eventually(lambda: alive() == [], within=15)
    canon.worker()
    ended = canon.completed(canon.repo, pull.head_sha, timeout=60)
    canon.wait_for(lambda: canon.simulator.comments(pull), "the comment")
    canon.settle()

    assert ended.id == check.id
    assert ended.conclusion == "failure"
    assert len(canon.all_checks(pull.head_sha)) == 1
    assert len(canon.simulator.comments(pull)) == 1
    run = DatabaseRuns(engine_of).newest(target_of(canon, pull).key)
    assert run is not None
    assert run.attempts == 2
    recorded = DatabaseTestResults(engine_of).of_run(run.id)
    assert [record.result.category for record in recorded] == ["detection", "guard"]


def test_a_push_stops_the_tests_of_the_old_head(canon: Deployment) -> None:
    canon.start()
    pull = canon.open({"tests/guard/test_slow.py": SLOW.format(seconds=60)})
    old = pull.head_sha
    running(canon, old)
    new = canon.simulator.commit(canon.repo, "topic", {"tests/guard/test_slow.py": None})

    assert canon.completed(canon.repo, old).conclusion == "cancelled"
    assert canon.completed(canon.repo, new, timeout=60).conclusion == "success"


def test_a_cancelled_run_stops_its_tests(canon: Deployment, engine_of: Engine) -> None:
    canon.start()
    pull = canon.open({"tests/guard/test_slow.py": SLOW.format(seconds=60)})
    running(canon, pull.head_sha)
    key = target_of(canon, pull).key
    DatabaseRuns(engine_of).cancel(key, by="bea", at=datetime.now(UTC))

    ended = canon.completed(canon.repo, pull.head_sha)

    assert (ended.conclusion, ended.title) == ("cancelled", "Cancelled by bea")
    assert alive() == []


def test_without_a_sandbox_what_guards_is_not_passed(canon: Deployment) -> None:
    canon.settings["CANON_SANDBOX"] = "off"
    canon.start()
    pull = canon.open({"README.md": "# New\n"})

    check = canon.completed(canon.repo, pull.head_sha)

    assert check.conclusion == "action_required"
    assert "the sandbox is switched off" in text_of(check)
