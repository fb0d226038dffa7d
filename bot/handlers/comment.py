"""A comment with commands in it: each is carried out once, and all are answered in one comment."""

import structlog

from bot.commands.grammar import Conversation
from bot.commands.parser import Refusal, Request, parse
from bot.commands.permission import refusal
from bot.domain.conversation import Comment
from bot.domain.errors import (
    CouldNotCheckError,
    InputError,
    PermissionMissingError,
    RepositoryGoneError,
    RequestRefusedError,
    RetryLaterError,
)
from bot.domain.work import Target, TargetKind, TargetState, Work
from bot.handlers.commands.carry_out import carry_out
from bot.handlers.commands.done import Done
from bot.handlers.commands.here import Here
from bot.handlers.markers import answer_marker, is_tick
from bot.handlers.services import Services
from bot.ports.comments import Received, Settled
from bot.ports.github import Reaction, RepositoryAccess
from bot.reports.answers import Answered, answers, failed, gave_up, refused

_log = structlog.get_logger(__name__)

ATTEMPTS_AT_MOST = 5
"""Commands whose process died this often are given up, with the reason."""


def reconcile(services: Services, state: TargetState) -> None:
    """Do what a comment asks for, and answer it; nothing where that is done."""
    key = state.target.key
    received = services.comments.take(key)
    if received is None or received.answered:
        return
    ticked_on = _ticked_issue(state, received.comment)
    if ticked_on is not None and not _is_status(services, ticked_on, received.comment):
        _log.warning("ticks.forged", comment=received.comment.id, by=received.comment.author)
        services.comments.answered(key, answer_id=None, at=services.clock.now())
        return
    access = services.github.open(state.target.repository)
    here = Here(services, access, state.target, received.comment, received.received_at)
    try:
        answer_id = _answered(here, received)
    except RetryLaterError:
        services.comments.postponed(key)
        raise
    except RepositoryGoneError as error:
        _log.warning("comment.unanswerable", error=str(error))
        answer_id = None
    services.comments.answered(key, answer_id=answer_id, at=services.clock.now())
    if ticked_on is not None:  # the boxes are to be empty again
        branch = access.github.default_branch()
        services.queue.want([Work(target=ticked_on, reason="ticked", base_ref=branch)])


def _ticked_issue(state: TargetState, comment: Comment) -> Target | None:
    """The tracked issue on whose status comment a box was ticked; None for a comment as such."""
    if not is_tick(state.target.name):
        return None
    return Target(state.target.repository, TargetKind.ISSUE, str(comment.number))


def _is_status(services: Services, issue: Target, comment: Comment) -> bool:
    """Whether it is Canon's own comment: anybody can write one that looks like it, and wait."""
    return services.runs.comment_id(issue.key) == comment.id


def _answered(here: Here, received: Received) -> int | None:
    """Carry out what is not settled yet; the id of the answer, None where there is none."""
    comment = received.comment
    requests = parse(comment.body, today=comment.created_at.date())
    if not requests:
        return None
    _react(here.access, comment.id, Reaction.EYES)
    settled = dict(here.services.comments.settled(here.key))
    for position, request in enumerate(requests):
        if position not in settled:
            settled[position] = _settle(here, position, request, received.attempts)
    text = answers(
        [Answered(request.line, settled[n].answer) for n, request in enumerate(requests)]
    )
    answer_id = _say(here, text, received.answer_id)
    fine = all(one.done for one in settled.values())
    _react(here.access, comment.id, Reaction.ROCKET if fine else Reaction.CONFUSED)
    return answer_id


def _settle(here: Here, position: int, request: Request | Refusal, attempts: int) -> Settled:
    with structlog.contextvars.bound_contextvars(command=position):
        done = _outcome(here, position, request, attempts)
        _log.info("command.settled", done=done.ok, by=here.comment.author)
    settled = Settled(done.ok, done.answer)
    at = here.services.clock.now()
    here.services.comments.settle(here.key, position, settled, work=done.work, at=at)
    return settled


def _outcome(here: Here, position: int, request: Request | Refusal, attempts: int) -> Done:
    if attempts > ATTEMPTS_AT_MOST:
        return Done(gave_up(attempts - 1), ok=False)
    try:
        if isinstance(request, Request):
            on_pull_request = here.comment.on_pull_request
            not_allowed = refusal(
                request,
                role=here.role,
                conversation=Conversation.PULL_REQUEST if on_pull_request else Conversation.ISSUE,
                author=here.wrote_pull_request,
            )
            if not_allowed is None:
                return carry_out(here, position, request.effect)
            request = not_allowed
        return Done(refused(request), ok=False)
    except (RetryLaterError, RepositoryGoneError):
        raise
    except (InputError, CouldNotCheckError) as error:
        _log.warning("command.failed", error=str(error), kind=type(error).__name__)
        return Done(failed(error), ok=False)


def _react(access: RepositoryAccess, comment_id: int, reaction: Reaction) -> None:
    """An emoji; one that cannot be put there keeps nothing from being done."""
    try:
        access.publisher.react(comment_id, reaction)
    except (PermissionMissingError, RepositoryGoneError, RequestRefusedError) as error:
        _log.warning("reaction.refused", reaction=reaction.value, error=str(error))


def _say(here: Here, text: str, known_id: int | None) -> int | None:
    """Post the answer, or correct it; None where the conversation takes no comments."""
    request = here.key.rpartition("/")[2]
    try:
        return here.access.publisher.comment(
            here.comment.number,
            text,
            marker=answer_marker(request),
            known_id=known_id,
            since=here.comment.created_at,
        )
    except (PermissionMissingError, RequestRefusedError) as error:
        _log.warning("answer.refused", error=str(error))
        return None
