import base64
import os
import subprocess
from pathlib import Path

import pytest

from simulator.git import environment
from tests.support.shop import Shop


def git(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", *arguments], cwd=cwd, env=environment(), capture_output=True, check=False, text=True
    )


def url(shop: Shop, token: str | None = None) -> str:
    host = shop.github.url.removeprefix("http://")
    return f"http://{f'x-access-token:{token}@' if token else ''}{host}/{shop.repo.full_name}.git"


@pytest.fixture
def clone(shop: Shop, tmp_path: Path) -> Path:
    directory = tmp_path / "clone"
    done = git("clone", "-q", url(shop, shop.github.create_token("acme")), str(directory))
    assert done.returncode == 0, done.stderr
    return directory


def commit(clone: Path, name: str, content: bytes) -> str:
    (clone / name).write_bytes(content)
    git("add", name, cwd=clone)
    git("commit", "-q", "-m", name, cwd=clone)
    return git("rev-parse", "HEAD", cwd=clone).stdout.strip()


def test_a_push_over_http_is_followed_and_told(shop: Shop, clone: Path) -> None:
    pull = shop.pull()
    git("fetch", "-q", cwd=clone)
    git("checkout", "-q", "feature", cwd=clone)

    sha = commit(clone, "new.py", b"x\n")
    done = git("push", "-q", "origin", "feature", cwd=clone)

    assert done.returncode == 0, done.stderr
    assert pull.head_sha == sha
    assert "pull_request.synchronize" in shop.events()
    push = [it.message for it in shop.github.hookshot.deliveries if it.message.event == "push"][-1]
    assert push.payload["sender"]["login"] == "acme"


def test_force_pushes_and_deletions_are_taken(shop: Shop, clone: Path) -> None:
    shop.pull()
    git("checkout", "-q", "-b", "feature", cwd=clone)
    sha = commit(clone, "other.py", b"x\n")

    forced = git("push", "-q", "--force", "origin", "feature", cwd=clone)
    assert forced.returncode == 0, forced.stderr
    assert shop.repo.head("feature") == sha

    deleted = git("push", "-q", "origin", ":feature", cwd=clone)
    assert deleted.returncode == 0, deleted.stderr
    assert shop.repo.head("feature") is None


def test_a_large_push_arrives_in_chunks(shop: Shop, clone: Path) -> None:
    noise = bytes(range(256)) * 4096 + os.urandom(8 * 1024 * 1024)
    sha = commit(clone, "big.bin", noise)

    done = git("push", "-q", "origin", "main", cwd=clone)

    assert done.returncode == 0, done.stderr
    assert shop.repo.head("main") == sha


def test_a_push_into_refs_pull_is_refused(clone: Path) -> None:
    done = git("push", "origin", "main:refs/pull/9/head", cwd=clone)

    assert done.returncode != 0
    assert "deny updating a hidden ref" in done.stderr


def test_heads_of_pull_requests_and_bare_commits_can_be_fetched_shallow(
    shop: Shop, clone: Path
) -> None:
    pull = shop.pull()

    by_ref = git("fetch", "-q", "--depth=1", "origin", "refs/pull/1/head", cwd=clone)
    merged = git("fetch", "-q", "origin", "refs/pull/1/merge", cwd=clone)
    by_sha = git("fetch", "-q", "--depth=1", "origin", pull.head_sha, cwd=clone)

    assert [it.returncode for it in (by_ref, merged, by_sha)] == [0, 0, 0]


def test_a_clone_may_leave_blobs_out(shop: Shop, tmp_path: Path) -> None:
    token = shop.github.create_token("acme")

    done = git(
        "clone", "-q", "--bare", "--filter=blob:none", url(shop, token), str(tmp_path / "partial")
    )

    assert done.returncode == 0, done.stderr
    missing = git("rev-list", "--objects", "--missing=print", "main", cwd=tmp_path / "partial")
    assert "?" in missing.stdout


@pytest.mark.parametrize("scheme", ["Bearer", "Basic"])
def test_an_installation_token_fetches_by_header(shop: Shop, scheme: str) -> None:
    token = shop.token(permissions={"contents": "read"}).json()["token"]
    secret = token
    if scheme == "Basic":
        secret = base64.b64encode(f"x-access-token:{token}".encode()).decode()

    done = git("-c", f"http.extraheader=Authorization: {scheme} {secret}", "ls-remote", url(shop))

    assert done.returncode == 0, done.stderr
    assert "refs/heads/main" in done.stdout


def test_a_private_repository_asks_for_a_token(shop: Shop) -> None:
    done = git("ls-remote", url(shop))

    assert done.returncode != 0
    assert (
        shop.client(None)("GET", f"{url(shop)}/info/refs?service=git-upload-pack")
        .headers["WWW-Authenticate"]
        .startswith("Basic")
    )


@pytest.mark.parametrize(
    ("login", "permissions", "path", "service", "status"),
    [
        (None, None, "acme/shop.git", "git-upload-pack", 401),
        (None, None, "acme/nothing.git", "git-upload-pack", 401),
        ("acme", None, "acme/nothing.git", "git-upload-pack", 404),
        ("mallory", None, "acme/shop.git", "git-upload-pack", 404),
        ("acme", {"contents": "read"}, "acme/shop.git", "git-upload-pack", 200),
        ("acme", {"contents": "read"}, "acme/shop.git", "git-receive-pack", 403),
        ("acme", {"issues": "write"}, "acme/shop.git", "git-upload-pack", 403),
        ("acme", None, "acme/shop", "git-receive-pack", 200),
        ("acme", None, "acme", "git-upload-pack", 404),
    ],
)
def test_access_is_checked_before_git_is_asked(
    shop: Shop,
    login: str | None,
    permissions: dict[str, str] | None,
    path: str,
    service: str,
    status: int,
) -> None:
    client = shop.client(None if login is None else "")
    if login is not None:
        client = shop.as_user(login, permissions=permissions)

    answer = client("GET", f"{shop.github.url}/{path}/info/refs?service={service}")

    assert answer.status_code == status


def test_a_bad_token_is_refused(shop: Shop) -> None:
    path = f"{url(shop)}/info/refs?service=git-upload-pack"

    assert shop.client("ghs_bad")("GET", path).status_code == 401


def test_a_public_repository_is_cloned_by_anybody(shop: Shop, tmp_path: Path) -> None:
    repo = shop.github.create_repository("acme/open", {"x": "y"}, private=False)

    done = git("clone", "-q", f"{shop.github.url}/{repo.full_name}", str(tmp_path / "open"))

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "open" / "x").read_text() == "y"


def test_the_old_name_of_a_repository_still_fetches(shop: Shop, clone: Path) -> None:
    shop.github.rename(shop.repo, "store")

    assert git("fetch", "-q", cwd=clone).returncode == 0


def test_a_clone_on_this_machine_can_push_without_http(shop: Shop, clone: Path) -> None:
    sha = commit(clone, "local.py", b"x\n")

    shop.github.push(shop.repo, clone, "main:main", by="alice")

    assert shop.repo.head("main") == sha


def test_paths_with_odd_characters_are_committed(shop: Shop) -> None:
    names = ['ü "quoted".py', "back\\slash.py", "new\nline.py"]

    shop.github.commit(shop.repo, "main", dict.fromkeys(names, "x"))

    tree = shop.repo.git.tree(f"{shop.repo.head('main')}:") or []
    assert set(names) <= {entry.path for entry in tree}
