"""A `sarif` rule with a command, on a real repository, in a real sandbox."""

import json
from pathlib import Path
from typing import Any

import click
import pytest

from bot.adapters.sandbox.opening import Wishes
from bot.cli.scan import command
from tests.support.gitrepo import GitRepository

CONFIGURATION = """\
version: 1
migrations:
  - issue: 7
    title: Shorter lines
    phase: migrate
    rules:
      - {id: lint, kind: sarif, command: "python3 lint.py > {sarif}", rules: [E501]}
"""
LINT = """\
import json, pathlib

results = [
    {
        "ruleId": "E501",
        "message": {"text": "too long"},
        "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": path.absolute().as_uri()},
            "region": {"startLine": number},
        }}],
    }
    for path in sorted(pathlib.Path("shop").rglob("*.py"))
    for number, line in enumerate(path.read_text().splitlines(), 1)
    if len(line) > 100
]
runs = [{"tool": {"driver": {"name": "lint"}}, "results": results}]
print(json.dumps({"version": "2.1.0", "runs": runs}))
raise SystemExit(bool(results))
"""
FILES = {
    ".github/canon.yml": CONFIGURATION,
    "lint.py": LINT,
    "shop/a b.py": f"x = 1\ny = '{'y' * 100}'\n",
}


def _scanned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, dict[str, Any]]:
    """The exit status and the JSON of `canon scan`."""
    monkeypatch.setenv("CANON_CACHE_DIR", str(tmp_path / "cache"))
    repository = GitRepository(tmp_path / "shop")
    repository.commit(FILES)
    arguments = ["--repo", str(repository.path), "--format", "json"]
    status = 0
    try:
        with command.make_context("scan", arguments) as context:
            command.invoke(context)
    except click.exceptions.Exit as end:
        status = end.exit_code
    return status, json.loads(capsys.readouterr().out)


@pytest.mark.slow
def test_a_tool_runs_in_the_sandbox_and_its_results_are_violations(
    tmp_path: Path,
    wishes: Wishes,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CANON_DATA_DIR", str(wishes.directory.parent))
    monkeypatch.setenv("CANON_SANDBOX_TOOLCHAINS", ",".join(map(str, wishes.toolchains)))
    if wishes.first_uid:
        monkeypatch.setenv("CANON_SANDBOX_UID", str(wishes.first_uid))
    if wishes.cgroup:
        monkeypatch.setenv("CANON_SANDBOX_CGROUP", wishes.cgroup)
    status, scan = _scanned(tmp_path, monkeypatch, capsys)
    assert status == 0
    assert [(one["path"], one["line"], one["symbol"]) for one in scan["violations"]] == [
        ("shop/a b.py", 2, "E501")
    ]


def test_without_a_sandbox_a_rule_that_runs_a_command_is_unchecked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CANON_SANDBOX", "off")
    status, scan = _scanned(tmp_path, monkeypatch, capsys)
    (rule,) = scan["migrations"][0]["rules"]
    assert status == 3
    assert rule["unchecked"] == (
        "the command was not run: the sandbox is switched off (CANON_SANDBOX=off)"
    )
