"""`canon compare` on real repositories."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli.main import run
from tests.cli.shop import USES_FACTORY, USES_LEGACY, branch, configured
from tests.support.gitrepo import GitRepository


def compared(
    capsys: pytest.CaptureFixture[str], repository: GitRepository, status: int, *options: str
) -> dict[str, Any]:
    arguments = ["compare", "--repo", str(repository.path), "--base", "main", "--format", "json"]
    assert run([*arguments, *options]) == status
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def paths(found: dict[str, Any], what: str) -> list[str]:
    return [one["path"] for migration in found["migrations"] for one in migration[what]]


def test_an_added_violation_fails_with_1(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    head = branch(repository, "feature", {"shop/d.py": USES_LEGACY})
    found = compared(capsys, repository, 1)
    assert found["verdict"] == "fail"
    assert paths(found, "added") == ["shop/d.py"]
    assert (found["base"], found["head"]) == (repository.git("rev-parse", "main"), head)


def test_a_removed_violation_passes_with_0(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    branch(repository, "feature", {"shop/a.py": USES_FACTORY})
    found = compared(capsys, repository, 0)
    assert found["verdict"] == "pass"
    assert paths(found, "removed") == ["shop/a.py"]
    (rule, _) = found["migrations"][0]["rules"]
    assert (rule["base"], rule["head"], rule["limit"], rule["met"]) == (3, 2, 3, False)


def test_a_renamed_file_is_kept(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    branch(repository, "feature", {"shop/a.py": None, "shop/sub/renamed.py": USES_LEGACY})
    found = compared(capsys, repository, 0)
    assert (paths(found, "added"), paths(found, "removed")) == ([], [])
    assert found["migrations"][0]["kept"] == 3


def test_what_the_base_did_meanwhile_is_not_held_against_the_head(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    branch(repository, "feature", {"docs.md": "x"})
    repository.git("switch", "--quiet", "main")
    start = repository.git("rev-parse", "main")
    repository.commit({"shop/a.py": USES_FACTORY})
    found = compared(capsys, repository, 0, "--head", "feature")
    assert paths(found, "added") == []
    assert found["merge_base"] == start


def test_without_the_merge_base_the_base_is_taken_as_it_is(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    branch(repository, "feature", {"docs.md": "x"})
    repository.git("switch", "--quiet", "main")
    repository.commit({"shop/a.py": USES_FACTORY})
    found = compared(capsys, repository, 1, "--head", "feature", "--no-merge-base")
    assert paths(found, "added") == ["shop/a.py"]


def test_the_configuration_is_the_bases(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    weaker = {"shop/d.py": USES_LEGACY, ".github/canon.yml": configured("detect")}
    branch(repository, "feature", weaker)
    found = compared(capsys, repository, 1)
    assert found["migrations"][0]["phase"] == "migrate"


def test_another_configuration_can_be_named(
    repository: GitRepository, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    branch(repository, "feature", {"shop/d.py": USES_LEGACY})
    other = tmp_path / "other.yml"
    other.write_text(configured("detect"))
    found = compared(capsys, repository, 0, "--config", str(other))
    assert found["verdict"] == "neutral"


def test_the_text_shows_what_was_added_and_why_it_fails(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    branch(repository, "feature", {"shop/d.py": USES_LEGACY})
    assert run(["compare", "--repo", str(repository.path), "--base", "main"]) == 1
    told = capsys.readouterr().out
    assert "2:25  from shop.legacy import make  -> shop.factory.make" in told
    assert "  legacy-import: 3 -> 4 (1 added, limit 3)" in told
    assert "  legacy-import, added" in told
    assert "\nfail: 1 violation added\n" in told


def test_unrelated_histories_are_wrong_input(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.git("switch", "--quiet", "--orphan", "other")
    repository.commit({"x.md": "x"})
    assert run(["compare", "--repo", str(repository.path), "--base", "main"]) == 2
    assert "--no-merge-base" in capsys.readouterr().err


def test_the_base_must_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compare"]) == 2
    assert "--base" in capsys.readouterr().err


def test_what_is_added_above_an_older_one_is_named_where_it_was_added(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    text = f"from shop.legacy import make as first\n{USES_LEGACY}"
    branch(repository, "feature", {"shop/a.py": text})
    (added,) = compared(capsys, repository, 1)["migrations"][0]["added"]
    assert added["line"] == 1


def test_in_a_working_directory_it_is_named_where_it_was_added_too(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository.path / "shop/a.py").write_text(f"from shop.legacy import make as f\n{USES_LEGACY}")
    arguments = ["check", "--repo", str(repository.path), "--base", "main", "--worktree"]
    assert run(arguments) == 1
    assert "`shop/a.py:1`" in capsys.readouterr().out


def test_the_json_has_the_lines_to_write_instead(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    branch(repository, "feature", {"shop/d.py": USES_LEGACY})
    (added,) = compared(capsys, repository, 1)["migrations"][0]["added"]
    assert added["suggestion"] == {
        "start_line": 2,
        "end_line": 2,
        "text": "from shop.factory import make",
    }
