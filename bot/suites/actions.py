"""`runs_on: actions`: a category on GitHub Actions, from the dispatch to its judgement.

The workflow is the one on the default branch, and its token may only read; which commit it tests
is one of its inputs. `docs/actions.md` is the contract between the two.
"""

import hashlib
import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeVar

from bot.domain.errors import CouldNotCheckError, PermissionMissingError, RetryLaterError
from bot.domain.suite import Expectation
from bot.ports.actions import (
    CANCELLED,
    ArtifactExpiredError,
    WorkflowRun,
    Workflows,
    WorkflowsAccess,
)
from bot.ports.clock import Clock
from bot.ports.sandbox import SandboxStage
from bot.suites.artifact import (
    LARGEST,
    Artifact,
    Attempt,
    UnreadableArtifactError,
    read_artifact,
)
from bot.suites.assessment import RunReport, assess, not_run
from bot.suites.executors import CategoryJob, Watch
from bot.suites.run import CategoryProgress, CategoryRun
from bot.suites.stream import Stream

_T = TypeVar("_T")

_TICK_SECONDS: Final = 0.5
_FIRST_LOOK_SECONDS: Final = 2.0
_LONGEST_LOOK_SECONDS: Final = 15.0
_APPEARS_WITHIN: Final = timedelta(minutes=2)
_GONE_AFTER: Final = timedelta(seconds=10)
_STARTS_WITHIN: Final = timedelta(minutes=30)
_PATIENCE: Final = timedelta(minutes=5)
_MARGIN_MINUTES: Final = 15
"""Beside the command's own time: the runner's start, the set-up, the upload."""
_LONGEST_MINUTES: Final = 360
"""GitHub's own limit on a job: https://docs.github.com/en/actions/reference/limits."""


class _NotRunError(Exception):
    """Why the category could not be run.

    No `CouldNotCheckError`, since `watch` may raise those, and what it raises is not for us.
    """


@dataclass(frozen=True, slots=True)
class ActionsExecutor:
    """`runs_on: actions`. `pause` waits for so many seconds."""

    access: WorkflowsAccess
    clock: Clock
    pause: Callable[[float], None] = time.sleep

    def run(self, job: CategoryJob, watch: Watch) -> CategoryRun:
        """Run one; the workflow run is cancelled where `watch` raises."""
        workflows = self.access.workflows(job.repository)
        return _Dispatched(workflows, job, watch, self.clock, self.pause).outcome()


def correlation(job: CategoryJob) -> str:
    """What ties a workflow run to a job: the same when the job is done again after a crash."""
    text = repr((job.identity, job.repository.id, job.commit, job.phase, job.category))
    return "canon-" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def inputs(job: CategoryJob) -> Mapping[str, str]:
    """What the workflow is told."""
    category = job.category
    return {
        "correlation": correlation(job),
        "commit": job.commit,
        "category": category.name,
        "command": category.run,
        "setup": category.setup or "",
        "services": " ".join(category.services),
        "seconds": str(math.ceil(category.timeout)),
        "minutes": str(_minutes(job)),
        "again": "no" if category.expect[job.phase] is Expectation.ANY else "yes",
    }


def _minutes(job: CategoryJob) -> int:
    return min(math.ceil(job.category.timeout / 60) + _MARGIN_MINUTES, _LONGEST_MINUTES)


@dataclass(slots=True)
class _Dispatched:
    """One job on its way; `run_id` is that of its workflow run, as soon as it is known."""

    workflows: Workflows
    job: CategoryJob
    watch: Watch
    clock: Clock
    pause: Callable[[float], None]
    run_id: int | None = None
    seen: WorkflowRun | None = None
    taken_up: bool = False
    stage: SandboxStage = SandboxStage.WAITING
    passed_over: set[int] = field(default_factory=set)
    since: datetime = field(init=False)
    ended: bool = False

    def __post_init__(self) -> None:
        self.since = self.clock.now()

    def outcome(self) -> CategoryRun:
        try:
            return self._judged(self._ended_run())
        except _NotRunError as error:
            self._cancel()
            return CategoryRun(
                not_run(self.job.category, self.job.phase, str(error)), self._heading()
            )
        except BaseException:
            self._cancel()
            raise

    def _ended_run(self) -> WorkflowRun:
        """The workflow run at its end.

        One that was dispatched before a crash and cancelled by it is not taken for the answer.
        """
        self._begin()
        run = self._wait()
        if self.taken_up and run.conclusion == CANCELLED:
            self.passed_over.add(run.id)
            self._begin()
            run = self._wait()
        self.ended = True
        return run

    def _begin(self) -> None:
        self.run_id, self.taken_up = None, False
        self.run_id = self._asked(self._taken_up_or_dispatched)

    def _taken_up_or_dispatched(self) -> int | None:
        """Dispatch, unless an earlier attempt did whose answer, or whose process, was lost."""
        for run in self._ours():
            if run.conclusion != CANCELLED:
                self.taken_up = True
                return run.id
            self.passed_over.add(run.id)
        return self.workflows.dispatch(self._workflow, inputs(self.job))

    def _ours(self) -> Iterator[WorkflowRun]:
        name = correlation(self.job)
        for run in self.workflows.recent(self._workflow):
            if name in run.title and run.id not in self.passed_over:
                yield run

    @property
    def _workflow(self) -> str:
        workflow = self.job.category.workflow
        if workflow is None:
            raise ValueError("a category that runs on Actions names its workflow")
        return workflow

    def _wait(self) -> WorkflowRun:
        lost_at = self.clock.now() + _APPEARS_WITHIN
        late_at = self.clock.now() + _STARTS_WITHIN
        limit = timedelta(minutes=_minutes(self.job) + 1)
        interval = _FIRST_LOOK_SECONDS
        while True:
            run = self._asked(self._look)
            now = self.clock.now()
            if run is None and now >= lost_at:
                raise _NotRunError(self._lost())
            if run is not None:
                self.run_id, self.seen = run.id, run
                lost_at = now + _GONE_AFTER
                if run.completed:
                    return run
                if not run.queued and self.stage is SandboxStage.WAITING:
                    self.stage, late_at = SandboxStage.RUNNING, now + limit
                if now >= late_at:
                    raise _NotRunError(self._too_late(run, limit))
            self._sleep_until(now + timedelta(seconds=interval))
            interval = min(interval * 1.5, _LONGEST_LOOK_SECONDS)

    def _lost(self) -> str:
        if self.seen is None:
            return "GitHub took the dispatch, and no workflow run of it is there"
        return f"{self._name(self.seen)} is gone from GitHub"

    def _too_late(self, run: WorkflowRun, limit: timedelta) -> str:
        if self.stage is SandboxStage.WAITING:
            minutes = int(_STARTS_WITHIN.total_seconds() // 60)
            return f"no runner of GitHub Actions took {self._name(run)} within {minutes} minutes"
        minutes = int(limit.total_seconds() // 60)
        return f"{self._name(run)} did not end within {minutes} minutes"

    def _name(self, run: WorkflowRun) -> str:
        """A run as GitHub's pages call it; addresses would be broken up in comments."""
        return f"run {run.number} of {self._workflow}"

    def _heading(self) -> bytes:
        """The first line of the log: where GitHub has all of it."""
        return f"{self.seen.url}\n".encode() if self.seen else b""

    def _look(self) -> WorkflowRun | None:
        if self.run_id is not None:
            return self.workflows.run(self.run_id)
        return next(self._ours(), None)

    def _judged(self, run: WorkflowRun) -> CategoryRun:
        if run.conclusion == CANCELLED:
            raise _NotRunError(f"{self._name(run)} was cancelled on GitHub")
        artifact = self._artifact(run)
        if artifact.commit != self.job.commit:
            raise _NotRunError(f"{self._name(run)} tested another commit")
        note = f"it ran on GitHub Actions: {self._name(run)}"
        first, *again = (_report(attempt, artifact.log, note) for attempt in artifact.attempts)
        result = assess(
            self.job.category,
            self.job.phase,
            first,
            again=again[0] if again else None,
            untrusted=self.job.untrusted,
        )
        return CategoryRun(result, self._heading() + artifact.log)

    def _artifact(self, run: WorkflowRun) -> Artifact:
        name = correlation(self.job)
        try:
            content = self._asked(lambda: self.workflows.artifact(run.id, name, LARGEST))
            if content is None:
                raise _NotRunError(
                    f"{self._name(run)} ended with `{run.conclusion}` and left no results"
                )
            return read_artifact(content)
        except UnreadableArtifactError as error:
            raise _NotRunError(
                f"the artifact of {self._name(run)} cannot be read: {error}"
            ) from error

    def _asked(self, question: Callable[[], _T]) -> _T:
        """What GitHub answers; asked again for some minutes where it wants to be."""
        until = self.clock.now() + _PATIENCE
        while True:
            try:
                return question()
            except RetryLaterError as error:
                if error.at > until or self.clock.now() >= until:
                    raise _NotRunError(str(error)) from error
                self._sleep_until(error.at)
            except ArtifactExpiredError as error:
                raise _NotRunError(f"its results have expired on GitHub: {error}") from error
            except PermissionMissingError as error:
                raise _NotRunError(f"Canon may not use GitHub Actions here: {error}") from error
            except CouldNotCheckError as error:
                raise _NotRunError(str(error)) from error

    def _sleep_until(self, moment: datetime) -> None:
        while True:
            self._tell()
            left = (moment - self.clock.now()).total_seconds()
            if left <= 0:
                return
            self.pause(min(left, _TICK_SECONDS))

    def _tell(self) -> None:
        seconds = (self.clock.now() - self.since).total_seconds()
        self.watch(
            CategoryProgress(category=self.job.category.name, stage=self.stage, seconds=seconds)
        )

    def _cancel(self) -> None:
        """Let nothing go on that nobody waits for; where that fails, its own time limit ends it."""
        if self.run_id is not None and not self.ended:
            with suppress(CouldNotCheckError):
                self.workflows.cancel(self.run_id)


def _report(attempt: Attempt, log: bytes, note: str) -> RunReport:
    return RunReport(
        ending=attempt.ending,
        status=attempt.status,
        seconds=attempt.seconds,
        log=log,
        results=attempt.results,
        stream=Stream(),
        notes=(note,),
    )
