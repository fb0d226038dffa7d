from collections.abc import Callable
from datetime import datetime

from bot.domain.errors import CouldNotCheckError, DeadlineExceededError, SupersededError
from bot.handlers.ledger import Ledger
from bot.ports.clock import Clock
from bot.ports.store import Runs

_PAUSE_SECONDS = 0.2
"""Long work asks many times a second; the database is asked five times."""


class WithdrawnError(CouldNotCheckError):
    """What the run is about is gone: its pull request is closed, its branch is deleted."""

    def __init__(self) -> None:
        super().__init__("closed or deleted while the run was going")


class CancelledError(CouldNotCheckError):
    """Somebody said that the run is to stop."""

    def __init__(self, by: str) -> None:
        self.by = by
        super().__init__(f"cancelled by {by}")


class Deadline:
    """A `Cancellation` for work that belongs to no run."""

    def __init__(self, clock: Clock, until: datetime) -> None:
        self._clock = clock
        self._until = until

    def check(self) -> None:
        """Return, or raise `DeadlineExceededError`."""
        if self._clock.now() > self._until:
            raise DeadlineExceededError("not done in time")


class Checkpoint:
    """Tells a run whether to go on: the `Cancellation` of everything it calls.

    A newer delivery alone does not stop a run, since deliveries come late and out of order:
    `head_now` is asked what is true.
    """

    def __init__(
        self, runs: Runs, clock: Clock, ledger: Ledger, head_now: Callable[[], str | None]
    ) -> None:
        self._runs = runs
        self._clock = clock
        self._ledger = ledger
        self._head_now = head_now
        self._generation = ledger.run.generation
        self._asked_at = clock.now()

    def check(self) -> None:
        """Return when the run is still wanted.

        Raises `DeadlineExceededError`, `SupersededError`, `CancelledError` or `WithdrawnError`
        when it is not.
        """
        now, run = self._clock.now(), self._ledger.run
        if now > run.deadline_at:
            allowed = run.deadline_at - run.started_at
            raise DeadlineExceededError(
                f"not done within {allowed.total_seconds():.0f} seconds (stage: {run.stage})"
            )
        if (now - self._asked_at).total_seconds() < _PAUSE_SECONDS:
            return
        self._asked_at = now
        self._look()

    def _look(self) -> None:
        run = self._ledger.run
        state = self._runs.target(run.key)
        if state is None:
            return
        if state.cancelled_at is not None and state.cancelled_at > run.started_at:
            raise CancelledError(state.cancelled_by or "somebody")
        if state.generation == self._generation:
            return
        self._generation = state.generation
        if not state.gone and state.head_sha in {None, run.head_sha}:
            return
        head = self._head_now()
        if head is None:
            raise WithdrawnError
        if head != run.head_sha:
            raise SupersededError(head)
