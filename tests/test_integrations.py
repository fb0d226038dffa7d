"""The pre-commit hook and the GitHub Action, run as those who read these files would run them."""

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.cli.shop import USES_FACTORY, USES_LEGACY, branch, shop
from tests.support.gitrepo import GitRepository

_ROOT = Path(__file__).parents[1]
_PROGRAMS = Path(sys.executable).parent


@pytest.fixture
def clone(tmp_path: Path) -> GitRepository:
    """A clone with an origin whose default branch is main."""
    repository = shop(tmp_path / "shop")
    repository.git("update-ref", "refs/remotes/origin/main", "main")
    repository.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    return repository


def _loaded(name: str) -> Any:
    return YAML(typ="safe").load((_ROOT / name).read_text())


def _run(
    command: list[str], clone: GitRepository, tmp_path: Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    path = f"{_PROGRAMS}{os.pathsep}{os.environ['PATH']}"
    cache = str(tmp_path / "cache")
    return subprocess.run(
        command,
        cwd=clone.path,
        env={**os.environ, "PATH": path, "CANON_CACHE_DIR": cache, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _hook(clone: GitRepository, tmp_path: Path) -> int:
    (hook,) = _loaded(".pre-commit-hooks.yaml")
    return _run([*shlex.split(hook["entry"]), *hook["args"]], clone, tmp_path).returncode


@pytest.mark.parametrize(("text", "status"), [(USES_LEGACY, 1), (USES_FACTORY, 0)])
def test_the_hook_judges_what_is_not_committed_yet(
    clone: GitRepository, tmp_path: Path, text: str, status: int
) -> None:
    (clone.path / "shop/d.py").write_text(text)
    assert _hook(clone, tmp_path) == status


def _action(clone: GitRepository, tmp_path: Path, base: str) -> tuple[int, str]:
    """Exit status and summary of the action's last step, in the shell that GitHub documents."""
    summary = tmp_path / "summary.md"
    (tmp_path / "canon").mkdir()
    (tmp_path / "canon/bin").symlink_to(_PROGRAMS)
    script = tmp_path / "script.sh"
    script.write_text(_loaded("action.yml")["runs"]["steps"][-1]["run"])
    shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
    ran = _run(
        shell,
        clone,
        tmp_path,
        BASE=base,
        RUNNER_TEMP=str(tmp_path),
        GITHUB_STEP_SUMMARY=str(summary),
    )
    return ran.returncode, summary.read_text() if summary.exists() else ran.stdout


@pytest.mark.parametrize(("text", "status"), [(USES_LEGACY, 1), (USES_FACTORY, 0)])
def test_the_action_ends_as_the_gate_says(
    clone: GitRepository, tmp_path: Path, text: str, status: int
) -> None:
    branch(clone, "topic", {"shop/d.py": text})
    assert _action(clone, tmp_path, "origin/main")[0] == status


def test_the_action_shows_the_comment_in_the_summary(clone: GitRepository, tmp_path: Path) -> None:
    branch(clone, "topic", {"shop/d.py": USES_LEGACY})
    assert "`shop/d.py:2`" in _action(clone, tmp_path, "origin/main")[1]


def test_the_action_asks_for_a_base_where_there_is_none(
    clone: GitRepository, tmp_path: Path
) -> None:
    status, said = _action(clone, tmp_path, "")
    assert (status, said.startswith("::error::")) == (2, True)


def test_the_base_of_the_action_cannot_become_a_command(
    clone: GitRepository, tmp_path: Path
) -> None:
    status, _ = _action(clone, tmp_path, f'"; touch {tmp_path}/made; "')
    assert status == 2
    assert not (tmp_path / "made").exists()


def test_the_action_runs_no_other_action_and_puts_no_expression_into_a_script() -> None:
    steps = _loaded("action.yml")["runs"]["steps"]
    assert not [step for step in steps if "uses" in step or "${{" in step["run"]]
