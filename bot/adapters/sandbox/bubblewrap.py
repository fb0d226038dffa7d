"""The sandbox that runs repositories' code: bubblewrap, control groups, seccomp, limits."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from bot.adapters.git.command import GitFailedError
from bot.adapters.sandbox import checkout, results, views
from bot.adapters.sandbox.execution import Ended, Execution
from bot.adapters.sandbox.host import Host
from bot.adapters.sandbox.reporting import Report
from bot.adapters.sandbox.setups import SetupFailedError, Setups
from bot.adapters.sandbox.slots import Slot, Slots
from bot.ports.sandbox import (
    CheckoutFailedError,
    Ending,
    SandboxLimits,
    SandboxProgress,
    SandboxRequest,
    SandboxResult,
    SandboxStage,
)

_SAID = {
    b"submodules": "submodules are left empty",
    b"lfs": "Git LFS files are left as pointers",
}


class BubblewrapSandbox:
    """Runs requests, each in a sandbox of its own. `opening.open_sandbox` makes one, probed."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._slots = Slots(host.directory / "slots", host.first_uid, host.concurrency)

    def run(
        self, request: SandboxRequest, progress: Callable[[SandboxProgress], None]
    ) -> SandboxResult:
        """Run the command to its end, or to a limit. See `bot.ports.sandbox.Sandbox`."""
        report = Report(progress)
        try:
            with ExitStack() as held:
                slot = held.enter_context(self._slots.take(report.waiting))
                environment = None
                if request.setup:
                    setups = Setups(self._host, slot, report)
                    environment = held.enter_context(
                        setups.environment(request.setup, request.source)
                    )
                return self._run(request, slot, environment, report)
        except SetupFailedError as failure:
            return _failed_setup(failure, self._host.setup_limits)
        except GitFailedError as error:
            raise CheckoutFailedError(str(error)) from error

    def _run(
        self, request: SandboxRequest, slot: Slot, environment: Path | None, report: Report
    ) -> SandboxResult:
        setup_seconds = report.seconds if environment else 0.0
        with ExitStack() as held:
            feed = held.enter_context(checkout.archive(request.source)) if request.source else None
            view = views.of_run(self._host, slot, request, environment)
            plan = self._host.plan(slot, view, request.limits, feed)
            execution = held.enter_context(Execution(plan))
            ended = execution.wait(
                report.at(SandboxStage.CHECKOUT), report.at(SandboxStage.RUNNING)
            )
            found = {
                path: results.read(execution.root, path, request.limits.result)
                for path in request.results
            }
        return SandboxResult(
            ending=ended.ending,
            status=ended.status,
            seconds=ended.seconds,
            output=ended.output,
            output_bytes=ended.output_bytes,
            files={path: file for path, file in found.items() if file is not None},
            notes=_notes(ended, request.limits),
            memory_peak=ended.usage.memory_peak,
            setup_seconds=setup_seconds,
        )


def _failed_setup(failure: SetupFailedError, limits: SandboxLimits) -> SandboxResult:
    ended = failure.ended
    how = f"the set-up ended with status {ended.status}"
    if ended.ending is not Ending.EXITED:
        how = f"the set-up was stopped: {ended.ending.replace('_', ' ')}"
    refused = tuple(f"the set-up was refused: {what}" for what in failure.refused)
    return SandboxResult(
        ending=Ending.SETUP_FAILED,
        status=ended.status,
        seconds=0.0,
        output=ended.output,
        output_bytes=ended.output_bytes,
        notes=(how, *refused, *_notes(ended, limits)),
        setup_seconds=ended.seconds,
    )


def _notes(ended: Ended, limits: SandboxLimits) -> tuple[str, ...]:
    reached = {
        f"{ended.usage.oom_kills} processes were killed at the limit of"
        f" {limits.memory:,} bytes of memory": ended.usage.oom_kills,
        f"the limit of {limits.processes} processes was reached": ended.usage.forks_refused,
        f"the limit of {limits.disk:,} bytes of files was reached": ended.disk_full,
    }
    return (
        *(text for word, text in _SAID.items() if word in ended.said),
        *(text for text, happened in reached.items() if happened),
    )
