"""The one entry of all work: look at what a target is now, and make its verdict stand."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import structlog

from bot.domain.errors import RetryLaterError
from bot.domain.work import TargetKind, TargetState
from bot.handlers import branch, comment, commit, issue, merge_group, pull_request, repository
from bot.handlers.services import Services

_log = structlog.get_logger(__name__)
_HELD_ELSEWHERE = timedelta(seconds=1)

RECONCILERS: Mapping[TargetKind, Callable[[Services, TargetState], None]] = {
    TargetKind.PULL_REQUEST: pull_request.reconcile,
    TargetKind.BRANCH: branch.reconcile,
    TargetKind.MERGE_GROUP: merge_group.reconcile,
    TargetKind.COMMIT: commit.reconcile,
    TargetKind.REPOSITORY: repository.reconcile,
    TargetKind.COMMENT: comment.reconcile,
    TargetKind.ISSUE: issue.reconcile,
}


def reconcile(services: Services, key: str) -> None:
    """Reconcile the target with this key.

    Raises `RetryLaterError` when the job should be run again, at the time the error names: another
    process holds the target, or GitHub asked us to wait.
    """
    with structlog.contextvars.bound_contextvars(target=key), services.runs.exclusive(key) as ours:
        if not ours:
            at = services.clock.now() + _HELD_ELSEWHERE
            raise RetryLaterError(f"{key} is being worked on by another process", at)
        state = services.runs.target(key)
        if state is None:
            _log.warning("target.unknown")
            return
        RECONCILERS[state.target.kind](services, state)
