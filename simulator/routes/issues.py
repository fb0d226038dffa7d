"""https://docs.github.com/en/rest/issues/issues and labels."""

import json

from simulator.activity import issues, pulls
from simulator.answers import Answer, not_found
from simulator.calls import Call
from simulator.model import TALK, Issue
from simulator.payloads import issues as payloads
from simulator.routing import REPO, Routes

routes = Routes()

ISSUE = f"{REPO}/issues/<int:number>"
EITHER = ("issues", "pull_requests")


@routes.add("GET", f"{REPO}/issues", "issues")
def list_issues(call: Call) -> Answer:
    """Issues and pull requests, newest first; `state` and `labels` filter."""
    state = call.query("state", "open")
    labels = {name for name in call.query("labels").split(",") if name}
    found = [
        it
        for it in reversed(call.repo.issues.values())
        if state in ("all", it.state) and labels <= {label.name for label in it.labels}
    ]
    return call.page_of(found, lambda it: payloads.issue(call.urls, it))


@routes.add("POST", f"{REPO}/issues", "issues", level=TALK)
def create(call: Call) -> Answer:
    """Open an issue."""
    title = str(call.required("title", object, "Issue"))
    issue = issues.open_issue(call.world, call.repo, call.user, title, call.body.get("body"))
    for name in call.body.get("labels", []):
        issues.add_label(call.world, issue, call.user, name)
    shown = payloads.issue(call.urls, issue)
    return Answer(shown, 201, {"Location": shown["url"]})


@routes.add("GET", ISSUE, *EITHER)
def get(call: Call, number: int) -> Answer:
    """One issue or pull request."""
    return Answer(payloads.issue(call.urls, issue_of(call, number)))


@routes.add("PATCH", ISSUE, *EITHER)
def update(call: Call, number: int) -> Answer:
    """Change title, body or state."""
    issue = issue_of(call, number)
    if issue.pull is None:
        issues.edit(call.world, issue, call.user, call.body)
    else:
        pulls.update(call.world, issue.pull, call.user, call.body)
    return Answer(payloads.issue(call.urls, issue))


@routes.add("GET", f"{ISSUE}/labels", *EITHER)
def list_labels(call: Call, number: int) -> Answer:
    """The labels on an issue."""
    labels = issue_of(call, number).labels
    return call.page_of(labels, lambda it: payloads.label(call.urls, call.repo, it))


@routes.add("POST", f"{ISSUE}/labels", *EITHER)
def add_labels(call: Call, number: int) -> Answer:
    """Put labels on. GitHub also takes a bare array, though its description does not say so."""
    issue = issue_of(call, number)
    sent = json.loads(call.request.get_data() or b"[]")
    names = sent.get("labels", []) if isinstance(sent, dict) else sent
    for name in names:
        issues.add_label(call.world, issue, call.user, name)
    return Answer([payloads.label(call.urls, call.repo, it) for it in issue.labels])


@routes.add("DELETE", f"{ISSUE}/labels/<label>", *EITHER)
def remove_label(call: Call, number: int, label: str) -> Answer:
    """Take a label off."""
    issue = issue_of(call, number)
    issues.remove_label(call.world, issue, call.user, label)
    return Answer([payloads.label(call.urls, call.repo, it) for it in issue.labels])


@routes.add("GET", f"{ISSUE}/reactions", *EITHER)
def list_reactions(call: Call, number: int) -> Answer:
    """The emoji on an issue."""
    reactions = issue_of(call, number).reactions
    return call.page_of(reactions, lambda it: payloads.reaction(call.urls, it))


@routes.add("POST", f"{ISSUE}/reactions", *EITHER, level=TALK)
def react(call: Call, number: int) -> Answer:
    """Add an emoji; 200 where it is already there."""
    content = call.required("content", str, "Reaction")
    reactions = issue_of(call, number).reactions
    reaction, new = issues.react(call.world, reactions, call.user, content)
    return Answer(payloads.reaction(call.urls, reaction), 201 if new else 200)


def issue_of(call: Call, number: int) -> Issue:
    """The issue or pull request of that number here, or 404."""
    issue = call.repo.issues.get(number)
    if issue is None:
        raise not_found()
    return issue
