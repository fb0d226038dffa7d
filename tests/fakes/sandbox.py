from collections.abc import Callable
from dataclasses import dataclass, field

from bot.ports.sandbox import (
    Ending,
    RefusedFile,
    SandboxError,
    SandboxProgress,
    SandboxRequest,
    SandboxResult,
    SandboxStage,
)


@dataclass
class Planned:
    """How one run is to end; `error` is raised instead."""

    junit: bytes | RefusedFile | None = None
    status: int = 0
    ending: Ending = Ending.EXITED
    seconds: float = 1.0
    output: bytes = b""
    lines: tuple[bytes, ...] = ()
    notes: tuple[str, ...] = ()
    error: SandboxError | None = None


@dataclass
class FakeSandbox:
    """A sandbox whose runs are planned, one after the other; it keeps what it was asked."""

    planned: list[Planned]
    requests: list[SandboxRequest] = field(default_factory=list)

    def run(
        self, request: SandboxRequest, progress: Callable[[SandboxProgress], None]
    ) -> SandboxResult:
        self.requests.append(request)
        plan = self.planned.pop(0)
        if plan.error:
            raise plan.error
        progress(SandboxProgress(SandboxStage.CHECKOUT, 0.1))
        progress(SandboxProgress(SandboxStage.RUNNING, 0.2, plan.lines))
        return SandboxResult(
            ending=plan.ending,
            status=plan.status,
            seconds=plan.seconds,
            output=plan.output,
            output_bytes=len(plan.output),
            files={} if plan.junit is None else {request.results[0]: plan.junit},
            notes=plan.notes,
        )
