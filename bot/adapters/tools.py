"""Runs other tools in the sandbox, for the results that they leave behind."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.ports.clock import Cancellation
from bot.ports.sandbox import (
    RESULTS,
    Ending,
    RefusedFile,
    Sandbox,
    SandboxError,
    SandboxRequest,
    SandboxResult,
    Source,
)
from bot.ports.scanning import ToolError

_LOG: Final = "results/tool.sarif"
_ENDINGS: Final = {
    Ending.TIMED_OUT: "it took too long",
    Ending.OUT_OF_MEMORY: "it took too much memory",
    Ending.TOO_MUCH_OUTPUT: "it wrote too much",
    Ending.SETUP_FAILED: "its set-up failed",
}
_LONGEST: Final = 200  # characters of output


@dataclass(frozen=True, slots=True)
class SandboxTools:
    """The `Tools` port on a repository."""

    sandbox: Sandbox
    git_dir: Path

    def run(self, command: str, commit: str, cancellation: Cancellation) -> bytes:
        """The log that a command writes, whatever its exit status: tools fail when they find."""
        request = SandboxRequest(
            command=command.replace("{sarif}", f"{RESULTS}/{Path(_LOG).name}"),
            source=Source(self.git_dir, commit),
            results=(_LOG,),
        )
        try:
            result = self.sandbox.run(request, lambda _: cancellation.check())
        except SandboxError as error:
            raise ToolError(str(error)) from error
        return _log(result)


@dataclass(frozen=True, slots=True)
class RefusedTools:
    """The `Tools` port where no command may be run, for a reason."""

    reason: str

    def run(self, command: str, commit: str, cancellation: Cancellation) -> bytes:
        """Raise `ToolError` with the reason."""
        del command, commit, cancellation
        raise ToolError(self.reason)


def _log(result: SandboxResult) -> bytes:
    if result.ending is not Ending.EXITED:
        raise ToolError(_ENDINGS[result.ending])
    log = result.files.get(_LOG)
    if isinstance(log, RefusedFile):
        raise ToolError(f"its log cannot be read: {log.reason}")
    if log is None:
        said = " ".join(result.output.decode("utf-8", "replace").split())[-_LONGEST:]
        raise ToolError(f"it wrote no log and ended with status {result.status}: {said}")
    return log
