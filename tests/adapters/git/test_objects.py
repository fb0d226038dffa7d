import os
from pathlib import Path

import psutil
import pytest

from bot.adapters.git.objects import BlobReader, GitTrees
from bot.domain.errors import CouldNotCheckError, UnknownRevisionError
from bot.ports.scanning import Change, Entry
from tests.support.gitrepo import GitRepository


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    return GitRepository(tmp_path / "repository")


@pytest.fixture
def trees(repository: GitRepository) -> GitTrees:
    return GitTrees(repository.path / ".git")


def _tree(repository: GitRepository, revision: str = "HEAD") -> str:
    return repository.git("rev-parse", f"{revision}^{{tree}}")


def test_the_tree_of_a_commit_is_known(repository: GitRepository, trees: GitTrees) -> None:
    commit = repository.commit({"a.py": "x"})
    assert trees.of_commit(commit) == _tree(repository)
    assert trees.known(_tree(repository))


@pytest.mark.parametrize("revision", ["0" * 40, "nonsense", "--all", ""])
def test_an_unknown_commit_is_an_error(
    repository: GitRepository, trees: GitTrees, revision: str
) -> None:
    repository.commit({"a.py": "x"})
    with pytest.raises(UnknownRevisionError):
        trees.of_commit(revision)
    assert not trees.known("0" * 40)


def test_ancestors_come_nearest_first(repository: GitRepository, trees: GitTrees) -> None:
    commits = [repository.commit({"a.py": f"{number}"}) for number in range(4)]
    expected = [_tree(repository, commit) for commit in reversed(commits[:3])]
    assert trees.of_ancestors(commits[3]) == expected
    assert trees.of_ancestors(commits[0]) == []


def test_every_entry_is_listed_with_its_size(repository: GitRepository, trees: GitTrees) -> None:
    (repository.path / "link.py").symlink_to("a.py")
    tool = repository.path / "tool.py"
    tool.write_text("")
    tool.chmod(0o755)
    repository.commit({"a.py": "12345", "d/e/b.py": ""})
    entries = {entry.path: (entry.mode, entry.size) for entry in trees.entries(_tree(repository))}
    assert entries == {
        "a.py": ("100644", 5),
        "d/e/b.py": ("100644", 0),
        "link.py": ("120000", 4),
        "tool.py": ("100755", 0),
    }


def test_submodules_have_no_size(repository: GitRepository, trees: GitTrees) -> None:
    commit = repository.commit({"a.py": ""})
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{commit},lib/sub")
    repository.git("commit", "--quiet", "--message", "a submodule")
    assert Entry("lib/sub", "160000", commit, None) in list(trees.entries(_tree(repository)))


@pytest.mark.parametrize(
    "name", [b"caf\xe9.py", b"new\nline.py", b'quo"te.py', "größe.py".encode(), b"tab\t.py"]
)
def test_odd_paths_survive(repository: GitRepository, trees: GitTrees, name: bytes) -> None:
    before = repository.commit({"a.py": ""})
    (Path(os.fsdecode(os.fsencode(repository.path) + b"/" + name))).write_text("x")
    after = repository.commit({})
    assert os.fsdecode(name) in [entry.path for entry in trees.entries(_tree(repository))]
    (change,) = trees.changes(_tree(repository, before), _tree(repository, after))
    assert change.before is None
    assert change.after is not None
    assert os.fsencode(change.after.path) == name


def test_a_tree_that_is_not_there_is_an_error(trees: GitTrees) -> None:
    with pytest.raises(CouldNotCheckError, match="ls-tree"):
        list(trees.entries("0" * 40))


def test_a_listing_may_be_left_half_way(repository: GitRepository, trees: GitTrees) -> None:
    repository.commit({f"f{number}.py": "" for number in range(50)})
    listing = trees.entries(_tree(repository))
    assert next(listing).path == "f0.py"
    listing.close()  # type: ignore[attr-defined]


def test_changes_say_what_was_and_what_is(repository: GitRepository, trees: GitTrees) -> None:
    before = repository.commit(
        {"kept.py": "k", "changed.py": "1", "gone.py": "g", "moved.py": "m" * 99}
    )
    repository.git("mv", "moved.py", "elsewhere.py")
    after = repository.commit({"changed.py": "2", "gone.py": None, "new.py": "n"})

    def entry(revision: str, path: str) -> Entry:
        return Entry(path, "100644", repository.git("rev-parse", f"{revision}:{path}"))

    assert trees.changes(_tree(repository, before), _tree(repository, after)) == [
        Change(entry(before, "changed.py"), entry(after, "changed.py")),
        Change(None, entry(after, "elsewhere.py")),
        Change(entry(before, "gone.py"), None),
        Change(entry(before, "moved.py"), None),
        Change(None, entry(after, "new.py")),
    ]


def test_renames_are_those_that_git_finds(repository: GitRepository, trees: GitTrees) -> None:
    text = "".join(f"line {number}\n" for number in range(20))
    before = repository.commit({"a.py": text, "b.py": "x"})
    repository.git("mv", "a.py", "c.py")
    after = repository.commit({"c.py": f"{text}more\n", "b.py": None, "d.py": "y"})
    found = trees.renames(_tree(repository, before), _tree(repository, after))
    assert found == {"a.py": "c.py"}


def test_blobs_are_read_in_the_order_asked(repository: GitRepository) -> None:
    repository.commit({"a": "one\n", "b": b"\0\xff\n\n", "c": "", "d": "x" * 100})
    blobs = [repository.git("rev-parse", f"HEAD:{name}") for name in "dabca"]
    with BlobReader(repository.path / ".git", [(blob, 50) for blob in blobs]) as reader:
        assert list(reader) == [
            (None, 100),
            (b"one\n", 4),
            (b"\0\xff\n\n", 4),
            (b"", 0),
            (b"one\n", 4),
        ]


def test_what_is_no_blob_is_not_read(repository: GitRepository) -> None:
    commit = repository.commit({"a": "one\n"})
    asked = ["0" * 40, commit, _tree(repository), repository.git("rev-parse", "HEAD:a")]
    with BlobReader(repository.path / ".git", [(blob, 50) for blob in asked]) as reader:
        assert list(reader) == [(None, -1), (None, -1), (None, -1), (b"one\n", 4)]


def test_thousands_of_blobs_block_nothing(repository: GitRepository) -> None:
    repository.commit({f"f{number}": f"{number}" for number in range(300)})
    blobs = [repository.git("rev-parse", f"HEAD:f{number}") for number in (0, 150, 299)] * 2000
    with BlobReader(repository.path / ".git", [(blob, 50) for blob in blobs]) as reader:
        assert [content for content, _ in reader] == [b"0", b"150", b"299"] * 2000


def test_without_a_repository_reading_is_an_error(tmp_path: Path) -> None:
    with (
        BlobReader(tmp_path, [("0" * 40, 50)]) as reader,
        pytest.raises(CouldNotCheckError, match="git stopped"),
    ):
        list(reader)


def test_a_listing_that_was_begun_ahead_is_the_same(
    repository: GitRepository, trees: GitTrees
) -> None:
    repository.commit({f"{number}/a.py": f"{number}" for number in range(20)})
    tree = _tree(repository)
    trees.list_ahead(tree)
    trees.list_ahead(tree)
    assert list(trees.entries(tree)) == list(trees.entries(tree))
    assert len(list(trees.entries(tree))) == 20


def test_a_listing_that_nobody_read_ends_with_its_reader(
    repository: GitRepository, trees: GitTrees
) -> None:
    repository.commit({"a.py": "x"})
    trees.list_ahead(_tree(repository))
    (listing,) = psutil.Process().children()
    trees.close()
    assert not listing.is_running()
