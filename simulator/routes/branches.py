"""https://docs.github.com/en/rest/branches."""

from simulator.answers import Answer, Refusal, not_found
from simulator.calls import Call
from simulator.payloads import repositories as payloads
from simulator.routing import REPO, Routes

routes = Routes()


@routes.add("GET", f"{REPO}/branches", "contents")
def list_branches(call: Call) -> Answer:
    """Branches by name; `protected` filters."""
    repo = call.repo
    prefix = "refs/heads/"
    names = [ref.removeprefix(prefix) for ref in sorted(repo.seen) if ref.startswith(prefix)]
    if call.query("protected"):
        wanted = call.query("protected") == "true"
        names = [name for name in names if (name in repo.protections) == wanted]
    return call.page_of(
        names,
        lambda name: payloads.short_branch(call.urls, repo, name, repo.head(name) or ""),
    )


@routes.add("GET", f"{REPO}/branches/<path:branch>", "contents")
def get_branch(call: Call, branch: str) -> Answer:
    """One branch."""
    sha = call.repo.head(branch)
    if sha is None:
        raise Refusal(404, "Branch not found")
    return Answer(payloads.branch(call.urls, call.repo, branch, sha))


@routes.add(
    "GET",
    f"{REPO}/branches/<path:branch>/protection/required_status_checks",
    "administration",
)
def get_required_checks(call: Call, branch: str) -> Answer:
    """What a protected branch asks for."""
    rule = call.repo.protections.get(branch)
    if rule is None:
        raise not_found()
    url = f"{call.urls.repository(call.repo)}/branches/{branch}/protection/required_status_checks"
    return Answer(
        {
            "url": url,
            "strict": rule.strict,
            "contexts": rule.required,
            "checks": [{"context": name, "app_id": rule.app_id} for name in rule.required],
            "contexts_url": f"{url}/contexts",
        }
    )
