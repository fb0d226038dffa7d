from simulator.answers import Refusal, invalid
from simulator.events import announce
from simulator.model import (
    App,
    Comment,
    Issue,
    Json,
    Label,
    Reaction,
    Repository,
    User,
    now,
)
from simulator.payloads import issues as payloads
from simulator.world import World

_LONGEST_BODY = 65536


def new_issue(world: World, repo: Repository, author: User, title: str, body: str | None) -> Issue:
    """Take the next number; announces nothing."""
    number = max(repo.issues, default=0) + 1
    issue = Issue(world.new_id(), repo, number, title, body, author)
    repo.issues[number] = issue
    return issue


def open_issue(world: World, repo: Repository, author: User, title: str, body: str | None) -> Issue:
    """Open an issue."""
    issue = new_issue(world, repo, author, title, body)
    _tell(world, issue, "opened", author)
    return issue


def edit(world: World, issue: Issue, sender: User, sent: Json) -> None:
    """Change title, body, labels or state."""
    changes = {
        member: {"from": getattr(issue, member) or ""}
        for member in ("title", "body")
        if member in sent and sent[member] != getattr(issue, member)
    }
    for member in changes:
        setattr(issue, member, sent[member])
    if changes:
        issue.updated_at = now()
        _tell(world, issue, "edited", sender, {"changes": changes})
    if sent.get("state", issue.state) != issue.state:
        _set_state(world, issue, sender, sent["state"], sent.get("state_reason"))


def _set_state(world: World, issue: Issue, sender: User, state: str, reason: str | None) -> None:
    issue.state = state
    closed = state == "closed"
    issue.closed_at = now() if closed else None
    issue.state_reason = (reason or "completed") if closed else "reopened"
    issue.updated_at = now()
    _tell(world, issue, "closed" if closed else "reopened", sender)


def add_label(world: World, issue: Issue, sender: User, name: str) -> None:
    """Put a label on, making it where the repository has none of that name."""
    labels = issue.repository.labels
    label = labels.setdefault(name, Label(world.new_id(), name))
    if label not in issue.labels:
        issue.labels.append(label)
        shown = payloads.label(world.urls, issue.repository, label)
        _tell(world, issue, "labeled", sender, {"label": shown})


def remove_label(world: World, issue: Issue, sender: User, name: str) -> None:
    """Take a label off; raises `Refusal` 404 where it is not on."""
    label = next((label for label in issue.labels if label.name == name), None)
    if label is None:
        raise Refusal(404, "Label does not exist")
    issue.labels.remove(label)
    shown = payloads.label(world.urls, issue.repository, label)
    _tell(world, issue, "unlabeled", sender, {"label": shown})


def comment(world: World, issue: Issue, author: User, body: str, app: App | None = None) -> Comment:
    """Write a comment."""
    _check_body(body)
    it = Comment(world.new_id(), issue, author, body, app)
    issue.comments.append(it)
    issue.repository.comments[it.id] = it
    issue.updated_at = now()
    _tell_comment(world, it, "created", author)
    return it


def edit_comment(world: World, it: Comment, sender: User, body: str) -> None:
    """Change a comment's text."""
    _check_body(body)
    was, it.body, it.updated_at = it.body, body, now()
    _tell_comment(world, it, "edited", sender, {"changes": {"body": {"from": was}}})


def delete_comment(world: World, it: Comment, sender: User) -> None:
    """Remove a comment."""
    it.issue.comments.remove(it)
    del it.issue.repository.comments[it.id]
    _tell_comment(world, it, "deleted", sender)


def react(
    world: World, reactions: list[Reaction], user: User, content: str
) -> tuple[Reaction, bool]:
    """Add an emoji; (the reaction, whether it is new). Nobody gives the same one twice."""
    if content not in ("+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"):
        raise invalid("Reaction", "content", "invalid")
    for reaction in reactions:
        if reaction.user is user and reaction.content == content:
            return reaction, False
    reactions.append(Reaction(world.new_id(), user, content))
    return reactions[-1], True


def _check_body(body: str) -> None:
    if not body.strip():
        raise invalid("IssueComment", "body", "missing_field", "Body can't be blank")
    if len(body) > _LONGEST_BODY:
        message = f"body is too long (maximum is {_LONGEST_BODY} characters)"
        raise invalid("IssueComment", "body", "custom", message)


def _tell(world: World, issue: Issue, action: str, sender: User, more: Json | None = None) -> None:
    if issue.pull is not None:
        return
    body = {"action": action, "issue": payloads.issue(world.urls, issue), **(more or {})}
    announce(world, "issues", issue.repository, sender, body)


def _tell_comment(
    world: World, it: Comment, action: str, sender: User, more: Json | None = None
) -> None:
    body = {
        "action": action,
        "issue": payloads.issue(world.urls, it.issue),
        "comment": payloads.comment(world.urls, it),
        **(more or {}),
    }
    announce(world, "issue_comment", it.issue.repository, sender, body)
