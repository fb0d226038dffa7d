import os
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from bot.adapters.git.worktree import GitWorktree, Signature, blob_id, read_file
from bot.domain.errors import UnknownRevisionError
from bot.ports.scanning import Change, Entry
from tests.support.gitrepo import GitRepository


class _Signatures:
    def __init__(self) -> None:
        self.files: dict[bytes, tuple[Signature, str]] = {}

    def signed(self, paths: Iterable[bytes]) -> Mapping[bytes, tuple[Signature, str]]:
        return {path: self.files[path] for path in paths if path in self.files}

    def sign(self, files: Mapping[bytes, tuple[Signature, str]]) -> None:
        self.files.update(files)


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    repository = GitRepository(tmp_path / "repository")
    repository.commit(
        {"a.py": "one\n", "b.py": "two\n", "d/c.py": "three\n", ".gitignore": "*.log\n"}
    )
    return repository


@pytest.fixture
def signatures() -> _Signatures:
    return _Signatures()


@pytest.fixture
def worktree(repository: GitRepository, signatures: _Signatures) -> GitWorktree:
    return GitWorktree(repository.path / ".git", repository.path, signatures)


def _python(path: str) -> bool:
    return path.endswith(".py")


def _changes(worktree: GitWorktree) -> dict[str, tuple[str | None, str | None]]:
    """Path -> blobs before and after."""
    found = {}
    for before, after in worktree.state(_python, 1000).changes:
        path = (before or after or Entry("", "", "")).path
        found[path] = (before and before.blob, after and after.blob)
    return found


def _id(text: str) -> str:
    return blob_id(text.encode())


def test_a_clean_directory_does_not_differ(
    repository: GitRepository, worktree: GitWorktree
) -> None:
    state = worktree.state(_python, 1000)
    assert state == (repository.git("rev-parse", "HEAD"), [], False)


def test_what_was_changed_added_and_deleted_is_found(
    repository: GitRepository, worktree: GitWorktree
) -> None:
    (repository.path / "a.py").write_text("changed\n")
    (repository.path / "b.py").unlink()
    (repository.path / "n").mkdir()
    (repository.path / "n/new.py").write_text("new\n")
    assert _changes(worktree) == {
        "a.py": (_id("one\n"), _id("changed\n")),
        "b.py": (_id("two\n"), None),
        "n/new.py": (None, _id("new\n")),
    }
    assert worktree.state(_python, 1000).differs


@pytest.mark.parametrize("later", [False, True])
def test_the_disk_counts_and_not_the_index(
    repository: GitRepository, worktree: GitWorktree, *, later: bool
) -> None:
    (repository.path / "a.py").write_text("staged\n")
    repository.git("add", "a.py")
    if later:
        (repository.path / "a.py").write_text("later\n")
    expected = "later\n" if later else "staged\n"
    assert _changes(worktree) == {"a.py": (_id("one\n"), _id(expected))}


def test_what_is_staged_as_deleted_may_still_be_there(
    repository: GitRepository, worktree: GitWorktree
) -> None:
    repository.git("rm", "--quiet", "--cached", "a.py")
    assert _changes(worktree) == {"a.py": (_id("one\n"), _id("one\n"))}


def test_a_moved_file_is_one_gone_and_one_new(
    repository: GitRepository, worktree: GitWorktree
) -> None:
    repository.git("mv", "a.py", "z.py")
    assert _changes(worktree) == {"a.py": (_id("one\n"), None), "z.py": (None, _id("one\n"))}


def test_a_conflict_is_read_as_it_is_on_disk(
    repository: GitRepository, worktree: GitWorktree
) -> None:
    repository.git("checkout", "--quiet", "-b", "other")
    repository.commit({"a.py": "theirs\n"})
    repository.git("checkout", "--quiet", "main")
    repository.commit({"a.py": "ours\n"})
    with pytest.raises(subprocess.CalledProcessError):
        repository.git("merge", "other")
    on_disk = (repository.path / "a.py").read_text()
    assert "<<<<<<<" in on_disk
    assert _changes(worktree) == {"a.py": (_id("ours\n"), _id(on_disk))}


def test_ignored_and_irrelevant_files_are_not_read(
    repository: GitRepository, worktree: GitWorktree
) -> None:
    (repository.path / "x.log").write_text("ignored\n")
    (repository.path / "notes.txt").write_text("irrelevant\n")
    state = worktree.state(_python, 1000)
    assert (state.changes, state.differs) == ([], True)


def test_other_repositories_inside_are_left_alone(
    repository: GitRepository, worktree: GitWorktree
) -> None:
    GitRepository(repository.path / "inner").commit({"a.py": "inner\n"})
    assert _changes(worktree) == {}


def test_links_are_not_followed(repository: GitRepository, worktree: GitWorktree) -> None:
    (repository.path / "outside.py").symlink_to("/etc/hostname")
    (change,) = worktree.state(_python, 1000).changes
    assert change == Change(None, Entry("outside.py", "120000", "0" * 40, None))


def test_a_pipe_blocks_nothing(repository: GitRepository, worktree: GitWorktree) -> None:
    (repository.path / "a.py").unlink()
    os.mkfifo(repository.path / "a.py")
    ((_, after),) = worktree.state(_python, 1000).changes
    assert after is None or after.mode == "120000"


def test_a_large_file_is_not_read(repository: GitRepository, worktree: GitWorktree) -> None:
    (repository.path / "large.py").write_text("x" * 2000)
    ((_, after),) = worktree.state(_python, 1000).changes
    assert after == Entry("large.py", "100644", "0" * 40, 2000)


def test_a_path_that_is_no_text_survives(repository: GitRepository, worktree: GitWorktree) -> None:
    name = os.fsdecode(b"caf\xe9.py")
    (repository.path / name).write_text("new\n")
    assert _changes(worktree) == {name: (None, _id("new\n"))}


def test_a_file_with_a_known_signature_is_not_read_again(
    repository: GitRepository, worktree: GitWorktree, signatures: _Signatures
) -> None:
    place = repository.path / "new.py"
    place.write_text("new\n")
    found = place.stat()
    signature = Signature(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
    signatures.files[os.fsencode(place)] = (signature, "f" * 40)
    assert _changes(worktree) == {"new.py": (None, "f" * 40)}
    place.write_text("newer\n")
    assert _changes(worktree) == {"new.py": (None, _id("newer\n"))}


def test_a_file_that_just_changed_is_not_signed(
    repository: GitRepository, worktree: GitWorktree, signatures: _Signatures
) -> None:
    (repository.path / "new.py").write_text("new\n")
    worktree.state(_python, 1000)
    assert signatures.files == {}


def test_before_the_first_commit_there_is_nothing_to_compare_with(tmp_path: Path) -> None:
    repository = GitRepository(tmp_path / "fresh")
    worktree = GitWorktree(repository.path / ".git", repository.path, _Signatures())
    with pytest.raises(UnknownRevisionError, match="nothing has been committed"):
        worktree.state(_python, 1000)


def test_the_index_is_not_written(repository: GitRepository, worktree: GitWorktree) -> None:
    os.utime(repository.path / "a.py", (1, 1))
    before = (repository.path / ".git/index").read_bytes()
    assert _changes(worktree) == {}
    assert (repository.path / ".git/index").read_bytes() == before


def test_a_blob_has_the_id_that_git_gives_it(repository: GitRepository) -> None:
    content = read_file(os.fsencode(repository.path / "d/c.py"), 1000)
    assert content is not None
    assert blob_id(content) == repository.git("rev-parse", "HEAD:d/c.py")


@pytest.mark.parametrize("name", ["gone", "d", "."])
def test_what_is_no_file_is_not_read(repository: GitRepository, name: str) -> None:
    assert read_file(os.fsencode(repository.path / name), 1000) is None
