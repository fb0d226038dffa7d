import threading
from pathlib import Path

import pytest

from bot.adapters.git import command
from bot.adapters.git.lock import hold
from bot.adapters.git.mirror import GitMirrors, RepositoryNotFoundError, basic_authorization
from bot.domain.errors import RetryLaterError, SupersededError
from bot.domain.repository import RepositoryRef
from bot.ports.git import Mirror
from tests.fakes.clock import FakeClock, Never
from tests.support.gitrepo import GitRepository

ACME = RepositoryRef(id=7, full_name="acme/shop")
MAIN = "refs/heads/main"
HEAD_OF_1 = "refs/pull/1/head"


class Anonymous:
    def authorization(self) -> str | None:
        return None

    def refused(self) -> None:
        raise AssertionError("no credentials were sent")


@pytest.fixture
def origin(tmp_path: Path) -> GitRepository:
    repository = GitRepository(tmp_path / "github" / "acme" / "shop.git")
    repository.commit({"a.py": "import os\n"})
    return repository


@pytest.fixture
def mirrors(tmp_path: Path) -> GitMirrors:
    return GitMirrors(tmp_path / "mirrors", (tmp_path / "github").as_uri(), FakeClock())


def update(mirrors: GitMirrors, *refs: str) -> Mirror:
    return mirrors.update(ACME, refs, credentials=Anonymous(), cancellation=Never())


def test_a_first_update_creates_the_mirror_and_names_the_commit(
    origin: GitRepository, mirrors: GitMirrors
) -> None:
    assert mirrors.existing(ACME) is None

    mirror = update(mirrors, MAIN)

    assert mirror.refs == {MAIN: origin.git("rev-parse", "HEAD")}
    assert mirrors.existing(ACME) == mirror.git_dir


def test_only_the_refs_asked_for_are_fetched(origin: GitRepository, mirrors: GitMirrors) -> None:
    origin.git("branch", "other")

    mirror = update(mirrors, MAIN)

    refs = command.run(mirror.git_dir, "for-each-ref", "--format=%(refname)").decode().split()
    assert refs == [MAIN]


def test_a_pull_requests_head_is_fetched_without_a_branch(
    origin: GitRepository, mirrors: GitMirrors
) -> None:
    origin.git("update-ref", HEAD_OF_1, "HEAD")

    assert HEAD_OF_1 in update(mirrors, MAIN, HEAD_OF_1).refs


def test_a_forced_push_moves_the_ref(origin: GitRepository, mirrors: GitMirrors) -> None:
    update(mirrors, MAIN)
    origin.git("commit", "--quiet", "--amend", "--message", "rewritten")

    assert update(mirrors, MAIN).refs[MAIN] == origin.git("rev-parse", "HEAD")


def test_a_deleted_branch_is_absent_and_the_others_are_updated(
    origin: GitRepository, mirrors: GitMirrors
) -> None:
    origin.git("branch", "gone")
    update(mirrors, MAIN, "refs/heads/gone")
    origin.git("branch", "-D", "gone")
    head = origin.commit({"b.py": ""})

    assert update(mirrors, "refs/heads/gone", MAIN).refs == {MAIN: head}


def test_a_branch_may_be_replaced_by_one_below_it(
    origin: GitRepository, mirrors: GitMirrors
) -> None:
    origin.git("branch", "release")
    update(mirrors, "refs/heads/release")
    origin.git("branch", "-D", "release")
    origin.git("branch", "release/1")

    assert "refs/heads/release/1" in update(mirrors, "refs/heads/release/1").refs


def test_locks_of_a_killed_process_do_not_stop_the_next(
    origin: GitRepository, mirrors: GitMirrors
) -> None:
    mirror = update(mirrors, MAIN)
    (mirror.git_dir / "refs" / "heads" / "main.lock").touch()
    head = origin.commit({"b.py": ""})

    assert update(mirrors, MAIN).refs[MAIN] == head


def test_a_mirror_with_a_corrupt_object_is_made_anew(
    origin: GitRepository, mirrors: GitMirrors
) -> None:
    mirror = update(mirrors, MAIN)
    for stored in [path for path in (mirror.git_dir / "objects").rglob("*") if path.is_file()]:
        stored.chmod(0o600)
        stored.write_bytes(b"")
    head = origin.commit({"b.py": ""})

    assert update(mirrors, MAIN).refs[MAIN] == head


def test_many_small_fetches_are_consolidated(origin: GitRepository, mirrors: GitMirrors) -> None:
    for number in range(12):
        origin.commit({f"{number}-{file}.py": f"{number}{file}" for file in range(150)})
        mirror = update(mirrors, MAIN)
    folder = mirror.git_dir / "objects" / "17"

    assert len(list(folder.glob("*")) if folder.is_dir() else []) <= 16
    assert len(list((mirror.git_dir / "objects" / "pack").glob("*.pack"))) <= 20
    assert command.run(mirror.git_dir, "fsck", "--connectivity-only") == b""


def test_a_repository_that_is_not_there_is_told_from_one_that_does_not_answer(
    mirrors: GitMirrors, tmp_path: Path
) -> None:
    with pytest.raises((RepositoryNotFoundError, RetryLaterError)):
        update(mirrors, MAIN)
    assert list((tmp_path / "mirrors").glob(".new-*")) == []


class Superseded:
    def check(self) -> None:
        raise SupersededError("newer")


@pytest.mark.usefixtures("origin")
def test_a_superseded_update_ends_while_it_waits_for_the_lock(mirrors: GitMirrors) -> None:
    path = update(mirrors, MAIN).git_dir

    with hold(path.with_suffix(".lock"), Never()), pytest.raises(SupersededError):
        mirrors.update(ACME, [MAIN], credentials=Anonymous(), cancellation=Superseded())


def test_updates_of_one_mirror_at_once_all_succeed(
    origin: GitRepository, mirrors: GitMirrors
) -> None:
    head = origin.commit({"b.py": ""})
    seen: list[str] = []
    threads = [
        threading.Thread(target=lambda: seen.append(update(mirrors, MAIN).refs[MAIN]))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert seen == [head] * 4


def test_the_repositorys_attributes_cannot_change_what_archive_writes(
    origin: GitRepository, mirrors: GitMirrors
) -> None:
    origin.commit({".gitattributes": "a.py export-ignore\n"})
    mirror = update(mirrors, MAIN)

    listing = command.run(mirror.git_dir, "archive", "--format=tar", MAIN)

    assert b"a.py" in listing


def test_an_installation_token_becomes_a_basic_header() -> None:
    assert basic_authorization("t") == "Basic eC1hY2Nlc3MtdG9rZW46dA=="
