"""https://docs.github.com/en/rest/pulls/pulls."""

from simulator.activity import merging, pulls
from simulator.answers import Answer, Refusal, not_found
from simulator.calls import Call
from simulator.model import TALK, PullRequest
from simulator.payloads.pulls import simple_pull
from simulator.payloads.repositories import commit, diff_entry
from simulator.routing import REPO, Routes

routes = Routes()

PULL = f"{REPO}/pulls/<int:number>"


@routes.add("GET", f"{REPO}/pulls", "pull_requests")
def list_pulls(call: Call) -> Answer:
    """Pull requests; `state`, `head` (owner:branch) and `base` filter, newest first by default."""
    state = call.query("state", "open")
    found = [
        pull
        for pull in call.repo.pulls.values()
        if state in ("all", pull.issue.state)
        and call.query("base") in ("", pull.base_ref)
        and call.query("head") in ("", f"{pull.head_owner.login}:{pull.head_ref}")
    ]
    if call.query("sort") == "updated":
        found.sort(key=lambda pull: pull.issue.updated_at)
    ascending = call.query("direction", "desc") == "asc"
    return call.page_of(
        found if ascending else found[::-1], lambda pull: simple_pull(call.urls, pull)
    )


@routes.add("POST", f"{REPO}/pulls", "pull_requests", level=TALK)
def create(call: Call) -> Answer:
    """Open a pull request."""
    head, base = (call.required(name, str, "PullRequest") for name in ("head", "base"))
    owner, _, branch = head.rpartition(":")
    source = call.repo
    if owner not in ("", call.repo.owner.login):
        forks = (it for it in call.world.repositories.values() if it.parent is call.repo)
        fork = next((it for it in forks if it.owner.login == owner), None)
        if fork is None:
            raise Refusal(422, "Validation Failed")
        source = fork
    pull = pulls.open_pull(
        call.world,
        call.repo,
        call.user,
        head_repository=source,
        head=branch,
        base=base,
        title=call.required("title", str, "PullRequest"),
        body=call.body.get("body"),
        draft=bool(call.body.get("draft")),
    )
    shown = pulls.shown(call.world, pull)
    return Answer(shown, 201, {"Location": shown["url"]})


@routes.add("GET", PULL, "pull_requests")
def get(call: Call, number: int) -> Answer:
    """One pull request."""
    return Answer(pulls.shown(call.world, pull_of(call, number)))


@routes.add("PATCH", PULL, "pull_requests")
def update(call: Call, number: int) -> Answer:
    """Change title, body, base or state."""
    pull = pull_of(call, number)
    pulls.update(call.world, pull, call.user, call.body)
    return Answer(pulls.shown(call.world, pull))


@routes.add("GET", f"{PULL}/files", "pull_requests")
def list_files(call: Call, number: int) -> Answer:
    """What it changes against the merge base; at most 3000 files."""
    pull, git = pull_of(call, number), call.repo.git
    base = git.merge_base(pull.base_sha, pull.head_sha)
    changes = git.changes(base, pull.head_sha)[:3000]
    return call.page_of(changes, lambda it: diff_entry(call.urls, call.repo, pull.head_sha, it))


@routes.add("GET", f"{PULL}/commits", "pull_requests")
def list_commits(call: Call, number: int) -> Answer:
    """Its commits, oldest first; at most 250."""
    pull = pull_of(call, number)
    shas = call.repo.git.log([pull.head_sha], [pull.base_sha], 250)
    return call.page_of(shas, lambda sha: commit(call.urls, call.repo, sha))


@routes.add("GET", f"{PULL}/merge", "pull_requests")
def is_merged(call: Call, number: int) -> Answer:
    """204 when it has been merged."""
    if pull_of(call, number).merged_at is None:
        raise not_found()
    return Answer(None, 204)


@routes.add("PUT", f"{PULL}/merge", "contents")
def merge(call: Call, number: int) -> Answer:
    """Merge it, if nothing stands against it."""
    pull = pull_of(call, number)
    if call.body.get("sha", pull.head_sha) != pull.head_sha:
        raise Refusal(409, "Head branch was modified. Review and try the merge again.")
    sha = merging.merge(call.world, pull, call.user)
    return Answer({"sha": sha, "merged": True, "message": "Pull Request successfully merged"})


@routes.add("GET", f"{REPO}/commits/<sha>/pulls", "pull_requests")
def list_for_commit(call: Call, sha: str) -> Answer:
    """Open pull requests whose head this commit is."""
    found = [pull for pull in call.repo.pulls.values() if pull.open and pull.head_sha == sha]
    return call.page_of(found, lambda pull: simple_pull(call.urls, pull))


def pull_of(call: Call, number: int) -> PullRequest:
    """The pull request of that number here, or 404."""
    pull = call.repo.pulls.get(number)
    if pull is None:
        raise not_found()
    return pull
