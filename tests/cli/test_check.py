"""`canon check` on real repositories: what a pull request would be told."""

from pathlib import Path

import pytest

from bot.cli.main import run
from tests.cli.shop import USES_FACTORY, USES_LEGACY, branch, configured
from tests.support.gitrepo import GitRepository


def checked(
    capsys: pytest.CaptureFixture[str], repository: GitRepository, *options: str
) -> tuple[int, str]:
    status = run(["check", "--repo", str(repository.path), "--base", "main", *options])
    return status, capsys.readouterr().out


def test_a_change_that_adds_gets_the_comment_and_1(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    branch(repository, "feature", {"shop/d.py": USES_LEGACY})
    status, told = checked(capsys, repository)
    assert status == 1
    assert told.startswith("### ❌ 1 violation added\n")
    assert "- `shop/d.py:2`" in told
    assert "write `shop.factory.make` instead of `shop.legacy.make`" in told


def test_a_change_that_removes_gets_the_comment_and_0(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    branch(repository, "feature", {"shop/a.py": USES_FACTORY})
    status, told = checked(capsys, repository, "--no-tests")
    assert status == 0
    assert told.startswith("### ✅ 1 violation removed, none added\n")
    assert "3 → 2" in told


def test_where_there_is_nothing_to_say_one_line_says_so(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    branch(repository, "feature", {"docs.md": "x"})
    status, told = checked(capsys, repository)
    assert (status, told.count("\n")) == (0, 1)
    assert "nothing to say" in told


def test_the_directory_is_checked_before_anything_is_committed(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository.path / "shop/d.py").write_text(USES_LEGACY)
    assert checked(capsys, repository)[0] == 0
    status, told = checked(capsys, repository, "--worktree")
    assert status == 1
    assert "`shop/d.py:2`" in told
    assert "+worktree" in told


def test_a_file_renamed_in_the_directory_is_kept(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.git("mv", "shop/a.py", "shop/renamed.py")
    status, told = checked(capsys, repository, "--worktree")
    assert (status, told.count("\n")) == (0, 1)


def test_what_the_change_would_make_of_the_gate_is_shown(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    branch(repository, "feature", {".github/canon.yml": configured("detect")})
    status, told = checked(capsys, repository)
    assert status == 0
    assert "goes from phase `migrate` to `detect` **(asks for less)**" in told


def test_a_configuration_that_would_break_the_gate_fails(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    branch(repository, "feature", {".github/canon.yml": configured("never")})
    status, told = checked(capsys, repository)
    assert status == 1
    assert "`.github/canon.yml:5:12`" in told


def test_the_first_configuration_gets_a_preview(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    repository = GitRepository(tmp_path / "plain")
    repository.commit({"shop/a.py": USES_LEGACY})
    branch(repository, "feature", {".github/canon.yml": configured()})
    status, told = checked(capsys, repository)
    assert status == 0
    assert told.startswith("### ℹ️ Preview: 1 violation of 2 rules\n")  # noqa: RUF001


def test_head_and_directory_exclude_each_other(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    assert checked(capsys, repository, "--head", "main", "--worktree")[0] == 2


def test_tests_are_run_on_what_is_committed(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--base", "main", "--worktree", "--tests"]
    assert run(["check", "--repo", str(repository.path), *options]) == 2
    assert "--tests needs a commit" in capsys.readouterr().err


def test_tests_that_guard_and_cannot_be_run_are_not_passed(
    repository: GitRepository,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CANON_SANDBOX", "off")
    category = "    tests:\n      - {category: guard, run: pytest}\n"
    repository.commit({".github/canon.yml": configured() + category})
    branch(repository, "feature", {"docs.md": "x"})

    status, told = checked(capsys, repository, "--tests")

    assert status == 3
    assert told.startswith("### ⚠️ No violation added; tests could not be checked: guard\n")
    assert "the sandbox is switched off" in told
    assert checked(capsys, repository)[0] == 0


def test_what_was_added_comes_with_the_exact_lines_to_write_instead(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "def f():\n    from shop.legacy import (\n        make as m,  # ```\n        d,\n    )\n"
    branch(repository, "feature", {"shop/d.py": text})
    assert run(["check", "--repo", str(repository.path), "--base", "main"]) == 1
    lines = text.replace("shop.legacy", "shop.factory").partition("\n")[2]
    said = capsys.readouterr().out
    assert f"````suggestion\n{lines}````\n" in said
    assert said.count("suggestion\n") == 1, "two violations of one statement share it"


def test_what_cannot_be_told_for_certain_has_no_suggestion(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    branch(repository, "feature", {"shop/d.py": "import shop.legacy\nshop.legacy.make()\n"})
    assert run(["check", "--repo", str(repository.path), "--base", "main"]) == 1
    assert "suggestion" not in capsys.readouterr().out
