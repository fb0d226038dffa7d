"""The client library that the service uses, and the simulator: they must understand each other."""

from collections.abc import Iterator
from datetime import UTC, datetime

import github
import pytest
from github import Auth, Github, GithubIntegration
from github.Repository import Repository

from simulator import GitHubSimulator
from tests.support.shop import Shop

PERMISSIONS = {"checks": "write", "contents": "read", "pull_requests": "write", "statuses": "write"}


@pytest.fixture
def repository(shop: Shop) -> Iterator[Repository]:
    app = Auth.AppAuth(shop.app.id, shop.app.private_key)
    client = Github(
        auth=app.get_installation_auth(shop.installation.id, PERMISSIONS),
        base_url=shop.github.api_url,
        retry=None,
        seconds_between_requests=0,
        seconds_between_writes=0,
    )
    yield client.get_repo("acme/shop")
    client.close()


def test_an_app_finds_its_installations(shop: Shop) -> None:
    auth = Auth.AppAuth(shop.app.id, shop.app.private_key)
    with GithubIntegration(auth=auth, base_url=shop.github.api_url) as integration:
        found = integration.get_repo_installation("acme", "shop")
        listed = list(integration.get_installations())

    assert [it.id for it in listed] == [found.id] == [shop.installation.id]


def test_a_pull_request_is_read(shop: Shop, repository: Repository) -> None:
    made = shop.pull(draft=True)

    pull = repository.get_pull(1)

    assert (pull.head.sha, pull.base.ref, pull.draft) == (made.head_sha, "main", True)
    assert [it.filename for it in pull.get_files()] == ["a.py"]
    assert [it.sha for it in pull.get_commits()] == [made.head_sha]
    assert [it.number for it in repository.get_pulls(base="main")] == [1]


def test_a_check_run_is_made_and_completed(
    shop: Shop, simulator: GitHubSimulator, repository: Repository
) -> None:
    sha = shop.pull().head_sha
    run = repository.create_check_run(
        "canon", sha, status="in_progress", external_id="1", started_at=datetime.now(UTC)
    )
    annotation = {
        "path": "a.py",
        "start_line": 1,
        "end_line": 1,
        "annotation_level": "failure",
        "message": "no",
    }

    run.edit(output={"title": "T", "summary": "S", "annotations": [annotation]})
    run.edit(conclusion="failure", completed_at=datetime.now(UTC))

    (stands,) = simulator.checks(shop.repo, sha)
    assert (stands.conclusion, stands.title, len(stands.annotations)) == ("failure", "T", 1)
    (listed,) = repository.get_commit(sha).get_check_runs(check_name="canon")
    assert listed.id == run.id
    assert [it.path for it in listed.get_annotations()] == ["a.py"]


def test_a_comment_is_made_found_and_edited(
    shop: Shop, simulator: GitHubSimulator, repository: Repository
) -> None:
    pull = shop.pull()
    made = repository.get_issue(1).create_comment("one")

    repository.get_issue(1).get_comment(made.id).edit("two")

    assert [it.body for it in simulator.comments(pull)] == ["two"]


def test_a_status_is_set(shop: Shop, repository: Repository) -> None:
    sha = shop.pull().head_sha

    repository.get_commit(sha).create_status("success", context="canon", description="ok")

    assert repository.get_commit(sha).get_combined_status().state == "success"


def test_contents_are_read(repository: Repository) -> None:
    content = repository.get_contents("a.py", ref="main")

    assert not isinstance(content, list)
    assert content.decoded_content == b"one\n"
    with pytest.raises(github.UnknownObjectException):
        repository.get_contents("nope.py")


def test_branches_are_read(shop: Shop, repository: Repository) -> None:
    assert repository.get_branch("main").commit.sha == shop.repo.head("main")


def test_labels_go_up_as_a_bare_array(shop: Shop, simulator: GitHubSimulator) -> None:
    issue = simulator.open_issue(shop.repo, "T")
    auth = Auth.Token(simulator.create_token("acme"))
    with Github(auth=auth, base_url=simulator.api_url, seconds_between_writes=0) as client:
        client.get_repo("acme/shop").get_issue(1).add_to_labels("a", "b")

    assert [it.name for it in issue.labels] == ["a", "b"]


def test_a_token_names_its_user(simulator: GitHubSimulator) -> None:
    auth = Auth.Token(simulator.create_token("alice"))
    with Github(auth=auth, base_url=simulator.api_url) as client:
        assert client.get_user().login == "alice"
        assert client.get_user("alice").type == "User"
