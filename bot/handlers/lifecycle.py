"""One run from its beginning to its end: never silent, never twice."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bot.domain.errors import (
    CanonError,
    CouldNotCheckError,
    DeadlineExceededError,
    PermissionMissingError,
    RepositoryGoneError,
    RequestRefusedError,
    RetryLaterError,
    SupersededError,
)
from bot.domain.publication import Publication
from bot.domain.work import TargetState
from bot.handlers.checkpoint import CancelledError, Checkpoint, WithdrawnError
from bot.handlers.context import report_context
from bot.handlers.ledger import Ledger, LostRunError
from bot.handlers.posting import Posting
from bot.handlers.services import Services
from bot.handlers.subject import Subject
from bot.ports.clock import Cancellation
from bot.ports.github import RepositoryAccess
from bot.ports.store import Run, RunState
from bot.reports import pull_request as report
from bot.reports.endings import cancelled, withdrawn

_log = structlog.get_logger(__name__)

ATTEMPTS_AT_MOST = 5
"""A run whose process died this often is ended with the reason: it would only do so again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A subject as it was found, and the means to look again.

    `head_now` answers the subject's head at the time of asking, None when it is gone.
    """

    services: Services
    access: RepositoryAccess
    state: TargetState
    subject: Subject
    head_now: Callable[[], str | None]


Judge = Callable[[Situation, Ledger, Posting, Cancellation], Publication | None]
"""The work between start and end; None means that there is nothing to post."""


def keep_true(situation: Situation, judge: Judge) -> None:
    """See to it that the subject's verdict stands, doing no more than is missing for that."""
    newest = situation.services.runs.newest(situation.state.target.key)
    if newest is not None and _stands(newest, situation):
        return
    run = _take_up(newest, situation)
    ledger = Ledger(situation.services.runs, run)
    with structlog.contextvars.bound_contextvars(run=run.id, head=run.head_sha):
        try:
            _go(situation, ledger, judge)
        except LostRunError:
            _log.warning("run.lost")


def withdraw(services: Services, access: RepositoryAccess, state: TargetState) -> None:
    """End what is running for a target that is gone."""
    newest = services.runs.newest(state.target.key)
    if newest is not None and newest.state is RunState.RUNNING:
        run = _fence(services, newest)
        situation = _left_behind(services, access, state, run)
        _end(situation, run, Publication(check=withdrawn()), RunState.WITHDRAWN)


def expire(services: Services, access: RepositoryAccess, state: TargetState, run: Run) -> None:
    """End a run that is past its deadline and whose process does not answer."""
    error = DeadlineExceededError("the process that worked on this run stopped answering")
    fenced = _fence(services, run)
    publication = report.failed(error, report_context(services, state.target, fenced))
    _end(_left_behind(services, access, state, fenced), fenced, publication, RunState.EXPIRED)


def _stands(newest: Run, situation: Situation) -> bool:
    """Whether the newest run is the verdict on this head that nobody has asked to repeat."""
    return newest.state in {RunState.COMPLETED, RunState.CANCELLED} and _same(newest, situation)


def _same(run: Run, situation: Situation) -> bool:
    return (
        run.head_sha == situation.subject.head_sha
        and run.base_ref == situation.subject.base_ref
        and run.generation >= situation.state.forced_generation
    )


def _take_up(newest: Run | None, situation: Situation) -> Run:
    """The unfinished run of this very head, or a new one; an unfinished one of another ends."""
    services, state, subject = situation.services, situation.state, situation.subject
    now = services.clock.now()
    deadline_at = now + services.deadline
    if newest is not None and newest.state is RunState.RUNNING:
        if _same(newest, situation):
            return services.runs.resume(newest, deadline_at=deadline_at)
        run = _fence(services, newest)
        by = subject.head_sha if newest.head_sha != subject.head_sha else "a newer run"
        left = _left_behind(services, situation.access, state, run)
        _end(left, run, Publication(check=report.superseded(by)), RunState.SUPERSEDED)
    return services.runs.begin(
        state,
        head_sha=subject.head_sha,
        base_ref=subject.base_ref,
        now=now,
        deadline_at=deadline_at,
    )


def _go(situation: Situation, ledger: Ledger, judge: Judge) -> None:
    """Judge and post; whatever happens, the check that was started also ends."""
    services, access, subject = situation.services, situation.access, situation.subject
    posting = Posting(
        access.publisher, services.runs, ledger, subject, public_url=services.public_url
    )
    checkpoint = Checkpoint(services.runs, services.clock, ledger, situation.head_now)
    try:
        if ledger.run.attempts > ATTEMPTS_AT_MOST:
            raise _GaveUpError(ledger.run)
        publication = judge(situation, ledger, posting, checkpoint)
        if publication is not None:
            posting.publish(publication)
        _finish(services, ledger, RunState.COMPLETED)
    except LostRunError:
        raise
    except RetryLaterError as error:
        # The world is late, not the run: its deadline starts anew when it may go on.
        ledger.record(deadline_at=max(error.at, services.clock.now()) + services.deadline)
        raise
    except SupersededError as error:
        overtaken = Publication(check=report.superseded(error.by))
        _conclude(services, ledger, posting, overtaken, RunState.SUPERSEDED)
    except CancelledError as error:
        publication = Publication(check=cancelled(error.by))
        _conclude(services, ledger, posting, publication, RunState.CANCELLED)
    except WithdrawnError:
        _conclude(services, ledger, posting, Publication(check=withdrawn()), RunState.WITHDRAWN)
    except RepositoryGoneError as error:
        ledger.record(note=str(error))
        _finish(services, ledger, RunState.WITHDRAWN)
    except CanonError as error:
        _log.warning("run.failed", error=str(error), kind=type(error).__name__)
        context = report_context(services, subject.target, ledger.run)
        _conclude(services, ledger, posting, report.failed(error, context), RunState.COMPLETED)


def _conclude(
    services: Services,
    ledger: Ledger,
    posting: Posting,
    publication: Publication,
    state: RunState,
) -> None:
    """End a run that has no verdict of its own; where no check was started, none is made."""
    note = publication.check.title
    if posting.started:
        try:
            posting.publish(publication)
        except (PermissionMissingError, RepositoryGoneError, RequestRefusedError) as error:
            # There is nowhere to say it on GitHub: the operator has to hear of it.
            _log.error("check.refused", error=str(error), unsaid=note)
            note = f"{note}; not posted: {error}"
    ledger.record(note=note)
    _finish(services, ledger, state)


def _finish(services: Services, ledger: Ledger, state: RunState) -> None:
    ledger.record(state=state, finished_at=services.clock.now())
    _log.info("run.finished", state=state.value, conclusion=ledger.run.conclusion)


def _fence(services: Services, run: Run) -> Run:
    """Take a run from whatever process still holds it."""
    return services.runs.resume(run, deadline_at=services.clock.now() + services.deadline)


def _left_behind(
    services: Services, access: RepositoryAccess, state: TargetState, run: Run
) -> Situation:
    """The situation of a run that only has to be ended."""
    return Situation(
        services=services,
        access=access,
        state=state,
        subject=Subject(
            target=state.target, head_sha=run.head_sha, base_ref=run.base_ref or "", fetch=()
        ),
        head_now=lambda: None,
    )


def _end(situation: Situation, run: Run, publication: Publication, ending: RunState) -> None:
    services = situation.services
    ledger = Ledger(services.runs, run)
    posting = Posting(situation.access.publisher, services.runs, ledger, situation.subject)
    _conclude(services, ledger, posting, publication, ending)


class _GaveUpError(CouldNotCheckError):
    """The run's process died again and again."""

    def __init__(self, run: Run) -> None:
        super().__init__(
            f"the run died {run.attempts - 1} times at the stage {run.stage.value}; "
            "the service's log says more"
        )
