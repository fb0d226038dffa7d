"""Whose code is run, and that the commands of rules are held to it."""

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.sandbox.bubblewrap import BubblewrapSandbox
from bot.adapters.scanning import open_scanner
from bot.adapters.tools import RefusedTools, SandboxTools
from bot.config import load
from bot.handlers.scanning import waived_scanner
from bot.handlers.subject import Subject
from bot.handlers.trust import awaited_approval
from bot.ports.trust import Approval
from tests.fakes.clock import FakeClock
from tests.support.gitrepo import GitRepository
from tests.support.work import REPOSITORY, target

HEAD = "a" * 40
CONFIGURATION = b"""\
version: 1
migrations:
  - issue: 7
    title: Shorter lines
    phase: migrate
    rules:
      - {id: lint, kind: sarif, command: "cp log.sarif {sarif}"}
"""
LOG = (
    '{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "lint"}}, "results": [{"ruleId":'
    ' "E1", "message": {"text": "x"}, "locations": [{"physicalLocation": {"artifactLocation":'
    ' {"uri": "a.py"}, "region": {"startLine": 1}}}]}]}]}'
)


class Approved:
    """Approvals of one commit."""

    def __init__(self, sha: str) -> None:
        self.sha = sha

    def approve(self, *_: Any, **__: Any) -> None:
        raise AssertionError

    def approval(self, repository_id: int, number: int, head_sha: str) -> Approval | None:
        there = (repository_id, number, head_sha) == (REPOSITORY.id, 12, self.sha)
        return Approval(head_sha, "bea", FakeClock().now()) if there else None


def subject(distrust: str | None) -> Subject:
    return Subject(
        target=target("12"),
        head_sha=HEAD,
        base_ref="main",
        fetch=(),
        pull_request=12,
        distrust=distrust,
    )


def test_a_trusted_head_waits_for_nobody() -> None:
    assert awaited_approval(Approved("none"), subject(None)) is None


def test_an_approved_head_is_run() -> None:
    assert awaited_approval(Approved(HEAD), subject("a fork")) is None


def test_another_commits_approval_is_none_and_the_reason_names_the_command() -> None:
    reason = awaited_approval(Approved("b" * 40), subject("a fork"))
    assert reason is not None
    assert reason.startswith("a fork: it is run when")
    assert "`/canon ok-to-test aaaaaaaaaaaa`" in reason


class _Services:
    """What of the services a scan uses; a sandbox that must not be used is None."""

    def __init__(self, sandbox: BubblewrapSandbox | None) -> None:
        self.sandbox = sandbox
        self.waivers = self
        self.clock = FakeClock()

    def standing(self, _: int) -> tuple[()]:
        return ()

    def scanner(self, git_dir: Path, refusal: str | None) -> Any:
        assert (self.sandbox is None) == (refusal is not None)
        tools = SandboxTools(self.sandbox, git_dir) if self.sandbox else RefusedTools(refusal or "")
        return nullcontext(open_scanner(git_dir, cache=None, tools=tools))


def _lint(folder: Path, services: Any, refusal: str | None) -> tuple[int, str]:
    """The count of the rule with a command, and why it could not be checked."""
    repository = GitRepository(folder / "shop")
    commit = repository.commit({"a.py": "x = 1\n", "log.sarif": LOG})
    configuration = load({".github/canon.yml": CONFIGURATION})
    git_dir = repository.path / ".git"
    with waived_scanner(services, REPOSITORY, git_dir, refusal=refusal) as scanner:
        found = scanner.scan(configuration, commit)
        scanner.close()  # type: ignore[attr-defined]
    (rule,) = found.migrations[0].rules
    return rule.count, rule.unchecked


def test_the_command_of_a_rule_is_not_run_and_the_reason_is_given(tmp_path: Path) -> None:
    reason = awaited_approval(Approved("none"), subject("a fork"))
    count, unchecked = _lint(tmp_path, _Services(None), reason)
    assert count == 0
    assert unchecked == f"the command was not run: {reason}"


@pytest.mark.slow
def test_the_command_of_a_rule_is_run_in_the_sandbox_where_it_may(
    tmp_path: Path, sandbox: BubblewrapSandbox
) -> None:
    assert _lint(tmp_path, _Services(sandbox), None) == (1, "")
