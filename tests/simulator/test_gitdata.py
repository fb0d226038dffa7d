import base64

import pytest

from simulator import GitHubSimulator
from tests.support.shop import Client, Shop

REPO = "/repos/acme/shop"


@pytest.fixture
def client(shop: Shop) -> Client:
    return shop.as_installation()


def commit(client: Client, base: str, files: dict[str, str | None]) -> str:
    tree = client("GET", f"{REPO}/git/commits/{base}").json()["tree"]["sha"]
    entries = [
        {"path": path, "mode": "100644", "type": "blob"}
        | ({"sha": None} if content is None else {"content": content})
        for path, content in files.items()
    ]
    made = client("POST", f"{REPO}/git/trees", json={"base_tree": tree, "tree": entries}).json()
    body = {"message": "Change", "tree": made["sha"], "parents": [base]}
    return str(client("POST", f"{REPO}/git/commits", json=body).json()["sha"])


def content(client: Client, path: str, ref: str) -> bytes | None:
    answer = client("GET", f"{REPO}/contents/{path}?ref={ref}")
    return base64.b64decode(answer.json()["content"]) if answer.status_code == 200 else None


def test_a_branch_made_without_a_clone_has_the_changed_files_and_all_others(
    shop: Shop, client: Client
) -> None:
    sha = commit(client, shop.repo.head("main") or "", {"b/c.py": "new\n", "b/d/e.py": "more\n"})
    body = {"ref": "refs/heads/topic", "sha": sha}

    assert client("POST", f"{REPO}/git/refs", json=body).status_code == 201
    assert content(client, "b/c.py", "topic") == b"new\n"
    assert content(client, "b/d/e.py", "topic") == b"more\n"
    assert content(client, "a.py", "topic") == content(client, "a.py", "main")


def test_a_file_is_deleted_by_naming_no_object(shop: Shop, client: Client) -> None:
    sha = commit(client, shop.repo.head("main") or "", {"b/c.py": None})
    client("POST", f"{REPO}/git/refs", json={"ref": "refs/heads/topic", "sha": sha})

    assert content(client, "b/c.py", "topic") is None


def test_a_branch_that_is_there_is_not_made_again(shop: Shop, client: Client) -> None:
    body = {"ref": "refs/heads/main", "sha": shop.repo.head("main")}

    answer = client("POST", f"{REPO}/git/refs", json=body)

    assert (answer.status_code, answer.json()["message"]) == (422, "Reference already exists")


def test_a_branch_goes_back_only_by_force(shop: Shop, client: Client) -> None:
    first = shop.repo.head("main") or ""
    second = commit(client, first, {"a.py": "2\n"})
    where = f"{REPO}/git/refs/heads/main"

    assert client("PATCH", where, json={"sha": second}).status_code == 200
    assert client("PATCH", where, json={"sha": first}).status_code == 422
    assert client("PATCH", where, json={"sha": first, "force": True}).status_code == 200
    assert shop.repo.head("main") == first


def test_a_branch_made_so_is_announced_as_a_push(
    shop: Shop, simulator: GitHubSimulator, client: Client
) -> None:
    sha = commit(client, shop.repo.head("main") or "", {"a.py": "2\n"})
    client("POST", f"{REPO}/git/refs", json={"ref": "refs/heads/topic", "sha": sha})
    simulator.hookshot.drain()

    sent = [it.message for it in simulator.hookshot.deliveries]
    pushes = [it for it in sent if it.event == "push"]
    assert pushes[-1].payload["after"] == sha


def test_reading_is_not_enough_to_write(shop: Shop) -> None:
    reader = shop.as_installation(permissions={"contents": "read"})
    body = {"ref": "refs/heads/topic", "sha": shop.repo.head("main")}

    assert reader("POST", f"{REPO}/git/refs", json=body).status_code == 403
