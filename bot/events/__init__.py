"""GitHub payload -> typed event. One file per event; only what is used is parsed."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from bot.events import (
    check_run,
    check_suite,
    installation,
    installation_repositories,
    issue_comment,
    issues,
    merge_group,
    pull_request,
)
from bot.events.check_run import CheckRunRerequested
from bot.events.check_suite import CheckSuiteRerequested
from bot.events.installation import InstallationChanged
from bot.events.installation_repositories import InstallationRepositoriesChanged
from bot.events.issue_comment import IssueCommented
from bot.events.issues import IssueChanged
from bot.events.merge_group import MergeGroupChanged
from bot.events.payload import Part
from bot.events.ping import Ping
from bot.events.pull_request import PullRequestChanged
from bot.events.push import Push

__all__ = [
    "CheckRunRerequested",
    "CheckSuiteRerequested",
    "Event",
    "Ignored",
    "InstallationChanged",
    "InstallationRepositoriesChanged",
    "IssueChanged",
    "IssueCommented",
    "MergeGroupChanged",
    "Ping",
    "PullRequestChanged",
    "Push",
    "Unreadable",
    "parse",
]

Event = (
    Ping
    | Push
    | PullRequestChanged
    | MergeGroupChanged
    | CheckRunRerequested
    | CheckSuiteRerequested
    | InstallationChanged
    | InstallationRepositoriesChanged
    | IssueCommented
    | IssueChanged
)


@dataclass(frozen=True, slots=True)
class Ignored:
    """A delivery that Canon has no use for."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A delivery of a kind that Canon handles, whose payload does not fit."""

    reason: str


@dataclass(frozen=True, slots=True)
class _Readable:
    """How one event is read: the model, and the actions that are handled (None: it has none)."""

    model: type[Part]
    actions: frozenset[str] | None = None


_EVENTS: Mapping[str, _Readable] = {
    "ping": _Readable(Ping),
    "push": _Readable(Push),
    "pull_request": _Readable(PullRequestChanged, pull_request.ACTIONS),
    "merge_group": _Readable(MergeGroupChanged, merge_group.ACTIONS),
    "check_run": _Readable(CheckRunRerequested, check_run.ACTIONS),
    "check_suite": _Readable(CheckSuiteRerequested, check_suite.ACTIONS),
    "installation": _Readable(InstallationChanged, installation.ACTIONS),
    "installation_repositories": _Readable(
        InstallationRepositoriesChanged, installation_repositories.ACTIONS
    ),
    "issue_comment": _Readable(IssueCommented, issue_comment.ACTIONS),
    "issues": _Readable(IssueChanged, issues.ACTIONS),
}


def parse(name: str, payload: object) -> Event | Ignored | Unreadable:
    """Read one delivery.

    `name` is the X-GitHub-Event header, `payload` the decoded JSON of the body. Never raises:
    what does not fit is `Unreadable`, with the reason for the operator.
    """
    readable = _EVENTS.get(name)
    if readable is None:
        return Ignored("an event that Canon does not handle")
    if not isinstance(payload, dict):
        return Unreadable("the payload is not a JSON object")
    if readable.actions is not None:
        action = payload.get("action")
        if not isinstance(action, str):
            return Unreadable("the payload has no action")
        if action not in readable.actions:
            return Ignored("an action that Canon does not handle")
    try:
        event = readable.model.model_validate(payload)
    except ValidationError as error:
        return Unreadable(_explain(error))
    assert isinstance(event, Event)
    return event


def _explain(error: ValidationError) -> str:
    """The places that do not fit, without the values (they are not ours to log)."""
    places = (
        f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"
        for fault in error.errors(include_url=False, include_input=False)[:5]
    )
    return "; ".join(places)[:1000]
