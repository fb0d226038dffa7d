"""https://docs.github.com/en/rest/commits/commits."""

from simulator.answers import Answer, Refusal, not_found
from simulator.calls import Call
from simulator.model import Json
from simulator.payloads.repositories import commit, diff_entry, full_commit
from simulator.routing import REPO, Routes

routes = Routes()

_MOST = 10_000


@routes.add("GET", f"{REPO}/commits", "contents")
def list_commits(call: Call) -> Answer:
    """History of a ref (`sha`, default branch otherwise), newest first."""
    start = call.repo.git.resolve(call.query("sha", call.repo.default_branch))
    if start is None:
        raise Refusal(409, "Git Repository is empty.") if not call.repo.seen else not_found()
    shas = call.repo.git.log([start], [], _MOST)[::-1]
    return call.page_of(shas, lambda sha: commit(call.urls, call.repo, sha))


@routes.add("GET", f"{REPO}/commits/<path:ref>", "contents")
def get_commit(call: Call, ref: str) -> Answer:
    """One commit, with its files."""
    sha = call.repo.git.resolve(ref)
    if sha is None:
        raise Refusal(422, f"No commit found for SHA: {ref}")
    return Answer(full_commit(call.urls, call.repo, sha))


@routes.add("GET", f"{REPO}/compare/<path:basehead>", "contents")
def compare(call: Call, basehead: str) -> Answer:
    """Two commits, `base...head`, against their merge base."""
    git = call.repo.git
    names = basehead.split("...")
    shas = [sha for sha in map(git.resolve, names) if sha is not None]
    if len(names) != 2 or len(shas) != 2:
        raise not_found()
    common = git.merge_base(*shas)
    if common is None:
        raise Refusal(404, f"No common ancestor between {names[0]} and {names[1]}.")
    return Answer(_comparison(call, basehead, shas[0], shas[1], common))


def _comparison(call: Call, basehead: str, base: str, head: str, common: str) -> Json:
    repo = call.repo
    git, page = repo.git, f"{call.urls.page(repo)}/compare/{basehead}"
    ahead, behind = git.count(base, head), git.count(head, base)
    words = {(False, False): "identical", (True, False): "ahead", (False, True): "behind"}
    changes = git.changes(common, head)
    return {
        "url": f"{call.urls.repository(repo)}/compare/{basehead}",
        "html_url": page,
        "permalink_url": f"{call.urls.page(repo)}/compare/{base}...{head}",
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "base_commit": commit(call.urls, repo, base),
        "merge_base_commit": commit(call.urls, repo, common),
        "status": words.get((ahead > 0, behind > 0), "diverged"),
        "ahead_by": ahead,
        "behind_by": behind,
        "total_commits": ahead,
        "commits": [commit(call.urls, repo, sha) for sha in git.log([head], [base], 250)],
        "files": [diff_entry(call.urls, repo, head, it) for it in changes[:300]],
    }
