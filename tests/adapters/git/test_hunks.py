from pathlib import Path
from random import Random

import pytest

from bot.adapters.git.hunks import hunks
from bot.domain.hunk import Hunk, moved
from tests.support.gitrepo import GitRepository

LINES = [f"line {number}" for number in range(40)]


@pytest.fixture
def clone(tmp_path: Path) -> GitRepository:
    return GitRepository(tmp_path / "clone")


def text(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def test_every_line_that_did_not_change_is_found_where_it_moved(clone: GitRepository) -> None:
    random = Random(7)  # noqa: S311 - lines, not secrets
    before = {f"f{n}.py": list(LINES) for n in range(20)}
    after = {}
    for path, lines in before.items():
        changed = list(lines)
        for _ in range(random.randrange(1, 6)):
            at = random.randrange(len(changed))
            changed[at : at + random.randrange(3)] = [f"new {random.random()}"] * random.randrange(
                3
            )
        after[path] = changed
    base = clone.commit({path: text(lines) for path, lines in before.items()})
    head = clone.commit({path: text(lines) for path, lines in after.items()})
    found = hunks(clone.path / ".git", base, head, sorted(before))
    for path, lines in before.items():
        for number, line in enumerate(lines, start=1):
            there = moved(number, found.get(path, ()))
            assert (there is None) == (line not in after[path])
            if there is not None:
                assert after[path][there - 1] == line


def test_a_renamed_file_is_named_as_it_is_called_at_the_head(clone: GitRepository) -> None:
    base = clone.commit({'o"l\nd ü.py': text(LINES), "b.py": "1\n"})
    clone.git("mv", 'o"l\nd ü.py', "new ü.py")
    head = clone.commit({"new ü.py": text(["x", *LINES]), "b.py": "2\n"})
    found = hunks(clone.path / ".git", base, head, ['o"l\nd ü.py', "new ü.py", "b.py"])
    assert found == {"new ü.py": (Hunk(0, 0, 1, 1),), "b.py": (Hunk(1, 1, 1, 1),)}


def test_a_working_directory_can_be_the_head(clone: GitRepository) -> None:
    base = clone.commit({"a.py": text(LINES)})
    (clone.path / "a.py").write_text(text(LINES[1:]))
    assert hunks(clone.path / ".git", base, clone.path, ["a.py"]) == {"a.py": (Hunk(1, 1, 0, 0),)}


def test_a_file_that_became_a_link_has_no_lines(clone: GitRepository) -> None:
    base = clone.commit({"a.py": "x\n", "b.py": "x\n"})
    (clone.path / "a.py").unlink()
    (clone.path / "a.py").symlink_to("b.py")
    head = clone.commit({"b.py": "diff --git a/a.py b/a.py\n@@ -1 +1 @@\n"})
    found = hunks(clone.path / ".git", base, head, ["a.py", "b.py"])
    assert found == {"b.py": (Hunk(1, 1, 1, 2),)}
