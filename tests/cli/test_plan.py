"""`canon plan` on a real repository, and the tests that it writes, run by pytest."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.cli.main import run
from tests.cli.shop_tests import shop_with_tests
from tests.support.gitrepo import GitRepository

MADE = "tests/unit/legacy/test_legacy_import_7.py"


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    return shop_with_tests(tmp_path / "shop")


def plan(
    capsys: pytest.CaptureFixture[str], repository: GitRepository, *options: str
) -> dict[str, Any]:
    assert run(["plan", "--repo", str(repository.path), "--format", "json", *options]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def refused(capsys: pytest.CaptureFixture[str], repository: GitRepository, *options: str) -> str:
    assert run(["plan", "--repo", str(repository.path), *options]) == 2
    return capsys.readouterr().err


def write(repository: GitRepository, folder: str = "tests/unit/legacy") -> tuple[str, ...]:
    return ("--write", str(repository.path / folder))


def test_json_says_what_to_keep_to_update_and_to_write(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    found = plan(capsys, repository)
    assert found["commit"] == repository.git("rev-parse", "HEAD")
    assert found["tests"] == {
        "keep": 2,
        "update": 3,
        "write": 3,
        "percentages": {"keep": 25, "update": 38, "write": 37},
    }
    actions = {file["path"]: file["action"] for file in found["files"]}
    assert actions == {
        "tests/e2e/test_staging.py": "keep",
        "tests/smoke/test_smoke.py": "update",
        "tests/unit/test_patched.py": "update",
        "tests/unit/test_events.py": "keep",
    }
    patched = next(one for one in found["files"] if one["path"] == "tests/unit/test_patched.py")
    assert [one["replacement"] for one in patched["changes"]] == ["shop.factory.make"]
    assert [(one["rule"], one["why"], one["fails_now"]) for one in found["missing"]] == [
        ("legacy-import", "no test detects it", True),
        ("old-file", "no test detects it", False),
        ("events", "no test detects it; nobody checks completed", True),
    ]
    assert found["missing"][0]["names"] == ["TestLegacyImport::test_nothing_imports_what_is_banned"]
    needs = {one["name"]: one["need"] for one in found["categories"]}
    assert needs == {"smoke": "none", "unit": "none", "staging": "staging"}
    unit = found["categories"][1]
    assert (unit["command"], unit["check"]) == (
        "pytest tests/unit/legacy -q",
        "canon test --migration 7 --category unit",
    )
    assert (unit["now"]["total"], unit["now"]["failing"]) == (18, 14)
    assert (unit["after"]["total"], unit["after"]["failing"]) == (18, 0)
    assert unit["now"]["basis"] == "stated in the configuration, and 3 to be written"


def test_text_shows_each_line_to_update_and_the_commands_to_run(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["plan", "--repo", str(repository.path), "--migration", "7"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [
        "#7 One factory: test plan, phase detect",
        "  2 tests to keep (25%), 3 to update (38%), 3 to write (37%)",
    ]
    assert "      1  shop.legacy.make -> shop.factory.make" in lines
    assert f"  {MADE}  1 test, fails now" in lines
    assert "      now: 14 of 18 fail; after: all 18 pass" in lines
    assert "      $ canon test --migration 7 --category unit" in lines


def test_markdown_is_what_a_slash_command_would_answer(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["plan", "--repo", str(repository.path), "--format", "markdown"]) == 0
    out = capsys.readouterr().out
    assert "`shop.legacy.make` → `shop.factory.make`" in out
    assert f"| `{MADE}` | `legacy-import` (banned-import, P1) | no test detects it |" in out
    assert "`canon plan --migration 7 --write tests/unit/legacy` writes them." in out
    assert "| unit: must fail | nothing | 14 of 18 fail | all 18 pass |" in out


def test_written_tests_fail_until_the_violation_is_gone_and_count_as_detection(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    found = plan(capsys, repository, *write(repository))
    names = ("legacy_import", "old_file", "events")
    assert found["written"] == [f"tests/unit/legacy/test_{name}_7.py" for name in names]
    assert results(repository.path) == {"failed": 2, "passed": 1}
    again = plan(capsys, repository, "--worktree")
    assert (again["missing"], again["tests"]["write"]) == ([], 0)
    assert again["rules"][0]["detected_by"] == [MADE]
    for path in ("shop/a.py", "tests/smoke/test_smoke.py"):
        file = repository.path / path
        file.write_text(file.read_text().replace("shop.legacy", "shop.factory"))
    (repository.path / "shop/events.py").write_text("emit('started')\nemit('completed')\n")
    assert results(repository.path) == {"passed": 3}


def results(root: Path) -> dict[str, int]:
    """How the tests in the folder end, by a run of pytest."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    environment = {**os.environ, "PYTEST_ADDOPTS": ""}
    done = subprocess.run(
        [*command, "tests/unit/legacy"],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    counts = done.stdout.splitlines()[-1].partition(" in ")[0].split(", ")
    return {word: int(count) for count, word in (one.split() for one in counts)}


def test_nothing_is_overwritten_unless_it_is_asked_for(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    own = repository.path / MADE
    own.parent.mkdir()
    own.write_text("# mine\n")
    said = refused(capsys, repository, *write(repository))
    assert f"{MADE} is there: nothing was written; --force overwrites it" in said
    assert (own.read_text(), len(list(own.parent.iterdir()))) == ("# mine\n", 1)
    assert len(plan(capsys, repository, *write(repository), "--force")["written"]) == 3
    assert "canon: detects[legacy-import]" in own.read_text()


def test_what_is_no_regular_file_is_never_overwritten(
    repository: GitRepository, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("mine")
    link = repository.path / MADE
    link.parent.mkdir()
    link.symlink_to(secret)
    assert "no regular file" in refused(capsys, repository, *write(repository), "--force")
    assert secret.read_text() == "mine"


@pytest.mark.parametrize("folder", ["..", ".", "../elsewhere", ".git/hooks", "out/tests"])
def test_tests_are_written_below_the_working_directory_alone(
    repository: GitRepository, tmp_path: Path, folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository.path / "out").symlink_to(tmp_path)
    said = refused(capsys, repository, *write(repository, folder))
    assert "name one with --write DIR" in said


def test_a_new_folder_is_a_package_where_the_one_above_is(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository.path / "tests/unit/__init__.py").touch()
    written = plan(capsys, repository, *write(repository, "tests/unit/a/b"))["written"]
    assert written[:2] == ["tests/unit/a/__init__.py", "tests/unit/a/b/__init__.py"]


@pytest.mark.parametrize(
    "options", [("--rev", "HEAD", "--write", "x"), ("--rev", "HEAD", "--worktree"), ("--force",)]
)
def test_options_that_contradict_each_other_are_refused(
    repository: GitRepository, options: tuple[str, ...]
) -> None:
    assert run(["plan", "--repo", str(repository.path), *options]) == 2
