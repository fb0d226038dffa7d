from collections.abc import Callable
from datetime import datetime

from bot.domain.errors import CouldNotCheckError, DeadlineExceededError, SupersededError
from bot.ports.clock import Clock
from bot.ports.store import Run, Runs

_PAUSE_SECONDS = 0.2
"""Long work asks many times a second; the database is asked five times."""


class WithdrawnError(CouldNotCheckError):
    """What the run is about is gone: its pull request is closed, its branch is deleted."""

    def __init__(self) -> None:
        super().__init__("closed or deleted while the run was going")


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
        self, runs: Runs, clock: Clock, run: Run, head_now: Callable[[], str | None]
    ) -> None:
        self._runs = runs
        self._clock = clock
        self._run = run
        self._head_now = head_now
        self._generation = run.generation
        self._asked_at = clock.now()

    def check(self) -> None:
        """Return when the run is still wanted.

        Raises `DeadlineExceededError`, `SupersededError` or `WithdrawnError` when it is not.
        """
        now = self._clock.now()
        if now > self._run.deadline_at:
            allowed = self._run.deadline_at - self._run.started_at
            raise DeadlineExceededError(
                f"not done within {allowed.total_seconds():.0f} seconds (stage: {self._run.stage})"
            )
        if (now - self._asked_at).total_seconds() < _PAUSE_SECONDS:
            return
        self._asked_at = now
        self._look()

    def _look(self) -> None:
        state = self._runs.target(self._run.key)
        if state is None or state.generation == self._generation:
            return
        self._generation = state.generation
        if not state.gone and state.head_sha in {None, self._run.head_sha}:
            return
        head = self._head_now()
        if head is None:
            raise WithdrawnError
        if head != self._run.head_sha:
            raise SupersededError(head)
