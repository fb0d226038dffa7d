"""The proposed workflow: what it may do, and what its own script leaves."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.config.workflow import workflow_text
from bot.ports.sandbox import Ending
from bot.suites.actions import inputs
from bot.suites.artifact import Artifact, read_artifact
from tests.support.artifacts import zipped
from tests.support.gitrepo import GitRepository
from tests.support.jobs import actions_job

WORKFLOW: Mapping[str, Any] = YAML(typ="safe").load(workflow_text())
JOB = WORKFLOW["jobs"]["tests"]
STEPS = JOB["steps"]
SCRIPT = next(step["run"] for step in STEPS if step.get("name") == "Run the category")
PYTEST = f"{sys.executable} -m pytest -q -p no:cacheprovider --rootdir=. {{file}}"


def test_it_may_only_read() -> None:
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert "permissions" not in JOB
    assert "secrets" not in workflow_text().replace("without secrets", "")


def test_every_action_is_pinned_by_a_commit_and_says_its_version() -> None:
    used = re.findall(r"uses: (.*)", workflow_text())

    assert len(used) == 2
    assert [
        it for it in used if not re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40} # v[\d.]+", it)
    ] == []


def test_no_input_becomes_part_of_a_script() -> None:
    assert [step for step in STEPS if "${{" in step.get("run", "")] == []


def test_its_inputs_are_those_that_canon_gives() -> None:
    assert set(WORKFLOW["on"]["workflow_dispatch"]["inputs"]) == set(inputs(actions_job()))


def test_run_and_artifact_carry_the_correlation() -> None:
    assert "${{ inputs.correlation }}" in WORKFLOW["run-name"]
    assert STEPS[-1]["with"]["name"] == "${{ inputs.correlation }}"


def leave(directory: Path, files: Mapping[str, str], **changed: str) -> Artifact:
    """What the workflow's script leaves of a commit of `files`."""
    clone = GitRepository(directory / "clone")
    commit = clone.commit(files)
    programs = directory / "bin"
    programs.mkdir()
    (programs / "python3").write_text("#!/bin/sh\nmkdir -p $3/bin\n")  # makes environments at once
    (programs / "python3").chmod(0o755)
    step = next(step for step in STEPS if step.get("name") == "Run the category")
    told = inputs(replace(actions_job(), commit=commit))
    environment = {
        "COMMAND": told["command"],
        "SETUP": told["setup"],
        "SERVICES": told["services"],
        "LIMIT": told["seconds"],
        "AGAIN": told["again"],
        "LEFT": str(directory / "left"),
        "ENVIRONMENT": str(directory / "env"),
        "RUNNER_TEMP": str(directory),
        "PATH": f"{programs}:{os.environ['PATH']}",
        **changed,
    }
    assert set(step["env"]) <= {*environment, "PGHOST", "PGUSER", "PGPASSWORD", "REDIS_URL"}
    script = directory / "script"
    script.write_text(SCRIPT)
    subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
        cwd=clone.path,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=60,
    )
    found = read_artifact(
        zipped({path.name: path.read_bytes() for path in (directory / "left").iterdir()})
    )
    assert found.commit == commit
    return found


PASSING = {"test_a.py": "def test_it(): pass\n"}
FAILING = {"test_a.py": "def test_it(): assert 2 == 1\n"}


def test_passing_tests_are_run_once(tmp_path: Path) -> None:
    found = leave(tmp_path, PASSING, COMMAND=PYTEST.format(file="test_a.py"))

    (attempt,) = found.attempts
    assert (attempt.ending, attempt.status) == (Ending.EXITED, 0)
    assert isinstance(attempt.results, bytes)
    assert b'file="test_a.py"' in attempt.results
    assert b"1 passed" in found.log


def test_failing_tests_are_run_again_and_do_not_fail_the_job(tmp_path: Path) -> None:
    found = leave(tmp_path, FAILING, COMMAND=PYTEST.format(file="test_a.py"))

    assert [it.status for it in found.attempts] == [1, 1]
    assert [isinstance(it.results, bytes) for it in found.attempts] == [True, True]
    assert b"assert 2 == 1" in found.log
    assert b"--- the failing tests, run again ---" in found.log


def test_failing_tests_are_run_once_where_that_was_asked_for(tmp_path: Path) -> None:
    assert len(leave(tmp_path, FAILING, COMMAND="false", AGAIN="no").attempts) == 1


def test_junit_stands_for_the_result_file(tmp_path: Path) -> None:
    found = leave(tmp_path, PASSING, COMMAND="echo '<testsuites/>' >{junit}")

    assert found.attempts[0].results == b"<testsuites/>\n"


def test_a_command_that_takes_too_long_is_interrupted(tmp_path: Path) -> None:
    (attempt,) = leave(tmp_path, PASSING, COMMAND="sleep 60", LIMIT="1").attempts

    assert attempt.ending is Ending.TIMED_OUT


def test_a_set_up_comes_first_and_stops_everything_where_it_fails(tmp_path: Path) -> None:
    found = leave(tmp_path, PASSING, COMMAND="echo ran", SETUP="echo 'no such package'; exit 3")

    (attempt,) = found.attempts
    assert (attempt.ending, attempt.status) == (Ending.SETUP_FAILED, 3)
    assert found.log == b"no such package\n"


def test_an_environment_comes_first_on_the_path(tmp_path: Path) -> None:
    tool = f"{tmp_path}/env/bin/tool"
    setup = f"printf '#!/bin/sh\\necho mine\\n' >{tool}; chmod +x {tool}"

    assert leave(tmp_path, PASSING, COMMAND="tool", SETUP=setup).log == b"mine\n"


def test_a_service_that_it_does_not_have_is_said(tmp_path: Path) -> None:
    found = leave(tmp_path, PASSING, COMMAND="echo ran", SERVICES="postgres kafka")

    assert found.attempts[0].ending is Ending.SETUP_FAILED
    assert found.log == b"There is no service kafka in this workflow.\n"


def test_a_command_is_data_until_it_is_run(tmp_path: Path) -> None:
    found = leave(tmp_path, PASSING, COMMAND="""echo "it's" '$HOME' {junit} | cat""", AGAIN="no")

    assert found.log == f"it's $HOME {tmp_path}/left/junit.xml\n".encode()


@pytest.mark.parametrize("service", ["postgres", "redis"])
def test_a_service_is_started_only_where_it_is_asked_for(service: str) -> None:
    image = JOB["services"][service]["image"]

    assert f"contains(format(' {{0}} ', inputs.services), ' {service} ')" in image
    assert image.endswith("|| '' }}")
