import pytest

from simulator import GitHubSimulator
from tests.support.shop import Client, Shop

REPO = "/repos/acme/shop"


@pytest.fixture
def client(shop: Shop) -> Client:
    return shop.as_installation()


def test_a_comment_is_by_the_apps_bot(shop: Shop, client: Client) -> None:
    shop.pull()

    made = client("POST", f"{REPO}/issues/1/comments", json={"body": "hello"}).json()

    assert (made["user"]["login"], made["user"]["type"]) == ("canon[bot]", "Bot")
    assert made["performed_via_github_app"]["slug"] == "canon"


def test_a_comment_is_edited_in_place(
    shop: Shop, simulator: GitHubSimulator, client: Client
) -> None:
    pull = shop.pull()
    made = client("POST", f"{REPO}/issues/1/comments", json={"body": "old"}).json()

    client("PATCH", f"{REPO}/issues/comments/{made['id']}", json={"body": "new"})

    assert [it.body for it in simulator.comments(pull)] == ["new"]
    assert shop.events()[-2:] == ["issue_comment.created", "issue_comment.edited"]
    assert simulator.hookshot.deliveries[-1].message.payload["changes"] == {"body": {"from": "old"}}


def test_a_deleted_comment_is_gone(shop: Shop, simulator: GitHubSimulator, client: Client) -> None:
    pull = shop.pull()
    made = client("POST", f"{REPO}/issues/1/comments", json={"body": "x"}).json()
    path = f"{REPO}/issues/comments/{made['id']}"

    assert client("DELETE", path).status_code == 204

    assert client("GET", path).status_code == 404
    assert simulator.comments(pull) == []
    assert shop.events()[-1] == "issue_comment.deleted"


@pytest.mark.parametrize("body", ["", "  ", None, "x" * 65537])
def test_a_comment_that_is_empty_or_too_long_is_refused(
    shop: Shop, client: Client, body: str | None
) -> None:
    shop.pull()

    answer = client("POST", f"{REPO}/issues/1/comments", json={"body": body})

    assert answer.status_code == 422


def test_readers_may_talk_but_not_change_what_others_said(
    shop: Shop, simulator: GitHubSimulator
) -> None:
    simulator.grant(shop.repo, "bob", "read")
    comment = simulator.comment(shop.pull(), "mine", by="alice")
    bob = shop.as_user("bob")
    path = f"{REPO}/issues/comments/{comment.id}"

    assert bob("POST", f"{REPO}/issues/1/comments", json={"body": "hi"}).status_code == 201
    assert bob("PATCH", path, json={"body": "yours"}).status_code == 403


def test_comments_are_paged_oldest_first(
    shop: Shop, simulator: GitHubSimulator, client: Client
) -> None:
    pull = shop.pull()
    for number in range(5):
        simulator.comment(pull, str(number), by="alice")

    first = client("GET", f"{REPO}/issues/1/comments?per_page=2")
    second = client("GET", first.links["next"]["url"])
    third = client("GET", first.links["last"]["url"])

    bodies = [[it["body"] for it in page.json()] for page in (first, second, third)]
    assert bodies == [["0", "1"], ["2", "3"], ["4"]]
    assert "next" not in third.links
    assert third.links["prev"]["url"] == second.url


def test_comments_are_filtered_by_when_they_changed(
    shop: Shop, simulator: GitHubSimulator, client: Client
) -> None:
    simulator.comment(shop.pull(), "x", by="alice")

    def count(since: str) -> int:
        return len(client("GET", f"{REPO}/issues/1/comments?since={since}").json())

    assert (count("2020-01-01T00:00:00Z"), count("2100-01-01T00:00:00Z")) == (1, 0)


def test_the_same_reaction_counts_once(
    shop: Shop, simulator: GitHubSimulator, client: Client
) -> None:
    comment = simulator.comment(shop.pull(), "/canon help", by="alice")
    path = f"{REPO}/issues/comments/{comment.id}"

    first = client("POST", f"{path}/reactions", json={"content": "eyes"})
    second = client("POST", f"{path}/reactions", json={"content": "eyes"})

    assert (first.status_code, second.status_code) == (201, 200)
    assert client("GET", path).json()["reactions"]["eyes"] == 1
    listed = client("GET", f"{path}/reactions").json()
    assert [it["content"] for it in listed] == ["eyes"]
    assert client("DELETE", f"{path}/reactions/{listed[0]['id']}").status_code == 204
    assert client("GET", path).json()["reactions"]["total_count"] == 0


def test_an_unknown_reaction_is_refused(
    shop: Shop, simulator: GitHubSimulator, client: Client
) -> None:
    comment = simulator.comment(shop.pull(), "x", by="alice")

    answer = client("POST", f"{REPO}/issues/comments/{comment.id}/reactions", json={"content": "z"})

    assert answer.status_code == 422


def test_the_repository_lists_all_its_comments(
    shop: Shop, simulator: GitHubSimulator, client: Client
) -> None:
    simulator.comment(shop.pull(), "on a pull request", by="alice")
    simulator.comment(simulator.open_issue(shop.repo, "T"), "on an issue")

    assert len(client("GET", f"{REPO}/issues/comments").json()) == 2


def test_issues_are_opened_edited_labelled_and_closed(shop: Shop, client: Client) -> None:
    made = client("POST", f"{REPO}/issues", json={"title": "T", "labels": ["a"]}).json()
    path = f"{REPO}/issues/{made['number']}"

    client("PATCH", path, json={"title": "U", "body": "B"})
    client("POST", f"{path}/labels", json={"labels": ["b"]})
    client("DELETE", f"{path}/labels/a")
    closed = client("PATCH", path, json={"state": "closed", "state_reason": "not_planned"}).json()
    client("PATCH", path, json={"state": "open"})

    assert (closed["title"], closed["state_reason"]) == ("U", "not_planned")
    assert [label["name"] for label in client("GET", f"{path}/labels").json()] == ["b"]
    assert [it for it in shop.events() if it.startswith("issues.")] == [
        "issues.opened",
        "issues.labeled",
        "issues.edited",
        "issues.labeled",
        "issues.unlabeled",
        "issues.closed",
        "issues.reopened",
    ]


def test_pull_requests_and_issues_share_their_numbers(
    shop: Shop, simulator: GitHubSimulator, client: Client
) -> None:
    issue = simulator.open_issue(shop.repo, "T")
    pull = shop.pull()

    listed = client("GET", f"{REPO}/issues").json()

    assert (issue.number, pull.number) == (1, 2)
    assert ["pull_request" in it for it in listed] == [True, False]
    assert client("GET", f"{REPO}/issues/2").json()["pull_request"]["merged_at"] is None


def test_an_issue_takes_reactions(shop: Shop, simulator: GitHubSimulator, client: Client) -> None:
    simulator.open_issue(shop.repo, "T")

    client("POST", f"{REPO}/issues/1/reactions", json={"content": "rocket"})

    listed = client("GET", f"{REPO}/issues/1/reactions").json()
    assert [it["user"]["login"] for it in listed] == ["canon[bot]"]


def test_anybody_may_comment_in_public_but_not_edit_issues(
    shop: Shop, simulator: GitHubSimulator
) -> None:
    repo = simulator.create_repository("acme/open", {"x": "y"}, private=False)
    simulator.open_issue(repo, "T")
    stranger = shop.as_user("mallory")
    path = "/repos/acme/open/issues/1"

    assert stranger("POST", f"{path}/comments", json={"body": "hi"}).status_code == 201
    assert stranger("PATCH", path, json={"title": "mine"}).status_code == 403


def test_a_fine_grained_token_needs_a_permission_to_comment(
    shop: Shop, simulator: GitHubSimulator
) -> None:
    simulator.open_issue(shop.repo, "T")
    mute = shop.as_user("acme", permissions={"contents": "read"})

    answer = mute("POST", f"{REPO}/issues/1/comments", json={"body": "hi"})

    assert answer.status_code == 403


def test_a_pull_request_can_be_closed_as_an_issue(shop: Shop, client: Client) -> None:
    pull = shop.pull()

    client("PATCH", f"{REPO}/issues/1", json={"state": "closed"})

    assert not pull.open
    assert shop.events()[-1] == "pull_request.closed"
