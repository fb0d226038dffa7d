"""What each event causes: `ROUTES` shows all that Canon reacts to.

Planning is pure. It says what to look at; what is true there is found out when the work is done.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.commands.grammar import PREFIX
from bot.commands.parser import LONGEST_COMMENT
from bot.domain.conversation import Comment
from bot.domain.repository import RepositoryRef
from bot.domain.work import Target, TargetKind, Work, target_of
from bot.events import (
    CheckRunRerequested,
    CheckSuiteRerequested,
    Event,
    InstallationChanged,
    InstallationRepositoriesChanged,
    IssueChanged,
    IssueCommented,
    MergeGroupChanged,
    Ping,
    PullRequestChanged,
    Push,
)
from bot.events.payload import NamedRepository, reference
from bot.handlers.markers import is_marked, tick_name
from bot.reports import ticks


def plan(event: Event) -> Sequence[Work]:
    """The work that an event asks for; empty where it asks for none."""
    return ROUTES[type(event)](event)


def _ping(_: Ping) -> Sequence[Work]:
    return ()


def _push(event: Push) -> Sequence[Work]:
    if event.branch is None:
        return ()
    return (
        Work(
            target=Target(event.where, TargetKind.BRANCH, event.branch),
            reason="push",
            head_sha=None if event.deleted else event.after,
            base_ref=event.repository.default_branch,
            base_sha=None if event.created else event.before,
            gone=event.deleted,
        ),
    )


def _pull_request(event: PullRequestChanged) -> Sequence[Work]:
    if event.action == "edited" and not event.retargeted:
        return ()
    pull = event.pull_request
    return (
        Work(
            target=Target(event.where, TargetKind.PULL_REQUEST, str(pull.number)),
            reason=f"pull_request.{event.action}",
            head_sha=pull.head.sha,
            base_ref=pull.base.ref,
            gone=event.action == "closed",
        ),
    )


def _merge_group(event: MergeGroupChanged) -> Sequence[Work]:
    group = event.merge_group
    return (
        Work(
            target=Target(event.where, TargetKind.MERGE_GROUP, group.head_ref),
            reason=f"merge_group.{event.action}",
            head_sha=group.head_sha,
            base_ref=group.base_ref.removeprefix("refs/heads/"),
            base_sha=group.base_sha,
            gone=event.action == "destroyed",
        ),
    )


def _check_run(event: CheckRunRerequested) -> Sequence[Work]:
    check = event.check_run
    target = target_of(check.external_id or "", event.where) or Target(
        event.where, TargetKind.COMMIT, check.head_sha
    )
    return (Work(target=target, reason="check_run.rerequested", force=True),)


def _check_suite(event: CheckSuiteRerequested) -> Sequence[Work]:
    """A suite does not name a fork's pull request, so its commit is what is looked up."""
    target = Target(event.where, TargetKind.COMMIT, event.check_suite.head_sha)
    return (Work(target=target, reason="check_suite.rerequested", force=True),)


def _installation(event: InstallationChanged) -> Sequence[Work]:
    gone = event.action in {"deleted", "suspend"}
    return [
        _whole(reference(repository, event.installation), f"installation.{event.action}", gone=gone)
        for repository in event.repositories
    ]


def _installation_repositories(event: InstallationRepositoriesChanged) -> Sequence[Work]:
    def each(repositories: Sequence[NamedRepository], *, gone: bool) -> list[Work]:
        return [
            _whole(
                reference(repository, event.installation),
                f"installation_repositories.{event.action}",
                gone=gone,
            )
            for repository in repositories
        ]

    return [
        *each(event.repositories_added, gone=False),
        *each(event.repositories_removed, gone=True),
    ]


def _issue_comment(event: IssueCommented) -> Sequence[Work]:
    return _ticked(event) if event.action == "edited" else _commented(event)


def _ticked(event: IssueCommented) -> Sequence[Work]:
    """Check boxes in a status comment, ticked by a person: their commands, in that person's name.

    Whether the comment is the status comment is looked at when they are done.
    """
    comment, sender = event.comment, event.sender
    body = (comment.body or "")[: LONGEST_COMMENT + 1]
    commands = ticks.ticked(body) if is_marked(body) and sender.type != "Bot" else ()
    if not commands:
        return ()
    return (
        Work(
            target=Target(
                event.where, TargetKind.COMMENT, tick_name(comment.id, comment.updated_at)
            ),
            reason="issue_comment.edited",
            comment=Comment(
                id=comment.id,
                number=event.issue.number,
                on_pull_request=event.issue.pull_request is not None,
                opened_by=event.issue.user.id if event.issue.user else None,
                author=sender.login,
                author_id=sender.id,
                body="\n".join(f"{PREFIX} {command}" for command in commands),
                created_at=comment.updated_at,
            ),
        ),
    )


def _commented(event: IssueCommented) -> Sequence[Work]:
    """Comments by people in which a command may be: what is one, is read when it is done."""
    comment, issue = event.comment, event.issue
    author, body = comment.user, (comment.body or "")[: LONGEST_COMMENT + 1]
    if author is None or author.type == "Bot" or is_marked(body) or PREFIX not in body.lower():
        return ()
    return (
        Work(
            target=Target(event.where, TargetKind.COMMENT, str(comment.id)),
            reason="issue_comment.created",
            comment=Comment(
                id=comment.id,
                number=issue.number,
                on_pull_request=issue.pull_request is not None,
                opened_by=issue.user.id if issue.user else None,
                author=author.login,
                author_id=author.id,
                body=body,
                created_at=comment.created_at,
            ),
        ),
    )


def _issue(event: IssueChanged) -> Sequence[Work]:
    return (
        Work(
            target=Target(event.where, TargetKind.ISSUE, str(event.issue.number)),
            reason=f"issues.{event.action}",
            base_ref=event.repository.default_branch,
        ),
    )


def _whole(repository: RepositoryRef, reason: str, *, gone: bool) -> Work:
    return Work(target=Target(repository, TargetKind.REPOSITORY, ""), reason=reason, gone=gone)


ROUTES: Mapping[type[Event], Callable[[Any], Sequence[Work]]] = {
    Ping: _ping,
    Push: _push,
    PullRequestChanged: _pull_request,
    MergeGroupChanged: _merge_group,
    CheckRunRerequested: _check_run,
    CheckSuiteRerequested: _check_suite,
    InstallationChanged: _installation,
    InstallationRepositoriesChanged: _installation_repositories,
    IssueCommented: _issue_comment,
    IssueChanged: _issue,
}
