"""`canon config`, as its user meets it."""

import json
from pathlib import Path

import pytest

from bot.cli.main import run
from bot.config import json_schema
from tests.support.configs import SAMPLES, with_migration
from tests.support.gitrepo import GitRepository

VALID = with_migration()
INVALID = with_migration("owner: x").replace("version: 1", "version: 2")
CHECK = ["config", "check", "--repo"]


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    found = GitRepository(tmp_path / "clone")
    found.commit({".github/canon.yml": VALID, "docs/readme.md": "x"})
    return found


def check(path: Path, *options: str) -> int:
    return run([*CHECK, str(path), *options])


def test_a_valid_configuration_is_summed_up_and_exits_0(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(repository.path) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith(".github/canon.yml: fine (digest ")
    assert told[1] == "  #7 One way: detect, 0 rules"


def test_an_invalid_one_tells_every_problem_and_exits_2(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository.path / ".github/canon.yml").write_text(INVALID)
    assert check(repository.path) == 2
    told = capsys.readouterr().out.splitlines()
    assert told[0] == ".github/canon.yml:1:10: `version` is `2`; expected `1`"
    assert told[1].startswith(".github/canon.yml:6:5: unknown key `owner`; ")
    assert told[2] == "2 problems"


def test_the_working_directory_is_looked_at_from_anywhere_inside_it(
    repository: GitRepository,
) -> None:
    (repository.path / ".github/canon.yml").write_text(INVALID)
    assert check(repository.path / "docs") == 2
    assert check(repository.path / "docs", "--worktree") == 2


def test_a_commit_is_looked_at_when_one_is_named(repository: GitRepository) -> None:
    (repository.path / ".github/canon.yml").write_text(INVALID)
    assert check(repository.path, "--rev", "HEAD") == 0
    repository.commit({})
    assert check(repository.path, "--rev", "HEAD") == 2
    assert check(repository.path, "--rev", "HEAD~1") == 0


def test_a_bare_repository_is_looked_at_at_its_head(
    repository: GitRepository, tmp_path: Path
) -> None:
    repository.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    assert check(tmp_path / "bare.git") == 0
    assert check(tmp_path / "bare.git", "--worktree") == 2


def test_a_folder_of_files_is_read_as_one(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    migration = "issue: 8\ntitle: Other\nphase: done\n"
    repository.commit({".github/canon/8.yml": migration, ".github/canon/notes.md": "no YAML: ["})
    assert check(repository.path) == 0
    assert check(repository.path, "--rev", "HEAD") == 0
    assert capsys.readouterr().out.count("#8 Other: done") == 2


def test_a_directory_without_git_is_good_enough(tmp_path: Path) -> None:
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github/canon.yml").write_text(VALID)
    assert check(tmp_path) == 0


def test_symbolic_links_are_no_configuration(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "elsewhere.yml").write_text(VALID)
    (tmp_path / "clone/.github").mkdir(parents=True)
    (tmp_path / "clone/.github/canon.yml").symlink_to(tmp_path / "elsewhere.yml")
    assert check(tmp_path / "clone") == 2
    assert "there is neither" in capsys.readouterr().err


def test_no_configuration_at_all_exits_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(tmp_path) == 2
    assert "neither .github/canon.yml nor .github/canon/*.yml" in capsys.readouterr().err


@pytest.mark.parametrize("options", [["--rev", "nowhere"], ["--rev", "HEAD", "--worktree"]])
def test_what_cannot_be_meant_exits_2(repository: GitRepository, options: list[str]) -> None:
    assert check(repository.path, *options) == 2


def test_json_says_the_same_to_machines(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(repository.path, "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["valid"]
    assert told["problems"] == []
    assert told["migrations"] == [{"issue": 7, "title": "One way", "phase": "detect", "rules": 0}]

    file = SAMPLES / "broken.yml"
    assert run(["config", "check", "--config", str(file), "--format", "json"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert not told["valid"]
    assert told["files"] == [str(file)]
    assert told["problems"][0] == {
        "path": str(file),
        "line": 1,
        "column": 10,
        "message": "`version` is `1`",
        "expected": "`1`",
        "hint": "did you mean `1`, without quotes?",
    }


def test_the_schema_is_printed_for_editors(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config", "schema"]) == 0
    assert json.loads(capsys.readouterr().out) == json_schema()


def test_a_migrations_own_file_has_a_schema_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config", "schema", "--migration"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["required"] == ["issue", "phase"]
    assert "banned-import" in json.dumps(told["$defs"])
