"""The main job, from a signed webhook to what stands on GitHub."""

from base64 import b64encode

from simulator import GitHubSimulator, sample
from tests.support.deployment import Deployment


def test_added_legacy_imports_fail_the_check_on_the_right_lines(deployment: Deployment) -> None:
    deployment.start()
    pull = deployment.open(dict(sample.adding()))

    check = deployment.completed(deployment.repo, pull.head_sha)

    assert check.conclusion == "failure"
    assert {(a["path"], a["start_line"]) for a in check.annotations} >= {
        ("shop/checkout/express.py", 3),
        ("shop/billing/module_28.py", 11),
    }
    assert any("shop.realtime.registry.get_manager" in a["message"] for a in check.annotations)
    comments = deployment.wait_for(lambda: deployment.simulator.comments(pull), "the comment")
    assert len(comments) == 1
    assert "shop/checkout/express.py" in comments[0].body


def test_removed_legacy_imports_pass_and_the_comment_shows_the_counts_falling(
    deployment: Deployment,
) -> None:
    deployment.start()
    pull = deployment.open(dict(sample.removing()))

    check = deployment.completed(deployment.repo, pull.head_sha)
    comment = deployment.wait_for(lambda: deployment.simulator.comments(pull), "the comment")

    assert check.conclusion == "success"
    assert "324" in comment[0].body
    assert "316" in comment[0].body


def test_a_change_that_has_nothing_to_do_with_it_passes_without_a_comment(
    deployment: Deployment,
) -> None:
    deployment.start()
    pull = deployment.open({"README.md": "# The shop\n"})

    check = deployment.completed(deployment.repo, pull.head_sha)
    deployment.settle()

    assert check.conclusion == "success"
    assert deployment.simulator.comments(pull) == []


def test_the_check_is_in_progress_before_the_repository_is_fetched(deployment: Deployment) -> None:
    deployment.start()
    with deployment.simulator.faults.gated("POST", "git-upload-pack") as gate:
        pull = deployment.open(dict(sample.adding()))
        gate.wait_for()
        checks = deployment.simulator.checks(deployment.repo, pull.head_sha, name="canon")

        assert [check.status for check in checks] == ["in_progress"]


def test_an_uneventful_pull_request_costs_three_requests_once_canon_is_warm(
    deployment: Deployment,
) -> None:
    deployment.start()
    first = deployment.open({"README.md": "# One\n"}, "one")
    deployment.completed(deployment.repo, first.head_sha)
    deployment.settle()
    deployment.simulator.journal.clear()

    second = deployment.open({"README.md": "# Two\n"}, "two")
    deployment.completed(deployment.repo, second.head_sha)
    deployment.settle()

    rest = [e for e in deployment.simulator.journal if "/repos/" in e.path]
    assert [e.method for e in rest] == ["GET", "POST", "PATCH"], [e.path for e in rest]


def test_the_rerun_button_gets_a_new_check(deployment: Deployment) -> None:
    deployment.start()
    pull = deployment.open(dict(sample.adding()))
    check = deployment.completed(deployment.repo, pull.head_sha)
    deployment.simulator.rerequest(check)

    deployment.wait_for(
        lambda: [c.conclusion for c in deployment.all_checks(pull.head_sha)] == ["failure"] * 2,
        "the second check",
    )
    assert len(deployment.simulator.comments(pull)) == 1


def test_rerunning_the_whole_suite_reruns_a_forks_pull_request_too(deployment: Deployment) -> None:
    deployment.start()
    fork = deployment.simulator.fork(deployment.repo, "eve")
    deployment.simulator.commit(fork, "topic", dict(sample.adding()))
    pull = deployment.simulator.open_pull_request(deployment.repo, "topic", fork=fork)
    check = deployment.completed(deployment.repo, pull.head_sha)
    deployment.simulator.rerequest(check.suite)

    deployment.wait_for(lambda: len(deployment.all_checks(pull.head_sha)) == 2, "the second check")


def test_a_push_that_repairs_it_turns_the_check_green_and_edits_the_comment(
    deployment: Deployment,
) -> None:
    deployment.start()
    pull = deployment.open(dict(sample.adding()))
    deployment.completed(deployment.repo, pull.head_sha)
    clean = {path: sample.files().get(path) for path in sample.adding()}
    head = deployment.simulator.commit(deployment.repo, "topic", clean)

    check = deployment.completed(deployment.repo, head)
    deployment.settle()

    assert check.conclusion == "success"
    comments = deployment.simulator.comments(pull)
    assert len(comments) == 1
    assert "express.py" not in comments[0].body


def test_a_retargeted_pull_request_is_judged_against_its_new_base(deployment: Deployment) -> None:
    deployment.start()
    deployment.simulator.commit(deployment.repo, "release", dict(sample.adding()))
    deployment.simulator.commit(deployment.repo, "topic", {"README.md": "#\n"}, parent="release")
    pull = deployment.simulator.open_pull_request(deployment.repo, "topic")
    assert deployment.completed(deployment.repo, pull.head_sha).conclusion == "failure"

    deployment.simulator.retarget(pull, "release")

    deployment.wait_for(
        lambda: deployment.all_checks(pull.head_sha)[-1].conclusion == "success",
        "the verdict against the new base",
    )


def test_a_merge_group_is_truly_evaluated(deployment: Deployment) -> None:
    deployment.start()
    pull = deployment.open(dict(sample.adding()))
    deployment.completed(deployment.repo, pull.head_sha)

    group = deployment.simulator.enqueue(pull)

    assert deployment.completed(deployment.repo, group.head_sha).conclusion == "failure"


def test_a_push_to_the_default_branch_is_checked(deployment: Deployment) -> None:
    deployment.start()
    head = deployment.simulator.commit(deployment.repo, "main", dict(sample.removing()))

    assert deployment.completed(deployment.repo, head).conclusion == "success"


def test_a_closed_pull_request_is_left_alone(deployment: Deployment) -> None:
    deployment.start()
    with deployment.simulator.hookshot.held():
        pull = deployment.open(dict(sample.adding()))
        deployment.simulator.close(pull)
    deployment.settle()

    assert deployment.all_checks(pull.head_sha) == []


def test_with_a_token_instead_of_an_app_a_commit_status_is_posted(deployment: Deployment) -> None:
    simulator: GitHubSimulator = deployment.simulator
    simulator.uninstall(deployment.installation)
    simulator.grant(deployment.repo, "canon-user", "write")
    hook = f"http://127.0.0.1:{deployment.port}/webhooks/github"
    simulator.add_hook(deployment.repo, hook, "a webhook secret")
    deployment.settings |= {
        "CANON_GITHUB_APP_ID": "",
        "CANON_GITHUB_PRIVATE_KEY": "",
        "CANON_GITHUB_TOKEN": simulator.create_token("canon-user"),
    }
    deployment.start()
    pull = deployment.open(dict(sample.adding()))

    statuses = deployment.wait_for(
        lambda: [
            s
            for s in simulator.statuses(deployment.repo, pull.head_sha, context="canon")
            if s.state != "pending"
        ],
        "the commit status",
    )

    assert [status.state for status in statuses] == ["failure"]
    assert deployment.wait_for(lambda: simulator.comments(pull), "the comment")


def test_no_secret_is_written_anywhere_nor_passed_as_an_argument(deployment: Deployment) -> None:
    deployment.settings["CANON_LOG_LEVEL"] = "debug"
    deployment.start()
    pull = deployment.open(dict(sample.adding()))
    deployment.completed(deployment.repo, pull.head_sha)
    deployment.settle()

    tokens = [token.encode() for token in deployment.simulator.world.tokens]
    basic = [b64encode(b"x-access-token:" + token) for token in tokens]  # as git is given them
    secrets = [b"a webhook secret", deployment.app.private_key.encode()[40:90], *tokens, *basic]
    written = [path for path in deployment.directory.rglob("*") if path.is_file()]
    assert len(tokens) > 0
    assert b"fetch" in (deployment.directory / "hold.calls").read_bytes()
    assert [
        path for path in written if any(secret in path.read_bytes() for secret in secrets)
    ] == []
