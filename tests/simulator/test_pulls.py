import pytest

from simulator import GitHubSimulator
from simulator.model import Json
from tests.support.shop import Client, Shop

REPO = "/repos/acme/shop"


@pytest.fixture
def client(shop: Shop) -> Client:
    return shop.as_installation()


def last(shop: Shop, event: str) -> Json:
    shop.github.hookshot.drain()
    sent = [it.message for it in shop.github.hookshot.deliveries if it.message.event == event]
    return sent[-1].payload


def test_a_pull_request_counts_what_it_changes(shop: Shop, client: Client) -> None:
    pull = shop.pull()

    shown = client("GET", f"{REPO}/pulls/{pull.number}").json()

    assert shown["head"]["sha"] == pull.head_sha
    assert shown["user"]["login"] == "alice"
    assert [shown[key] for key in ("commits", "additions", "deletions", "changed_files")] == [
        1,
        1,
        1,
        1,
    ]


def test_its_head_follows_a_push_and_says_so(
    shop: Shop, simulator: GitHubSimulator, client: Client
) -> None:
    pull = shop.pull()
    before = pull.head_sha

    after = simulator.commit(shop.repo, "feature", {"d.py": "x\n"}, by="alice")

    assert client("GET", f"{REPO}/pulls/1").json()["head"]["sha"] == after
    payload = last(shop, "pull_request")
    assert (payload["action"], payload["before"], payload["after"]) == (
        "synchronize",
        before,
        after,
    )


def test_its_head_follows_a_force_push(shop: Shop, simulator: GitHubSimulator) -> None:
    pull = shop.pull()

    after = simulator.commit(shop.repo, "feature", {"z.py": "x\n"}, parent="main")

    assert pull.head_sha == after
    assert last(shop, "push")["forced"] is True
    assert last(shop, "pull_request")["action"] == "synchronize"


def test_the_base_repository_keeps_head_and_merge_refs(shop: Shop, client: Client) -> None:
    pull = shop.pull()

    head = client("GET", f"{REPO}/git/ref/pull/1/head").json()["object"]["sha"]
    merge = client("GET", f"{REPO}/git/ref/pull/1/merge").json()["object"]["sha"]

    assert head == pull.head_sha
    parents = client("GET", f"{REPO}/git/commits/{merge}").json()["parents"]
    assert [parent["sha"] for parent in parents] == [shop.repo.head("main"), pull.head_sha]


def test_the_merge_ref_follows_the_base(
    shop: Shop, simulator: GitHubSimulator, client: Client
) -> None:
    shop.pull()
    base = simulator.commit(shop.repo, "main", {"new.py": "x\n"})
    client("GET", f"{REPO}/pulls/1")

    merge = client("GET", f"{REPO}/git/ref/pull/1/merge").json()["object"]["sha"]

    parents = client("GET", f"{REPO}/git/commits/{merge}").json()["parents"]
    assert parents[0]["sha"] == base


def test_a_conflict_has_no_merge_ref(
    shop: Shop, simulator: GitHubSimulator, client: Client
) -> None:
    shop.pull()
    simulator.commit(shop.repo, "main", {"a.py": "other\n"})

    shown = client("GET", f"{REPO}/pulls/1").json()

    assert (shown["mergeable"], shown["mergeable_state"]) == (False, "dirty")
    assert client("GET", f"{REPO}/git/ref/pull/1/merge").status_code == 404


def test_a_fork_reaches_the_base_repository(
    shop: Shop, simulator: GitHubSimulator, client: Client
) -> None:
    fork = simulator.fork(shop.repo, "forker")
    sha = simulator.commit(fork, "topic", {"a.py": "from the fork\n"})

    simulator.open_pull_request(shop.repo, "topic", fork=fork)
    newer = simulator.commit(fork, "topic", {"a.py": "more\n"})

    assert sha != newer
    shown = client("GET", f"{REPO}/pulls/1").json()
    assert shown["head"]["sha"] == newer
    assert shown["head"]["label"] == "forker:topic"
    assert shown["head"]["repo"]["fork"] is True
    ref = client("GET", f"{REPO}/git/ref/pull/1/head").json()
    assert ref["object"]["sha"] == newer


def test_check_runs_do_not_list_pull_requests_of_forks(
    shop: Shop, simulator: GitHubSimulator, client: Client
) -> None:
    fork = simulator.fork(shop.repo, "forker")
    sha = simulator.commit(fork, "topic", {"a.py": "from the fork\n"})
    simulator.open_pull_request(shop.repo, "topic", fork=fork)

    run = client("POST", f"{REPO}/check-runs", json={"name": "canon", "head_sha": sha})

    assert run.json()["pull_requests"] == []


def test_retargeting_tells_the_old_base(shop: Shop, simulator: GitHubSimulator) -> None:
    pull = shop.pull()
    simulator.commit(shop.repo, "release", {"r.py": "x\n"})

    simulator.retarget(pull, "release")

    payload = last(shop, "pull_request")
    assert payload["action"] == "edited"
    assert payload["changes"]["base"]["ref"]["from"] == "main"
    assert payload["pull_request"]["base"]["ref"] == "release"


def test_drafts_come_and_go(shop: Shop, simulator: GitHubSimulator) -> None:
    pull = shop.pull(draft=True)
    assert simulator.mergeability(pull) == (True, "draft")

    simulator.set_draft(pull, draft=False)
    simulator.set_draft(pull, draft=False)
    simulator.set_draft(pull, draft=True)

    assert [it for it in shop.events() if it.startswith("pull_request.")] == [
        "pull_request.opened",
        "pull_request.ready_for_review",
        "pull_request.converted_to_draft",
    ]


def test_closing_and_reopening_are_told(shop: Shop, simulator: GitHubSimulator) -> None:
    pull = shop.pull()

    simulator.close(pull)
    missed = simulator.commit(shop.repo, "feature", {"late.py": "x\n"})
    simulator.reopen(pull)

    assert shop.events()[-1] == "pull_request.reopened"
    assert "pull_request.synchronize" not in shop.events()
    assert pull.head_sha == missed


def test_deleting_the_head_branch_closes(shop: Shop, simulator: GitHubSimulator) -> None:
    pull = shop.pull()

    simulator.set_branch(shop.repo, "feature", None)

    assert not pull.open
    assert last(shop, "push")["deleted"] is True


def test_merging_moves_the_base(shop: Shop, simulator: GitHubSimulator) -> None:
    pull = shop.pull()

    sha = simulator.merge(pull)

    assert shop.repo.head("main") == sha
    payload = last(shop, "pull_request")
    assert (payload["action"], payload["pull_request"]["merged"]) == ("closed", True)


def test_pushing_the_head_to_the_base_merges(shop: Shop, simulator: GitHubSimulator) -> None:
    pull = shop.pull()

    simulator.set_branch(shop.repo, "main", pull.head_sha)

    assert pull.merged_at is not None


def test_a_required_check_blocks_until_it_passes(
    shop: Shop, simulator: GitHubSimulator, client: Client
) -> None:
    simulator.protect(shop.repo, "main", ["canon"], app=shop.app)
    pull = shop.pull()
    user = shop.as_user()
    assert simulator.mergeability(pull) == (True, "blocked")
    assert user("PUT", f"{REPO}/pulls/1/merge").status_code == 405

    body = {"name": "canon", "head_sha": pull.head_sha, "conclusion": "failure"}
    client("POST", f"{REPO}/check-runs", json=body)
    assert simulator.mergeability(pull) == (True, "blocked")

    client("POST", f"{REPO}/check-runs", json={**body, "conclusion": "neutral"})
    assert simulator.mergeability(pull) == (True, "clean")
    assert user("PUT", f"{REPO}/pulls/1/merge").json()["merged"] is True


def test_a_required_status_blocks_until_it_passes(
    shop: Shop, simulator: GitHubSimulator, client: Client
) -> None:
    simulator.protect(shop.repo, "main", ["canon"])
    pull = shop.pull()
    path = f"{REPO}/statuses/{pull.head_sha}"

    client("POST", path, json={"state": "pending", "context": "canon"})
    assert simulator.mergeability(pull) == (True, "blocked")

    client("POST", path, json={"state": "success", "context": "canon"})
    assert simulator.mergeability(pull) == (True, "clean")


def test_a_strict_base_asks_for_an_update(shop: Shop, simulator: GitHubSimulator) -> None:
    simulator.protect(shop.repo, "main", [], strict=True)
    pull = shop.pull()

    simulator.commit(shop.repo, "main", {"new.py": "x\n"})

    assert simulator.mergeability(pull) == (True, "behind")


def test_a_failing_check_that_is_not_required_is_unstable(
    shop: Shop, simulator: GitHubSimulator, client: Client
) -> None:
    pull = shop.pull()
    body = {"name": "canon", "head_sha": pull.head_sha, "conclusion": "failure"}

    client("POST", f"{REPO}/check-runs", json=body)

    assert simulator.mergeability(pull) == (True, "unstable")


def test_listing_filters_by_state_base_and_head(
    shop: Shop, simulator: GitHubSimulator, client: Client
) -> None:
    simulator.close(shop.pull("one"))
    shop.pull("two")

    def numbers(query: str) -> list[int]:
        return [it["number"] for it in client("GET", f"{REPO}/pulls?{query}").json()]

    assert numbers("") == [2]
    assert numbers("state=all") == [2, 1]
    assert numbers("state=all&direction=asc") == [1, 2]
    assert numbers("head=acme:two") == [2]
    assert numbers("base=release") == []


def test_files_and_commits_are_those_since_the_merge_base(
    shop: Shop, simulator: GitHubSimulator, client: Client
) -> None:
    shop.pull()
    simulator.commit(shop.repo, "main", {"unrelated.py": "x\n"})
    second = simulator.commit(shop.repo, "feature", {"b/c.py": None, "b/d.py": "two\n"})

    files = client("GET", f"{REPO}/pulls/1/files").json()
    commits = client("GET", f"{REPO}/pulls/1/commits").json()

    assert {it["filename"]: it["status"] for it in files} == {
        "a.py": "modified",
        "b/d.py": "renamed",
    }
    assert commits[-1]["sha"] == second
    assert len(commits) == 2


def test_a_second_pull_request_for_the_same_branches_is_refused(shop: Shop) -> None:
    shop.pull()
    body = {"title": "again", "head": "feature", "base": "main"}

    assert shop.as_user()("POST", f"{REPO}/pulls", json=body).status_code == 422


def test_a_pull_request_that_changes_nothing_is_refused(
    shop: Shop, simulator: GitHubSimulator
) -> None:
    simulator.set_branch(shop.repo, "same", shop.repo.head("main"))
    body = {"title": "nothing", "head": "same", "base": "main"}

    assert shop.as_user()("POST", f"{REPO}/pulls", json=body).status_code == 422


def test_pull_requests_open_edit_and_close_by_rest(shop: Shop, simulator: GitHubSimulator) -> None:
    simulator.commit(shop.repo, "topic", {"t.py": "x\n"})
    user = shop.as_user()

    made = user("POST", f"{REPO}/pulls", json={"title": "T", "head": "topic", "base": "main"})
    path = f"{REPO}/pulls/{made.json()['number']}"
    assert user("PATCH", path, json={"title": "U"}).json()["title"] == "U"
    assert user("PATCH", path, json={"state": "closed"}).json()["state"] == "closed"
    assert user("PATCH", path, json={"state": "open"}).json()["state"] == "open"


def test_a_commit_knows_the_pull_request_it_heads(shop: Shop, client: Client) -> None:
    pull = shop.pull()

    listed = client("GET", f"{REPO}/commits/{pull.head_sha}/pulls").json()

    assert [it["number"] for it in listed] == [1]


def test_a_merge_group_has_a_branch_of_its_own_and_is_announced(
    shop: Shop, simulator: GitHubSimulator
) -> None:
    pull = shop.pull()
    base = shop.repo.head("main")

    group = simulator.enqueue(pull)

    assert group.head_ref == f"gh-readonly-queue/main/pr-1-{base}"
    assert shop.repo.head(group.head_ref) == group.head_sha
    payload = last(shop, "merge_group")
    assert payload["action"] == "checks_requested"
    assert payload["merge_group"]["head_sha"] == group.head_sha
    assert payload["merge_group"]["base_sha"] == base
    assert payload["merge_group"]["base_ref"] == "refs/heads/main"


def test_a_second_merge_group_builds_on_the_first(shop: Shop, simulator: GitHubSimulator) -> None:
    simulator.commit(shop.repo, "other", {"o.py": "x\n"})
    first = simulator.enqueue(shop.pull())

    second = simulator.enqueue(simulator.open_pull_request(shop.repo, "other"))

    assert second.base_sha == first.head_sha


@pytest.mark.parametrize("reason", ["merged", "invalidated", "dequeued"])
def test_a_destroyed_merge_group_says_why_and_loses_its_branch(
    shop: Shop, simulator: GitHubSimulator, reason: str
) -> None:
    pull = shop.pull()
    group = simulator.enqueue(pull)

    simulator.destroy(group, reason)

    assert last(shop, "merge_group")["reason"] == reason
    assert shop.repo.head(group.head_ref) is None
    assert (pull.merged_at is not None) == (reason == "merged")
