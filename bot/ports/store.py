from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.domain.errors import CouldNotCheckError
from bot.domain.publication import Conclusion
from bot.domain.repository import RepositoryRef
from bot.domain.work import Target, TargetState, Work
from bot.ports.github import CheckProgress


class DeliveryState(StrEnum):
    """What became of a delivery at the door."""

    ACCEPTED = "accepted"
    IGNORED = "ignored"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One webhook delivery as it was received; `guid` is GitHub's X-GitHub-Delivery."""

    guid: str
    event: str
    action: str | None
    received_at: datetime
    body: bytes
    state: DeliveryState
    reason: str | None = None


class StoreUnavailableError(CouldNotCheckError):
    """The database does not answer; nothing was stored."""


class Deliveries(Protocol):
    """The book of everything GitHub sent."""

    def accept(self, delivery: Delivery, work: Sequence[Work]) -> bool:
        """Store the delivery, note its work and queue the jobs, in ONE transaction.

        A job that is already queued for the same target is not queued again. False when this
        delivery is already there: nothing is changed then. Raises `StoreUnavailableError`.
        """

    def get(self, guid: str) -> Delivery | None:
        """A stored delivery."""


class RunState(StrEnum):
    """Where one run ended, or that it has not."""

    RUNNING = "running"
    COMPLETED = "completed"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    CANCELLED = "cancelled"  # by command
    WITHDRAWN = "withdrawn"  # its pull request was closed, its branch or merge group is gone


class Stage(StrEnum):
    """How far a running run has come."""

    STARTED = "started"
    FETCH = "fetch"
    SCAN = "scan"
    TEST = "test"
    REPORT = "report"
    PUBLISH = "publish"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One evaluation of one head. `generation` is the target's when the run began.

    `attempts` counts the processes that have worked on it; above 1, GitHub may know more than we
    recorded. `check` is None until the run is known to post one. `page` is a secret part of the
    address of its page.
    """

    id: int
    key: str
    generation: int
    head_sha: str
    base_ref: str | None
    started_at: datetime
    deadline_at: datetime
    attempts: int
    state: RunState
    stage: Stage
    check: CheckProgress | None
    page: str
    base_sha: str | None = None
    merge_base: str | None = None
    config_digest: str | None = None
    conclusion: Conclusion | None = None
    note: str | None = None
    finished_at: datetime | None = None


class Runs(Protocol):
    """What has been evaluated, and how far."""

    def exclusive(self, key: str) -> AbstractContextManager[bool]:
        """Hold the target for as long as the context lasts, across machines.

        False means that somebody else has it. Freed by the database when the holder's
        connection dies, not before.
        """

    def target(self, key: str) -> TargetState | None:
        """What is wished for this target now."""

    def newest(self, key: str) -> Run | None:
        """The target's latest run."""

    def last_completed(self, key: str) -> Run | None:
        """The target's latest run that came to a verdict."""

    def judged_against(self, repository_id: int, base_ref: str) -> Mapping[Target, str | None]:
        """The live pull requests whose latest run was against the branch `base_ref`.

        Each with the configuration digest of that run; None where there was no configuration.
        """

    def begin(
        self,
        state: TargetState,
        *,
        head_sha: str,
        base_ref: str | None,
        now: datetime,
        deadline_at: datetime,
    ) -> Run:
        """Start a run: RUNNING, STARTED, attempt 1."""

    def resume(self, run: Run, *, deadline_at: datetime) -> Run:
        """Take a run up again after its process died: one more attempt, a new deadline."""

    def save(self, run: Run) -> bool:
        """Store stage, deadline, check and results of a RUNNING run.

        False when the row is no longer RUNNING or has had another attempt since: the run is not
        ours any more, and the caller must stop without an effect.
        """

    def paged(self, run: int, page: str) -> Run | None:
        """The run of that id, where `page` is the secret part of its address."""

    def overdue(self, now: datetime) -> Sequence[Run]:
        """Runs that are RUNNING past their deadline."""

    def repositories(self) -> Sequence[RepositoryRef]:
        """The repositories, not taken away since, in which some run found a configuration."""

    def evaluated_at(self, repository_id: int, head_sha: str) -> Sequence[Target]:
        """The targets of which some run was for this head, each once."""

    def cancel(self, key: str, *, by: str, at: datetime) -> None:
        """Ask what runs for this target to stop; what begins after `at` is not meant."""

    def judged(self, repository_id: int) -> Sequence[Target]:
        """The live pull requests whose latest run found a configuration."""

    def heads(self, key: str, *, until: datetime) -> Sequence[str]:
        """The heads for which runs had begun by then, each once, the latest first."""

    def comment_id(self, key: str) -> int | None:
        """The id of the comment Canon keeps on this target."""

    def remember_comment(self, key: str, comment_id: int) -> None:
        """Record it."""
