from pathlib import Path

import pytest

from bot.adapters.git.commits import GitCommits
from bot.domain.errors import InputError, UnknownRevisionError
from tests.support.gitrepo import GitRepository

LINES = "".join(f"line {number}\n" for number in range(40))


@pytest.fixture
def clone(tmp_path: Path) -> GitRepository:
    return GitRepository(tmp_path / "clone")


@pytest.fixture
def commits(clone: GitRepository) -> GitCommits:
    return GitCommits(clone.path / ".git")


def test_a_revision_becomes_a_commit(clone: GitRepository, commits: GitCommits) -> None:
    head = clone.commit({"a.py": ""})

    assert commits.resolve("main") == head


@pytest.mark.parametrize("revision", ["nowhere", "HEAD^", "--help", "a b", ""])
def test_a_revision_that_names_no_commit_is_the_users_to_correct(
    clone: GitRepository, commits: GitCommits, revision: str
) -> None:
    clone.commit({"a.py": ""})

    with pytest.raises(UnknownRevisionError):
        commits.resolve(revision)


def test_the_merge_base_is_where_two_branches_parted(
    clone: GitRepository, commits: GitCommits
) -> None:
    parted = clone.commit({"a.py": ""})
    clone.git("checkout", "--quiet", "-b", "topic")
    topic = clone.commit({"b.py": ""})
    clone.git("checkout", "--quiet", "main")
    main = clone.commit({"c.py": ""})

    assert commits.merge_base(topic, main) == parted


def test_unrelated_histories_have_no_merge_base(clone: GitRepository, commits: GitCommits) -> None:
    one = clone.commit({"a.py": ""})
    clone.git("checkout", "--quiet", "--orphan", "other")
    other = clone.commit({"a.py": "1\n"})

    assert commits.merge_base(one, other) is None


def test_a_folders_own_files_are_listed_without_links_and_folders(
    clone: GitRepository, commits: GitCommits
) -> None:
    (clone.path / ".github").mkdir()
    (clone.path / ".github" / "link.yml").symlink_to("canon.yml")
    head = clone.commit({".github/canon.yml": "", ".github/canon/a.yml": ""})

    assert commits.paths(head, ".github") == [".github/canon.yml"]


def test_files_are_read_whole_whatever_is_in_them(
    clone: GitRepository, commits: GitCommits
) -> None:
    head = clone.commit({"a b.py": b"\x00\n\xff", "empty.py": "", "[x].py": "x\n"})

    files = commits.files(head, ["a b.py", "empty.py", "[x].py", "missing.py"], largest=100)

    assert files == {"a b.py": b"\x00\n\xff", "empty.py": b"", "[x].py": b"x\n"}


def test_a_file_over_the_bound_is_refused_with_its_name(
    clone: GitRepository, commits: GitCommits
) -> None:
    head = clone.commit({"big.yml": "x" * 101})

    with pytest.raises(InputError, match=r"big\.yml has 101 bytes"):
        commits.files(head, ["big.yml"], largest=100)


def test_a_file_that_was_moved_and_changed_a_little_is_a_rename(
    clone: GitRepository, commits: GitCommits
) -> None:
    base = clone.commit({"old/\u00e9t\u00e9.py": LINES, "stays.py": LINES[:100]})
    head = clone.commit({"old/\u00e9t\u00e9.py": None, "new/name.py": LINES + "one more\n"})

    assert commits.renames(base, head) == {"old/\u00e9t\u00e9.py": "new/name.py"}


def test_what_came_after_a_commit_is_told_oldest_first_with_its_author(
    clone: GitRepository, commits: GitCommits
) -> None:
    start = clone.commit({"a.py": ""}, message="Start")
    one = clone.commit({"a.py": "1"}, message="One")
    two = clone.commit({"a.py": "2"}, message="Two")

    found = commits.first_parents(start, two, at_most=50)

    assert [(it.commit, it.subject) for it in found] == [(one, "One"), (two, "Two")]
    assert {it.author for it in found} == {"Ada"}


def test_only_the_last_of_many_commits_are_told(clone: GitRepository, commits: GitCommits) -> None:
    start = clone.commit({"a.py": ""})
    made = [clone.commit({"a.py": str(number)}) for number in range(4)]

    found = commits.first_parents(start, made[-1], at_most=2)

    assert [it.commit for it in found] == made[-2:]


def test_nothing_comes_after_the_last_commit(clone: GitRepository, commits: GitCommits) -> None:
    head = clone.commit({"a.py": ""})

    assert commits.first_parents(head, head, at_most=2) == []


def test_a_renamed_file_is_changed_at_both_of_its_paths(
    clone: GitRepository, commits: GitCommits
) -> None:
    base = clone.commit({"old.py": LINES, "stays.py": LINES, "café.py": ""})
    head = clone.commit({"old.py": None, "new.py": LINES, "café.py": "1"})

    assert sorted(commits.changed(base, head)) == ["café.py", "new.py", "old.py"]


def test_all_paths_are_those_of_regular_files_in_every_folder(
    clone: GitRepository, commits: GitCommits
) -> None:
    head = clone.commit({"a.py": "", "b/c d.py": "", "b/e/\N{LATIN SMALL LETTER E WITH ACUTE}": ""})

    assert commits.all_paths(head) == [
        "a.py",
        "b/c d.py",
        "b/e/\N{LATIN SMALL LETTER E WITH ACUTE}",
    ]


def test_a_line_comes_from_the_commit_that_wrote_it(
    clone: GitRepository, commits: GitCommits
) -> None:
    first = clone.commit({"a.py": LINES})
    head = clone.commit({"a.py": "new\n" + LINES})

    origins = [commits.origin(head, "a.py", line) for line in (1, 2)]

    assert [origin and origin.commit for origin in origins] == [head, first]
    assert all(origin and origin.author and origin.subject for origin in origins)


@pytest.mark.parametrize(("path", "line"), [("a.py", 99), ("b.py", 1), ("--help", 1)])
def test_a_line_that_is_not_there_comes_from_nowhere(
    clone: GitRepository, commits: GitCommits, path: str, line: int
) -> None:
    head = clone.commit({"a.py": LINES})

    assert commits.origin(head, path, line) is None


def test_who_wrote_a_line_can_be_called_anything(clone: GitRepository, commits: GitCommits) -> None:
    clone.commit({"a.py": LINES})
    name = "x\N{LINE SEPARATOR}committer-time y <z>"
    clone.git("commit", "--quiet", "--amend", "--no-edit", "--author", f"{name} <a@b.example>")

    origin = commits.origin(commits.resolve("main"), "a.py", 1)

    assert origin is not None
    assert origin.author.startswith("x")
