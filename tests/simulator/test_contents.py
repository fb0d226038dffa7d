import base64

import pytest

from simulator import GitHubSimulator
from tests.support.shop import Client, Shop

REPO = "/repos/acme/shop"


@pytest.fixture
def client(shop: Shop) -> Client:
    return shop.as_installation()


def test_a_file_comes_with_its_content_at_a_ref(
    shop: Shop, simulator: GitHubSimulator, client: Client
) -> None:
    simulator.commit(shop.repo, "topic", {"b/c.py": "changed\n"})

    main = client("GET", f"{REPO}/contents/b/c.py").json()
    topic = client("GET", f"{REPO}/contents/b/c.py?ref=topic").json()

    assert base64.b64decode(main["content"]) == b"two\n"
    assert base64.b64decode(topic["content"]) == b"changed\n"
    assert (main["type"], main["size"]) == ("file", 4)


def test_a_folder_is_listed(client: Client) -> None:
    listed = client("GET", f"{REPO}/contents/b").json()

    assert [(it["path"], it["type"]) for it in listed] == [("b/c.py", "file")]


def test_the_root_is_listed(client: Client) -> None:
    listed = client("GET", f"{REPO}/contents/").json()

    assert {it["name"]: it["type"] for it in listed} == {"a.py": "file", "b": "dir"}


@pytest.mark.parametrize("path", ["nope.py", "b/nope", "a.py/x", "a.py?ref=nowhere"])
def test_what_is_not_there_is_not_found(client: Client, path: str) -> None:
    assert client("GET", f"{REPO}/contents/{path}").status_code == 404


def test_a_large_file_comes_without_content(
    shop: Shop, simulator: GitHubSimulator, client: Client
) -> None:
    simulator.commit(shop.repo, "main", {"big.bin": b"x" * (1024 * 1024 + 1)})

    shown = client("GET", f"{REPO}/contents/big.bin").json()

    assert (shown["encoding"], shown["content"]) == ("none", "")


def test_branches_are_listed_with_their_protection(
    shop: Shop, simulator: GitHubSimulator, client: Client
) -> None:
    simulator.commit(shop.repo, "feature/with/slashes", {"x": "y"})
    simulator.protect(shop.repo, "main", ["canon"])

    names = [it["name"] for it in client("GET", f"{REPO}/branches").json()]
    protected = [it["name"] for it in client("GET", f"{REPO}/branches?protected=true").json()]
    one = client("GET", f"{REPO}/branches/feature/with/slashes").json()

    assert names == ["feature/with/slashes", "main"]
    assert protected == ["main"]
    assert one["commit"]["sha"] == shop.repo.head("feature/with/slashes")
    assert client("GET", f"{REPO}/branches/nope").status_code == 404


def test_required_checks_are_told_to_administrators(
    shop: Shop, simulator: GitHubSimulator, client: Client
) -> None:
    simulator.protect(shop.repo, "main", ["canon"], strict=True)
    path = f"{REPO}/branches/main/protection/required_status_checks"

    assert client("GET", path).status_code == 403
    told = shop.as_user()("GET", path).json()
    assert (told["contexts"], told["strict"]) == (["canon"], True)


def test_history_is_newest_first(shop: Shop, simulator: GitHubSimulator, client: Client) -> None:
    shas = [simulator.commit(shop.repo, "main", {"n": str(n)}) for n in range(3)]

    listed = client("GET", f"{REPO}/commits?sha=main").json()

    assert [it["sha"] for it in listed][:3] == shas[::-1]


def test_an_empty_repository_has_no_history(simulator: GitHubSimulator, client: Client) -> None:
    simulator.create_repository("acme/empty")

    assert client("GET", "/repos/acme/empty/commits").status_code == 409


def test_a_commit_comes_with_its_files(
    shop: Shop, simulator: GitHubSimulator, client: Client
) -> None:
    sha = simulator.commit(shop.repo, "main", {"a.py": "one\nmore\n"})

    shown = client("GET", f"{REPO}/commits/main").json()

    assert shown["sha"] == sha
    assert shown["stats"] == {"additions": 1, "deletions": 0, "total": 1}
    assert client("GET", f"{REPO}/commits/nope").status_code == 422


@pytest.mark.parametrize(
    ("range_", "status", "ahead", "behind"),
    [
        ("main...main", "identical", 0, 0),
        ("main...topic", "diverged", 1, 1),
        ("old...topic", "ahead", 1, 0),
        ("topic...old", "behind", 0, 1),
    ],
)
def test_two_commits_are_compared(
    shop: Shop,
    simulator: GitHubSimulator,
    client: Client,
    range_: str,
    status: str,
    ahead: int,
    behind: int,
) -> None:
    simulator.set_branch(shop.repo, "old", shop.repo.head("main"))
    simulator.commit(shop.repo, "topic", {"t": "x"})
    simulator.commit(shop.repo, "main", {"m": "x"})

    shown = client("GET", f"{REPO}/compare/{range_}").json()

    assert (shown["status"], shown["ahead_by"], shown["behind_by"]) == (status, ahead, behind)
    assert shown["merge_base_commit"]["sha"] in {shop.repo.head("old"), shop.repo.head("main")}


def test_git_objects_can_be_walked_from_a_ref(client: Client) -> None:
    sha = client("GET", f"{REPO}/git/ref/heads/main").json()["object"]["sha"]
    tree = client("GET", f"{REPO}/git/commits/{sha}").json()["tree"]["sha"]
    flat = client("GET", f"{REPO}/git/trees/{tree}").json()["tree"]
    deep = client("GET", f"{REPO}/git/trees/main?recursive=1").json()["tree"]
    blob = client("GET", f"{REPO}/git/blobs/{flat[0]['sha']}").json()

    assert [it["path"] for it in flat] == ["a.py", "b"]
    assert [it["path"] for it in deep] == ["a.py", "b", "b/c.py"]
    assert base64.b64decode(blob["content"]) == b"one\n"


def test_refs_are_found_by_their_beginning(
    shop: Shop, simulator: GitHubSimulator, client: Client
) -> None:
    simulator.commit(shop.repo, "topic-1", {"x": "y"})

    listed = client("GET", f"{REPO}/git/matching-refs/heads/topic").json()

    assert [it["ref"] for it in listed] == ["refs/heads/topic-1"]


def test_missing_objects_are_not_found(client: Client) -> None:
    for path in ("ref/heads/nope", f"commits/{'0' * 40}", f"blobs/{'0' * 40}", "trees/nope"):
        assert client("GET", f"{REPO}/git/{path}").status_code == 404


def test_symlinks_and_submodules_are_told_apart(
    shop: Shop, client: Client, simulator: GitHubSimulator
) -> None:
    git, sha = shop.repo.git, shop.repo.head("main")
    link = git.run("hash-object", "-w", "--stdin", stdin=b"a.py").decode().strip()
    tree = git.run("mktree", stdin=f"120000 blob {link}\tlink\n160000 commit {sha}\tsub\n".encode())
    commit = git.run("commit-tree", "-m", "odd", tree.decode().strip()).decode().strip()
    simulator.set_branch(shop.repo, "odd", commit)

    listed = client("GET", f"{REPO}/contents/?ref=odd").json()
    link_shown = client("GET", f"{REPO}/contents/link?ref=odd").json()
    sub = client("GET", f"{REPO}/contents/sub?ref=odd").json()
    entries = client("GET", f"{REPO}/git/trees/odd").json()["tree"]

    assert {it["name"]: it["type"] for it in listed} == {"link": "symlink", "sub": "submodule"}
    assert (link_shown["target"], sub["type"]) == ("a.py", "submodule")
    assert [it["type"] for it in entries] == ["blob", "commit"]
