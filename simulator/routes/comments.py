"""https://docs.github.com/en/rest/issues/comments and their reactions."""

from datetime import datetime

from simulator.activity import issues
from simulator.answers import Answer, not_found
from simulator.calls import Call
from simulator.model import TALK, WRITE, Comment, suffices
from simulator.payloads import issues as payloads
from simulator.routes.issues import issue_of
from simulator.routing import REPO, Routes

routes = Routes()

EITHER = ("issues", "pull_requests")
COMMENT = f"{REPO}/issues/comments/<int:number>"


@routes.add("GET", f"{REPO}/issues/<int:number>/comments", *EITHER)
def list_comments(call: Call, number: int) -> Answer:
    """Comments of an issue or pull request, oldest first; `since` filters by update."""
    comments = issue_of(call, number).comments
    if call.query("since"):
        since = datetime.fromisoformat(call.query("since"))
        comments = [it for it in comments if it.updated_at >= since]
    return call.page_of(comments, lambda it: payloads.comment(call.urls, it))


@routes.add("POST", f"{REPO}/issues/<int:number>/comments", *EITHER, level=TALK)
def create(call: Call, number: int) -> Answer:
    """Write a comment."""
    body = call.required("body", str, "IssueComment")
    issue = issue_of(call, number)
    it = issues.comment(call.world, issue, call.user, body, call.actor.app)
    shown = payloads.comment(call.urls, it)
    return Answer(shown, 201, {"Location": shown["url"]})


@routes.add("GET", f"{REPO}/issues/comments", *EITHER)
def list_all(call: Call) -> Answer:
    """Comments of the whole repository, oldest first."""
    return call.page_of(
        list(call.repo.comments.values()), lambda it: payloads.comment(call.urls, it)
    )


@routes.add("GET", COMMENT, *EITHER)
def get(call: Call, number: int) -> Answer:
    """One comment."""
    return Answer(payloads.comment(call.urls, _comment(call, number)))


@routes.add("PATCH", COMMENT, *EITHER, level=TALK)
def update(call: Call, number: int) -> Answer:
    """Change its text."""
    it = _comment(call, number)
    _may_change(call, it)
    issues.edit_comment(call.world, it, call.user, call.required("body", str, "IssueComment"))
    return Answer(payloads.comment(call.urls, it))


@routes.add("DELETE", COMMENT, *EITHER, level=TALK)
def delete(call: Call, number: int) -> Answer:
    """Remove it."""
    it = _comment(call, number)
    _may_change(call, it)
    issues.delete_comment(call.world, it, call.user)
    return Answer(None, 204)


@routes.add("GET", f"{COMMENT}/reactions", *EITHER)
def list_reactions(call: Call, number: int) -> Answer:
    """The emoji on a comment."""
    wanted = call.query("content")
    reactions = [it for it in _comment(call, number).reactions if wanted in ("", it.content)]
    return call.page_of(reactions, lambda it: payloads.reaction(call.urls, it))


@routes.add("POST", f"{COMMENT}/reactions", *EITHER, level=TALK)
def react(call: Call, number: int) -> Answer:
    """Add an emoji; 200 where it is already there."""
    content = call.required("content", str, "Reaction")
    reactions = _comment(call, number).reactions
    reaction, new = issues.react(call.world, reactions, call.user, content)
    return Answer(payloads.reaction(call.urls, reaction), 201 if new else 200)


@routes.add("DELETE", f"{COMMENT}/reactions/<int:reaction_number>", *EITHER, level=TALK)
def unreact(call: Call, number: int, reaction_number: int) -> Answer:
    """Take an emoji away."""
    reactions = _comment(call, number).reactions
    reaction = next((it for it in reactions if it.id == reaction_number), None)
    if reaction is None:
        raise not_found()
    reactions.remove(reaction)
    return Answer(None, 204)


def _comment(call: Call, number: int) -> Comment:
    it = call.repo.comments.get(number)
    if it is None:
        raise not_found()
    return it


def _may_change(call: Call, it: Comment) -> None:
    trusted = call.actor.installation is not None or suffices(call.repo.role_of(call.user), WRITE)
    if it.user is not call.user and not trusted:
        raise call.actor.refusal()
