"""https://docs.github.com/en/rest/commits/statuses."""

from simulator.activity import statuses
from simulator.answers import Answer, Refusal
from simulator.calls import Call
from simulator.payloads import checks as payloads
from simulator.routing import REPO, Routes

routes = Routes()


@routes.add("POST", f"{REPO}/statuses/<sha>", "statuses")
def create(call: Call, sha: str) -> Answer:
    """Set a status on a commit."""
    call.required("state", str, "Status")
    it = statuses.create(call.world, call.repo, call.user, sha, call.body)
    shown = payloads.status(call.urls, call.repo, it)
    return Answer(shown, 201, {"Location": shown["url"]})


@routes.add("GET", f"{REPO}/commits/<path:ref>/statuses", "statuses")
def list_statuses(call: Call, ref: str) -> Answer:
    """All statuses of a commit, newest first."""
    sha = _sha(call, ref)
    found = [it for it in reversed(call.repo.statuses) if it.sha == sha]
    return call.page_of(found, lambda it: payloads.status(call.urls, call.repo, it))


@routes.add("GET", f"{REPO}/commits/<path:ref>/status", "statuses")
def combined(call: Call, ref: str) -> Answer:
    """What the newest statuses of each context come to."""
    sha = _sha(call, ref)
    newest = {it.context: it for it in call.repo.statuses if it.sha == sha}
    return Answer(payloads.combined_status(call.urls, call.repo, sha, list(newest.values())))


def _sha(call: Call, ref: str) -> str:
    sha = call.repo.git.resolve(ref)
    if sha is None:
        raise Refusal(404, "Not Found")
    return sha
