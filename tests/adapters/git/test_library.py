import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.adapters.git.library import LibraryReader
from bot.adapters.git.objects import BlobReader
from tests.support.gitrepo import GitRepository

_LARGEST = 1000


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    return GitRepository(tmp_path / "repository")


def _asked(repository: GitRepository) -> Sequence[tuple[str, int]]:
    """Loose and packed blobs, deltas, one that is too large, a tree, and one that is not there."""
    text = "".join(f"line {number}\n" for number in range(80))
    repository.commit({"a.py": text, "empty.py": ""})
    repository.commit({"a.py": f"{text}more\n", "large.py": "x" * 5000})
    repository.git("repack", "-a", "-d", "-q")
    repository.commit({"loose.py": "loose\n"})
    names = ("HEAD~2:a.py", "HEAD:a.py", "HEAD:empty.py", "HEAD:large.py", "HEAD:loose.py")
    blobs = [repository.git("rev-parse", name) for name in names]
    tree = repository.git("rev-parse", "HEAD^{tree}")
    return [(one, _LARGEST) for one in (*blobs, tree, *blobs, "0" * 40, *blobs)]


def _both(
    git_dir: Path, asked: Sequence[tuple[str, int]]
) -> tuple[list[tuple[bytes | None, int]], list[tuple[bytes | None, int]]]:
    with LibraryReader(git_dir, asked) as library, BlobReader(git_dir, asked) as git:
        return list(library), list(git)


def test_the_library_reads_what_git_reads(repository: GitRepository) -> None:
    asked = _asked(repository)
    library, git = _both(repository.path / ".git", asked)
    assert library == git
    assert library[4] == (b"loose\n", 6)
    assert library[3] == (None, 5000)


def test_without_the_library_git_reads_all(
    repository: GitRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pygit2", None)
    library, git = _both(repository.path / ".git", _asked(repository))
    assert library == git


def test_a_linked_working_tree_has_the_blobs_of_its_repository(
    repository: GitRepository, tmp_path: Path
) -> None:
    asked = _asked(repository)
    repository.git("worktree", "add", "-q", str(tmp_path / "linked"))
    library, git = _both(repository.path / ".git" / "worktrees" / "linked", asked)
    assert library == git
    assert library[0][1] > 0


def test_borrowed_blobs_are_read(repository: GitRepository, tmp_path: Path) -> None:
    asked = _asked(repository)
    borrower = tmp_path / "borrower"
    repository.git("clone", "-q", "--shared", "--bare", str(repository.path), str(borrower))
    library, git = _both(borrower, asked)
    assert library == git
    assert library[0][1] > 0


def test_a_repository_with_ids_of_sha256_is_left_to_git(tmp_path: Path) -> None:
    repository = GitRepository(tmp_path / "repository")
    shutil.rmtree(repository.path / ".git")
    repository.git("init", "--quiet", "--object-format=sha256")
    repository.commit({"a.py": "a\n"})
    blob = repository.git("rev-parse", "HEAD:a.py")
    library, git = _both(repository.path / ".git", [(blob, _LARGEST)])
    assert library == git == [(b"a\n", 2)]


def test_a_damaged_pack_is_left_to_git(repository: GitRepository) -> None:
    asked = _asked(repository)
    (pack,) = (repository.path / ".git/objects/pack").glob("*.pack")
    pack.chmod(0o600)
    pack.write_bytes(pack.read_bytes()[:100])
    library, git = _both(repository.path / ".git", asked[4:5])
    assert library == git == [(b"loose\n", 6)]
