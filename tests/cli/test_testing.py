"""`canon test` on a real repository, in a real sandbox."""

import json
import os
from pathlib import Path
from typing import Any

import click
import pytest

from bot.adapters.sandbox.opening import Wishes
from bot.cli.main import run
from bot.cli.test import command
from bot.domain.errors import InputError
from tests.support.gitrepo import GitRepository
from tests.support.sandbox import alive

CONFIGURATION = """\
version: 1
migrations:
  - issue: 7
    title: One factory
    phase: detect
    tests:
      - category: unit
        run: pytest tests -q --junitxml={junit}
        expect: detects
        timeout: 30s
        listed: [tests/test_shop.py::test_one_factory, tests/test_shop.py::test_no_legacy]
        counts: {total: 3, failing: 3}
      - category: smoke
        run: pytest smoke
        timeout: 30s
      - category: staging
        run: pytest
        runs_on: actions
  - issue: 8
    title: Later
    phase: done
    tests:
      - category: other
        run: pytest smoke
        timeout: 30s
"""
FILES = {
    ".github/canon.yml": CONFIGURATION,
    "pytest.ini": "[pytest]\n",
    "tests/test_shop.py": (
        "def test_one_factory(): assert 2 == 1, 'two factories'\n"
        "def test_no_legacy(): assert 41 == 0\n"
        "def test_by_mistake(): pass\n"
    ),
    "smoke/test_smoke.py": "def test_imports(): import json\n",
}


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    repository = GitRepository(tmp_path / "shop")
    repository.commit(FILES)
    return repository


@pytest.fixture
def _sandboxed(wishes: Wishes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANON_DATA_DIR", str(wishes.directory.parent))
    monkeypatch.setenv("CANON_SANDBOX_TOOLCHAINS", ",".join(map(str, wishes.toolchains)))
    if wishes.first_uid:
        monkeypatch.setenv("CANON_SANDBOX_UID", str(wishes.first_uid))
    if wishes.cgroup:
        monkeypatch.setenv("CANON_SANDBOX_CGROUP", wishes.cgroup)


def outcome(
    capsys: pytest.CaptureFixture[str], repository: GitRepository, *options: str
) -> tuple[int, str]:
    try:
        with command.make_context("test", ["--repo", str(repository.path), *options]) as context:
            command.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code, capsys.readouterr().out
    return 0, capsys.readouterr().out


def shape(value: Any) -> Any:
    """The types of a JSON document, for comparing shapes."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


@pytest.mark.slow
@pytest.mark.usefixtures("_sandboxed")
def test_json_has_the_documented_shape(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out = outcome(capsys, repository, "--category", "unit", "--format", "json")
    document = json.loads(out)
    assert status == 1
    assert (document["version"], document["phase"]) == (1, "detect")
    assert document["commit"] == repository.git("rev-parse", "HEAD")
    (category,) = document["categories"]
    assert (category["category"], category["expect"], category["outcome"], category["exit"]) == (
        *("unit", "fail", "finding", 1),
    )
    totals = category["totals"]
    assert {name: count for name, count in totals.items() if count} == {
        "total": 3,
        "passed": 1,
        "failed": 2,
        "as_expected": 2,
        "unexpected_pass": 1,
    }
    assert set(totals) >= {"error", "skipped", "not_run"}
    assert {test["id"]: test["judged"] for test in category["tests"]} == {
        "tests/test_shop.py::test_one_factory": "as_expected",
        "tests/test_shop.py::test_no_legacy": "as_expected",
        "tests/test_shop.py::test_by_mistake": "unexpected_pass",
    }
    assert shape(category["tests"][0]) == {
        "id": "str",
        "outcome": "str",
        "judged": "str",
        "message": "str",
        "warning": "NoneType",
        "seconds": "float",
    }
    assert "two factories" in category["tests"][0]["message"]
    assert "2 failed, 1 passed" in category["log_tail"]
    assert category["differences"] == [{"name": "failing", "expected": 3, "found": 2}]
    assert alive() == []


@pytest.mark.slow
@pytest.mark.usefixtures("_sandboxed")
def test_text_shows_what_is_not_as_expected(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out = outcome(capsys, repository, "--migration", "7")
    assert status == 1
    lines = out.splitlines()
    assert lines[0].startswith(
        "unit (must fail): not as expected, 3 tests: 2 as expected, 1 unexpected pass, "
    )
    assert lines[1] == "  failing: the plan says 3, the run shows 2"
    assert lines[2] == "  unexpected pass  tests/test_shop.py::test_by_mistake (passed)"
    assert "smoke (must pass): as expected, 1 test: 1 as expected, " in out
    assert "staging (must pass): could not be checked" in out
    assert "it runs on actions, which Canon cannot use here" in out
    assert lines[-1].endswith(", phase detect")


@pytest.mark.slow
@pytest.mark.usefixtures("_sandboxed")
@pytest.mark.parametrize(
    ("options", "status"),
    [
        (("--category", "smoke"), 0),
        (("--category", "unit", "--phase", "validate"), 1),
        (("--category", "staging"), 3),
        (("--category", "other"), 0),
        (("--category", "unit", "--phase", "migrate"), 0),
    ],
)
def test_the_exit_status_says_what_was_found(
    repository: GitRepository,
    capsys: pytest.CaptureFixture[str],
    options: tuple[str, ...],
    status: int,
) -> None:
    assert outcome(capsys, repository, *options)[0] == status


@pytest.mark.slow
@pytest.mark.usefixtures("_sandboxed")
def test_a_commit_is_tested_not_the_directory(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.commit({"smoke/test_smoke.py": "def test_imports(): assert 0\n"})
    (repository.path / "smoke" / "test_smoke.py").write_text("def test_new(): pass\n")
    assert outcome(capsys, repository, "--category", "smoke")[0] == 1
    assert outcome(capsys, repository, "--category", "smoke", "--rev", "HEAD~1")[0] == 0


def test_without_a_sandbox_nothing_is_run(
    repository: GitRepository,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CANON_SANDBOX", "off")
    status, out = outcome(capsys, repository, "--category", "unit", "--format", "json")
    (category,) = json.loads(out)["categories"]
    assert status == 3
    assert category["outcome"] == "could_not_check"
    assert category["reasons"] == ["the sandbox is switched off (CANON_SANDBOX=off)"]
    assert (category["exit"], category["totals"]["not_run"]) == (None, 2)


@pytest.mark.skipif(os.geteuid() != 0, reason="not run: this is about root")
def test_root_without_another_uid_is_told_what_to_set(
    repository: GitRepository,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    toolchain: Path,
) -> None:
    assert toolchain
    monkeypatch.delenv("CANON_SANDBOX_UID", raising=False)
    status, out = outcome(capsys, repository, "--category", "smoke")
    assert status == 3
    assert "CANON_SANDBOX_UID" in out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--category", "no-such"), "there are: other, smoke, staging, unit"),
        (("--migration", "9"), "no migration has the tracked issue 9"),
        ((), r"several phases have tests; name one: --migration 7 \(detect\), 8 \(done\)"),
    ],
)
def test_a_wrong_choice_is_told_what_there_is(
    repository: GitRepository,
    capsys: pytest.CaptureFixture[str],
    options: tuple[str, ...],
    message: str,
) -> None:
    with pytest.raises(InputError, match=message):
        outcome(capsys, repository, *options)


def test_a_uid_that_is_no_number_is_refused(
    repository: GitRepository,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CANON_SANDBOX_UID", "nobody")
    with pytest.raises(InputError, match="CANON_SANDBOX_UID"):
        outcome(capsys, repository, "--category", "unit")


@pytest.mark.slow
@pytest.mark.usefixtures("_sandboxed")
def test_check_runs_the_tests_that_a_pull_request_would_get(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    guard = """\
version: 1
migrations:
  - issue: 7
    title: One factory
    phase: detect
    tests:
      - {category: smoke, run: pytest smoke, timeout: 30s, paths: ["smoke/**"]}
      - {category: nightly, run: pytest, when: [push]}
"""
    repository.commit({".github/canon.yml": guard})
    repository.git("switch", "--quiet", "--create", "feature")
    repository.commit({"smoke/test_smoke.py": "def test_imports(): import nothing_at_all\n"})

    status = run(["check", "--repo", str(repository.path), "--base", "main", "--tests"])

    told = capsys.readouterr().out
    assert status == 1
    assert told.startswith("### ❌ No violation added; tests not as expected: smoke\n")
    assert "nightly: it is run for pushes only" in told
