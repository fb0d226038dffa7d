from dataclasses import replace
from typing import Any

from bot.domain.errors import CouldNotCheckError
from bot.ports.github import CheckProgress
from bot.ports.store import Run, Runs


class LostRunError(CouldNotCheckError):
    """Another process has taken the run up: this one must end without a further effect."""

    def __init__(self, run: Run) -> None:
        super().__init__(f"run {run.id} of {run.key} was taken up by another process")


class Ledger:
    """The run as this process knows it; every step is written down before the next is taken."""

    def __init__(self, runs: Runs, run: Run) -> None:
        self._runs = runs
        self.run = run

    def record(self, **changes: Any) -> None:
        """Write changes of the run down. Raises `LostRunError` when it is not ours any more."""
        self.run = replace(self.run, **changes)
        if not self._runs.save(self.run):
            raise LostRunError(self.run)

    def record_check(self, check: CheckProgress) -> None:
        """Write down how far the posting has come."""
        self.record(check=check)
