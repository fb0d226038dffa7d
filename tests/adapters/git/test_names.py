from pathlib import Path

import pytest

from bot.adapters.git.names import names
from tests.support.gitrepo import GitRepository


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    return GitRepository(tmp_path / "repository")


def test_revisions_are_answered_in_their_order(repository: GitRepository) -> None:
    first = repository.commit({"a.py": "1"})
    second = repository.commit({"a.py": "2"})
    tree = repository.git("rev-parse", "HEAD^{tree}")
    asked = ["HEAD^{commit}", "HEAD~1", f"{second}^{{tree}}"]
    assert names(repository.path / ".git", asked) == [second, first, tree]


def test_what_names_nothing_has_no_id(repository: GitRepository) -> None:
    commit = repository.commit({"a.py": "1"})
    asked = ["", "nonsense", "two words", "--all", "^HEAD", "0" * 40, f"{commit}:b.py", "HEAD"]
    assert names(repository.path / ".git", asked) == [None] * 7 + [commit]


def test_an_abbreviation_of_two_objects_names_neither(repository: GitRepository) -> None:
    repository.commit({"a.py": "142", "b.py": "784"})
    ids = [repository.git("rev-parse", f"HEAD:{path}") for path in ("a.py", "b.py")]
    assert [one[:4] for one in ids] == ["8324", "8324"]
    assert names(repository.path / ".git", ["8324", *ids]) == [None, *ids]
