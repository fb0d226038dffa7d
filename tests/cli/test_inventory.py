"""`canon inventory` on a real repository."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli.main import run
from tests.cli.shop_tests import CONFIGURATION, shop_with_tests
from tests.support.gitrepo import GitRepository


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    return shop_with_tests(tmp_path / "shop")


def inventory(
    capsys: pytest.CaptureFixture[str], repository: GitRepository, *options: str
) -> dict[str, Any]:
    command = ["inventory", "--repo", str(repository.path), "--format", "json", *options]
    assert run(command) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_json_says_what_is_documented(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    found = inventory(capsys, repository, "--migration", "7")
    assert found["commit"] == repository.git("rev-parse", "HEAD")
    assert (found["version"], found["migration"], found["considered"]) == (1, 7, 4)
    assert found["totals"] == {
        "files": 4,
        "support": 0,
        "tests": 5,
        "cases": 5,
        "lines": 29,
        "import_paths": ["shop.factory", "shop.legacy"],
        "to_change": 2,
        "risk": {"high": 2, "medium": 1, "low": 1},
        "weak": 1,
    }
    assert [file["path"] for file in found["files"]] == [
        "tests/e2e/test_staging.py",
        "tests/smoke/test_smoke.py",
        "tests/unit/test_patched.py",
        "tests/unit/test_events.py",
    ]
    smoke = found["files"][1]
    assert smoke["reasons"] == [
        "category smoke, which guards the migration, runs it",
        "called critical: smoke",
        "called critical: test_smoke.py",
        "1 import must change: shop.legacy.make",
    ]
    assert smoke["touches"] == [
        {
            "rule": "legacy-import",
            "via": "import",
            "symbol": "shop.legacy.make",
            "path": "tests/smoke/test_smoke.py",
            "line": 1,
            "module": "shop.legacy",
            "must_change": True,
            "replacement": "shop.factory.make",
        }
    ]
    assert smoke["weak"] == [
        {
            "name": "TestMake::test_nothing",
            "weakness": "no_assertion",
            "cannot_fail": False,
            "line": 8,
            "reason": "neither it nor what it calls asserts anything",
        }
    ]
    assert found["rules_that_name_nothing"] == ["old-file"]


def test_text_begins_with_the_sums_and_shows_the_riskiest_first(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["inventory", "--repo", str(repository.path)]) == 0
    out = capsys.readouterr().out
    lines = out.splitlines()
    assert lines[0] == "#7 One factory: 4 files, 2 import paths"
    assert "  risk: 2 high, 1 medium, 1 low" in lines
    paths = [line.split()[1] for line in lines if line.startswith(("high", "medium", "low"))]
    assert paths[0] == "tests/e2e/test_staging.py"
    assert "    1: shop.legacy.make -> shop.factory.make" in lines
    assert "test_nothing: no assertion" in out
    assert "\x1b" not in out


def test_markdown_is_what_a_slash_command_would_answer(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["inventory", "--repo", str(repository.path), "--format", "markdown"]) == 0
    out = capsys.readouterr().out
    assert "4 files, 2 import paths" in out
    assert "`shop.legacy.make` → `shop.factory.make`" in out
    assert "### Weak tests" in out


def test_a_revision_and_the_directory_are_told_apart(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository.path / "tests/unit/test_new.py").write_text(
        "from shop.legacy import make\n\n\ndef test_new():\n    assert make(2)\n"
    )
    (repository.path / "tests/e2e/test_staging.py").unlink()
    assert inventory(capsys, repository)["totals"]["files"] == 4
    present = inventory(capsys, repository, "--worktree")
    assert present["commit"] == repository.git("rev-parse", "HEAD") + "+worktree"
    assert [file["path"] for file in present["files"]] == [
        "tests/smoke/test_smoke.py",
        "tests/unit/test_new.py",
        "tests/unit/test_patched.py",
        "tests/unit/test_events.py",
    ]


def test_a_bare_clone_has_an_inventory_too(
    repository: GitRepository, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    assert run(["inventory", "--repo", str(tmp_path / "bare.git")]) == 0
    assert "4 files" in capsys.readouterr().out
    assert run(["inventory", "--repo", str(tmp_path / "bare.git"), "--worktree"]) == 2


@pytest.mark.parametrize("command", ["inventory", "plan"])
def test_one_of_several_migrations_must_be_named(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = "  - {issue: 8, title: Later, phase: detect, rules: []}\n"
    repository = shop_with_tests(tmp_path / "two", CONFIGURATION + more)
    assert run([command, "--repo", str(repository.path)]) == 2
    assert "name one migration with --migration N; there are: 7, 8" in capsys.readouterr().err
    assert run([command, "--repo", str(repository.path), "--migration", "9"]) == 2
    assert run([command, "--repo", str(repository.path), "--migration", "8"]) == 0


def test_what_a_repository_writes_cannot_drive_the_terminal(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository.path / "tests/test_\x1b[31m.py").write_text("import shop.legacy\n")
    for command in ("inventory", "plan"):
        assert run([command, "--repo", str(repository.path), "--worktree"]) == 0
        assert "\x1b" not in capsys.readouterr().out
