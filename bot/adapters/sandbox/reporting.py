import time
from collections.abc import Callable
from typing import Final

from bot.adapters.sandbox.execution import Watch
from bot.ports.sandbox import SandboxProgress, SandboxStage

_HEARTBEAT: Final = 0.25


class Report:
    """Tells the caller how far a run is: lines at once, a sign of life now and then."""

    def __init__(self, progress: Callable[[SandboxProgress], None]) -> None:
        self._progress = progress
        self._began = time.monotonic()
        self._told = 0.0
        self._waiting = self.at(SandboxStage.WAITING)

    @property
    def seconds(self) -> float:
        """Since the run was asked for."""
        return time.monotonic() - self._began

    def waiting(self) -> None:
        """The run waits for something of somebody else's."""
        self._waiting(())

    def at(self, stage: SandboxStage) -> Watch:
        """What to call while the run is busy with `stage`; the first call is always passed on."""
        told = False

        def watch(lines: tuple[bytes, ...]) -> None:
            nonlocal told
            now = time.monotonic()
            if told and not lines and now - self._told < _HEARTBEAT:
                return
            told, self._told = True, now
            self._progress(SandboxProgress(stage, now - self._began, lines))

        return watch
