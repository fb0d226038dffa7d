"""The source lines behind violations."""

from pathlib import Path

import pytest

from bot.cli.local import open_local
from bot.cli.sources import Lines, lines_of
from tests.support.gitrepo import GitRepository
from tests.support.scans import violation

ODD = "b\u00e9 c\n.py"
FILES = {
    "a.py": b"one\ntwo\nthree",
    "windows.py": b"one\r\ntwo\r\n",
    "old.py": b"one\rtwo\r",
    "latin.py": b"caf\xe9\n",
    "empty.py": b"",
    "link.py": b"gone",
    ODD: b"one\n",
}


@pytest.fixture
def clone(tmp_path: Path) -> GitRepository:
    found = GitRepository(tmp_path / "clone")
    found.commit(FILES)
    return found


def read(clone: GitRepository, *places: tuple[str, int], commit: bool) -> Lines:
    wanted = [violation(path, line) for path, line in places]
    head = clone.git("rev-parse", "HEAD") if commit else None
    with open_local(clone.path, cached=False) as local:
        return lines_of(wanted, local, head)


@pytest.mark.parametrize("commit", [True, False])
@pytest.mark.parametrize(
    ("path", "line", "text"),
    [
        ("a.py", 1, "one"),
        ("a.py", 3, "three"),
        ("windows.py", 2, "two"),
        ("old.py", 2, "two"),
        ("latin.py", 1, "caf\ufffd"),
    ],
)
def test_a_line_is_found_whatever_ends_it(
    clone: GitRepository, path: str, line: int, text: str, commit: bool
) -> None:
    assert read(clone, (path, line), commit=commit) == {(path, line): text}


@pytest.mark.parametrize("commit", [True, False])
def test_a_line_that_is_not_there_is_absent(clone: GitRepository, commit: bool) -> None:
    assert read(clone, ("empty.py", 9), ("a.py", 4), commit=commit) == {}


def test_a_path_with_a_line_end_is_left_out_and_spoils_nothing(clone: GitRepository) -> None:
    assert read(clone, (ODD, 1), ("a.py", 1), commit=True) == {("a.py", 1): "one"}


def test_a_link_in_the_directory_is_not_followed(clone: GitRepository, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret\n")
    (clone.path / "link.py").unlink()
    (clone.path / "link.py").symlink_to(secret)
    assert read(clone, ("link.py", 1), commit=False) == {}


def test_many_files_are_read_in_several_goes(clone: GitRepository) -> None:
    many = {f"many/{n:04}.py": f"line {n}\n" for n in range(1_200)}
    clone.commit(many)
    found = read(clone, *((path, 1) for path in many), commit=True)
    assert found == {(path, 1): text.strip() for path, text in many.items()}
