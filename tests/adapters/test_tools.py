from pathlib import Path

import pytest

from bot.adapters.tools import SandboxTools
from bot.domain.errors import SupersededError
from bot.ports.sandbox import Ending, RefusedFile, SandboxUnavailableError, Source
from bot.ports.scanning import ToolError
from tests.fakes.sandbox import FakeSandbox, Planned

_COMMIT = "a" * 40


class _Never:
    def check(self) -> None:
        pass


class _Superseded:
    def check(self) -> None:
        raise SupersededError("superseded")


def _run(planned: Planned, command: str = "lint --output {sarif} .") -> tuple[bytes, FakeSandbox]:
    sandbox = FakeSandbox([planned])
    log = SandboxTools(sandbox, Path("/repository.git")).run(command, _COMMIT, _Never())
    return log, sandbox


def test_a_command_runs_on_the_commit_and_leaves_its_log() -> None:
    log, sandbox = _run(Planned(junit=b"{}"))
    (request,) = sandbox.requests
    assert log == b"{}"
    assert request.command == "lint --output /sandbox/results/tool.sarif ."
    assert request.source == Source(Path("/repository.git"), _COMMIT)
    assert request.results == ("results/tool.sarif",)


def test_a_tool_may_fail_when_it_finds_something() -> None:
    log, _ = _run(Planned(junit=b"{}", status=1))
    assert log == b"{}"


@pytest.mark.parametrize(
    ("planned", "reason"),
    [
        (Planned(status=127, output=b"lint:\nnot found"), "wrote no log .* 127: lint: not found"),
        (Planned(junit=b"{}", ending=Ending.TIMED_OUT), "it took too long"),
        (Planned(junit=b"{}", ending=Ending.OUT_OF_MEMORY), "it took too much memory"),
        (Planned(junit=RefusedFile("a symbolic link")), "cannot be read: a symbolic link"),
        (Planned(error=SandboxUnavailableError("no bubblewrap")), "no bubblewrap"),
    ],
)
def test_a_command_without_a_log_is_an_error_with_the_reason(planned: Planned, reason: str) -> None:
    with pytest.raises(ToolError, match=reason):
        _run(planned)


def test_a_command_is_ended_when_nobody_wants_its_log_any_more() -> None:
    tools = SandboxTools(FakeSandbox([Planned(junit=b"{}")]), Path("/repository.git"))
    with pytest.raises(SupersededError):
        tools.run("lint {sarif}", _COMMIT, _Superseded())
