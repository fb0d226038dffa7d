"""Processes are killed and GitHub misbehaves: the verdict still arrives, once."""

import pytest

from simulator import faults, sample
from simulator.faults import Moment, Trouble
from simulator.model import PullRequest
from tests.support.deployment import Deployment

CHECKS = "/check-runs"
COMMENTS = "/issues/[0-9]+/comments"
GIT_FETCH = "git-upload-pack"


def assert_one_verdict(deployment: Deployment, pull: PullRequest, *, timeout: float = 30) -> None:
    check = deployment.completed(deployment.repo, pull.head_sha, timeout=timeout)
    deployment.wait_for(lambda: deployment.simulator.comments(pull), "the comment")
    deployment.settle()

    assert check.conclusion == "failure"
    assert len(deployment.all_checks(pull.head_sha)) == 1
    assert len(check.annotations) == len({str(a) for a in check.annotations}) > 0
    assert len(deployment.simulator.comments(pull)) == 1


@pytest.mark.parametrize(
    ("method", "pattern", "moment"),
    [
        ("POST", "/access_tokens", Moment.BEFORE),
        ("GET", "/pulls/[0-9]+", Moment.AFTER),
        ("POST", CHECKS, Moment.BEFORE),
        ("POST", CHECKS, Moment.AFTER),
        ("POST", GIT_FETCH, Moment.BEFORE),
        ("PATCH", CHECKS, Moment.BEFORE),
        ("PATCH", CHECKS, Moment.AFTER),
        ("POST", COMMENTS, Moment.BEFORE),
        ("POST", COMMENTS, Moment.AFTER),
    ],
)
def test_a_worker_killed_at_any_request_loses_nothing_and_posts_nothing_twice(
    deployment: Deployment, method: str, pattern: str, moment: Moment
) -> None:
    deployment.web()
    worker = deployment.worker()
    with deployment.simulator.faults.gated(method, pattern, moment) as gate:
        pull = deployment.open(dict(sample.adding()))
        gate.wait_for(timeout=30)
        worker.kill()
    deployment.worker()

    assert_one_verdict(deployment, pull)


def test_a_worker_killed_while_it_scans_loses_nothing(deployment: Deployment) -> None:
    deployment.web()
    worker = deployment.worker()
    with deployment.held("--buffer"):
        pull = deployment.open(dict(sample.adding()))
        deployment.wait_for_held()
        worker.kill()
    deployment.worker()

    assert_one_verdict(deployment, pull)


def test_a_web_process_killed_right_after_its_202_has_lost_nothing(deployment: Deployment) -> None:
    web = deployment.web()
    pull = deployment.open(dict(sample.adding()))
    deployment.simulator.hookshot.drain()
    web.kill()
    deployment.worker()

    assert_one_verdict(deployment, pull)


def test_the_same_delivery_five_times_has_one_effect(deployment: Deployment) -> None:
    deployment.start()
    deployment.simulator.hookshot.repeat(5, "pull_request", "opened")
    pull = deployment.open(dict(sample.adding()))

    assert_one_verdict(deployment, pull)


def test_five_deliveries_for_one_pull_request_at_once_have_one_runs_effect(
    deployment: Deployment,
) -> None:
    deployment.start()
    simulator = deployment.simulator
    simulator.hookshot.drain()
    simulator.hookshot.hold()
    pull = deployment.open(dict(sample.adding()))
    simulator.set_draft(pull, draft=True)
    simulator.set_draft(pull, draft=False)
    simulator.set_draft(pull, draft=True)
    simulator.set_draft(pull, draft=False)
    messages = [m for m in simulator.hookshot.waiting if m.event == "pull_request"]
    assert len(messages) == 5
    simulator.hookshot.deliver_at_once(messages)
    simulator.hookshot.release()

    assert_one_verdict(deployment, pull)


PULL = ("GET", "/pulls/[0-9]+")
NEW_CHECK = ("POST", CHECKS)
CHECK = ("PATCH", CHECKS)
COMMENT = ("POST", COMMENTS)


@pytest.mark.parametrize(
    ("trouble", "times", "request_"),
    [
        pytest.param(faults.server_error(502), 2, PULL, id="502 on reading"),
        pytest.param(faults.server_error(502), 2, NEW_CHECK, id="502 on the new check"),
        pytest.param(faults.server_error(502), 2, CHECK, id="502 on the verdict"),
        pytest.param(faults.server_error(502), 2, COMMENT, id="502 on the comment"),
        pytest.param(faults.unauthorized(), 1, CHECK, id="401, the token has expired"),
        pytest.param(faults.secondary_limit(retry_after=2), 2, CHECK, id="403 with Retry-After"),
        pytest.param(faults.too_many_requests(retry_after=2), 2, NEW_CHECK, id="429"),
        pytest.param(faults.primary_limit(reset_in=2), 1, CHECK, id="403, rate limit used up"),
        pytest.param(faults.drop(), 1, CHECK, id="connection dropped"),
        pytest.param(faults.drop_answer(), 1, NEW_CHECK, id="answer to the new check lost"),
        pytest.param(faults.drop_answer(), 1, CHECK, id="answer to the verdict lost"),
        pytest.param(faults.drop_answer(), 1, COMMENT, id="answer to the comment lost"),
    ],
)
def test_github_in_trouble_makes_the_verdict_late_and_not_lost(
    deployment: Deployment, trouble: Trouble, times: int, request_: tuple[str, str]
) -> None:
    fault = deployment.simulator.faults.add(*request_, trouble, times=times)
    deployment.start()
    pull = deployment.open(dict(sample.adding()))

    assert_one_verdict(deployment, pull, timeout=60)
    assert fault.hits == times


@pytest.mark.parametrize(
    ("trouble", "times"), [(faults.server_error(503), 2), (faults.unauthorized(), 1)]
)
def test_git_in_trouble_makes_the_verdict_late_and_not_lost(
    deployment: Deployment, trouble: Trouble, times: int
) -> None:
    fault = deployment.simulator.faults.add("*", r"\.git/", trouble, times=times)
    deployment.start()
    pull = deployment.open(dict(sample.adding()))

    assert_one_verdict(deployment, pull, timeout=60)
    assert fault.hits == times


def test_a_request_that_hangs_is_given_up_and_repeated(deployment: Deployment) -> None:
    fault = deployment.simulator.faults.add("PATCH", CHECKS, faults.hang(), times=1)
    deployment.start()
    pull = deployment.open(dict(sample.adding()))

    assert_one_verdict(deployment, pull, timeout=60)
    assert fault.hits == 1


def test_a_push_while_a_run_is_going_ends_the_old_check_and_starts_its_own(
    deployment: Deployment,
) -> None:
    deployment.start()
    with deployment.held("--buffer"):
        pull = deployment.open(dict(sample.adding()))
        old = pull.head_sha
        deployment.wait_for_held()
        new = deployment.simulator.commit(deployment.repo, "topic", {"README.md": "# New\n"})
        ended = deployment.completed(deployment.repo, old)

    assert ended.conclusion == "cancelled"
    assert new[:7] in f"{ended.title} {ended.summary}"
    assert deployment.completed(deployment.repo, new).conclusion == "failure"


def test_a_run_that_never_ends_is_ended_at_its_deadline(deployment: Deployment) -> None:
    deployment.settings["CANON_DEADLINE_SECONDS"] = "2"
    deployment.start()
    with deployment.held("--buffer"):
        pull = deployment.open(dict(sample.adding()))
        check = deployment.completed(deployment.repo, pull.head_sha)

    assert check.conclusion == "failure"
    assert "deadline" in f"{check.title} {check.summary}".lower() or "2 s" in f"{check.summary}"


def test_two_workers_on_two_machines_share_the_work_and_never_a_target(
    deployment: Deployment,
) -> None:
    deployment.web()
    for machine in ("one", "two"):
        deployment.worker(CANON_DATA_DIR=str(deployment.directory / machine))
    pulls = [deployment.open(dict(sample.adding()), f"topic-{n}") for n in range(6)]
    heads = [
        deployment.simulator.commit(deployment.repo, f"topic-{n}", {"README.md": f"# {n}\n"})
        for n in range(6)
    ]
    for head in heads:
        assert deployment.completed(deployment.repo, head, timeout=60).conclusion == "failure"
    deployment.settle()

    for pull, head in zip(pulls, heads, strict=True):
        assert len(deployment.all_checks(head)) == 1
        assert len(deployment.simulator.comments(pull)) == 1
    assert all((deployment.directory / machine / "mirrors").is_dir() for machine in ("one", "two"))


def test_the_supervisor_starts_a_killed_child_again(deployment: Deployment) -> None:
    """One claim of `canon run` that only the main job can show: work goes on."""
    run = deployment.run()
    deployment.kill_children_of(run)
    pull = deployment.open(dict(sample.adding()))

    assert_one_verdict(deployment, pull, timeout=60)
    assert run.stop() == 0
