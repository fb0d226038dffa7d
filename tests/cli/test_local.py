"""Where the commands find a repository."""

from pathlib import Path

import pytest

from bot.cli.local import Clone, cache_directory, clone_around, find_clone
from bot.domain.errors import InputError
from tests.support.gitrepo import GitRepository


def test_a_clone_is_found_from_any_folder_inside(tmp_path: Path) -> None:
    repository = GitRepository(tmp_path / "clone")
    inside = repository.path / "a/b"
    inside.mkdir(parents=True)
    assert find_clone(inside) == Clone(repository.path / ".git", repository.path)


def test_a_bare_repository_has_no_directory(tmp_path: Path) -> None:
    GitRepository(tmp_path / "clone").git("init", "--quiet", "--bare", str(tmp_path / "bare.git"))
    assert find_clone(tmp_path / "bare.git") == Clone(tmp_path / "bare.git", None)


def test_a_second_working_tree_leads_to_its_own_git_directory(tmp_path: Path) -> None:
    repository = GitRepository(tmp_path / "clone")
    repository.commit({"a.md": "x"})
    repository.git("worktree", "add", "--quiet", str(tmp_path / "second"))
    found = find_clone(tmp_path / "second")
    assert found == Clone(repository.path / ".git/worktrees/second", tmp_path / "second")


def test_where_there_is_no_repository_the_next_step_is_told(tmp_path: Path) -> None:
    assert clone_around(tmp_path) is None
    with pytest.raises(InputError, match="--repo DIR"):
        find_clone(tmp_path)


def test_the_cache_is_where_the_user_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANON_CACHE_DIR", str(tmp_path / "mine"))
    assert cache_directory() == tmp_path / "mine"
    monkeypatch.delenv("CANON_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "platform"))
    assert cache_directory().name == "canon"
