"""`canon scan` on real repositories."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli.main import run
from tests.cli.shop import USES_FACTORY, USES_LEGACY, branch, configured
from tests.support.gitrepo import GitRepository


def scanned(
    capsys: pytest.CaptureFixture[str], repository: GitRepository, *options: str
) -> dict[str, Any]:
    assert run(["scan", "--repo", str(repository.path), "--format", "json", *options]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def places(found: dict[str, Any]) -> list[str]:
    return [f"{one['path']}:{one['line']}:{one['column']}" for one in found["violations"]]


def test_a_scan_finds_what_head_has(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    found = scanned(capsys, repository)
    assert found["commit"] == repository.git("rev-parse", "HEAD")
    assert places(found) == ["shop/a.py:2:25", "shop/b.py:2:25", "shop/c.py:2:25"]
    assert found["violations"][0]["replacement"] == "shop.factory.make"


def test_a_scan_of_a_revision_finds_what_that_had(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    branch(repository, "feature", {"shop/a.py": USES_FACTORY})
    assert len(places(scanned(capsys, repository))) == 2
    assert len(places(scanned(capsys, repository, "--rev", "main"))) == 3


def test_a_scan_of_the_directory_sees_what_is_not_committed(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository.path / "shop/new.py").write_text(USES_LEGACY)
    (repository.path / "shop/a.py").write_text(USES_FACTORY)
    found = scanned(capsys, repository, "--worktree")
    assert places(found) == ["shop/b.py:2:25", "shop/c.py:2:25", "shop/new.py:2:25"]
    assert found["commit"] == repository.git("rev-parse", "HEAD") + "+worktree"


def test_a_bare_clone_is_scanned_too(
    repository: GitRepository, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    assert run(["scan", "--repo", str(tmp_path / "bare.git"), "--format", "json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["violations"]) == 3


def test_a_bare_clone_has_no_directory_to_scan(
    repository: GitRepository, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    assert run(["scan", "--repo", str(tmp_path / "bare.git"), "--worktree"]) == 2
    assert "no working directory" in capsys.readouterr().err


def test_a_scan_can_start_anywhere_inside_the_clone(
    repository: GitRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository.path / "shop")
    assert run(["scan"]) == 0


def test_the_text_shows_the_line_and_what_to_write(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["scan", "--repo", str(repository.path)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "#7 One factory (migrate)"
    assert "  legacy-import P1: 3 violations in 3 files, target 0" in told
    assert "      2:25  from shop.legacy import make  -> shop.factory.make" in told


@pytest.mark.parametrize("rev", [(), ("--worktree",)])
def test_source_lines_come_from_what_was_scanned(
    repository: GitRepository, capsys: pytest.CaptureFixture[str], rev: tuple[str, ...]
) -> None:
    edited = USES_LEGACY.replace("make\n", "make  # edited\n", 1)
    (repository.path / "shop/a.py").write_text(edited)
    assert run(["scan", "--repo", str(repository.path), *rev]) == 0
    assert ("# edited" in capsys.readouterr().out) == bool(rev)


@pytest.mark.parametrize(
    ("fail_on", "status"), [("P0", 0), ("P1", 1), ("P2", 1), ("P3", 1), ("any", 1)]
)
def test_fail_on_exits_with_1_for_that_severity_or_graver(
    repository: GitRepository, fail_on: str, status: int
) -> None:
    assert run(["scan", "--repo", str(repository.path), "--fail-on", fail_on]) == status


def test_fail_on_exits_with_0_when_nothing_is_found(repository: GitRepository) -> None:
    fixed = {f"shop/{name}.py": USES_FACTORY for name in "abc"}
    repository.commit(fixed)
    assert run(["scan", "--repo", str(repository.path), "--fail-on", "any"]) == 0


def test_another_configuration_can_be_named(
    repository: GitRepository, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.yml"
    other.write_text(configured().replace("shop.legacy", "os"))
    found = scanned(capsys, repository, "--config", str(other))
    assert places(found)[0] == "shop/a.py:1:8"


def test_one_migration_can_be_asked_for(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(scanned(capsys, repository, "--migration", "7")["migrations"]) == 1
    assert run(["scan", "--repo", str(repository.path), "--migration", "8"]) == 2
    assert "there are: 7" in capsys.readouterr().err


def test_the_directory_may_have_a_configuration_that_is_not_committed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    repository = GitRepository(tmp_path / "plain")
    repository.commit({"shop/a.py": USES_LEGACY})
    assert run(["scan", "--repo", str(repository.path)]) == 2
    assert "--config FILE" in capsys.readouterr().err
    (repository.path / ".github").mkdir()
    (repository.path / ".github/canon.yml").write_text(configured())
    assert len(places(scanned(capsys, repository, "--worktree"))) == 1


def test_an_invalid_configuration_exits_with_2_and_every_problem(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = configured().replace("phase: migrate", "phrase: migrate").replace("P1", "P7")
    repository.commit({".github/canon.yml": broken})
    assert run(["scan", "--repo", str(repository.path)]) == 2
    told = capsys.readouterr().err
    assert ".github/canon.yml:5:" in told
    assert ".github/canon.yml:9:" in told


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--rev", "nowhere"], "nowhere"),
        (["--rev", "HEAD", "--worktree"], "exclude each other"),
        (["--rev", "--upload-pack=touch x"], "--upload-pack"),
    ],
)
def test_wrong_usage_exits_with_2_and_says_why(
    repository: GitRepository,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    reason: str,
) -> None:
    assert run(["scan", "--repo", str(repository.path), *options]) == 2
    assert reason in capsys.readouterr().err


def test_outside_of_a_repository_the_answer_is_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["scan", "--repo", str(tmp_path)]) == 2
    assert "no git repository" in capsys.readouterr().err


def test_without_a_cache_nothing_is_written(repository: GitRepository, tmp_path: Path) -> None:
    assert run(["scan", "--repo", str(repository.path), "--no-cache"]) == 0
    assert not (tmp_path / "cache").exists()


def test_a_second_scan_finds_everything_in_the_cache(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    first = scanned(capsys, repository)
    second = scanned(capsys, repository)
    assert second["timing"]["cache"]["misses"] == 0
    assert second["violations"] == first["violations"]
    assert second["migrations"] == first["migrations"]
