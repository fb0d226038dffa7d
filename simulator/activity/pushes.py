from simulator.activity import checks, pulls
from simulator.events import announce
from simulator.git import ZERO
from simulator.model import Json, RefChange, Repository, User, now
from simulator.payloads.repositories import pushed_commit, pushed_repository
from simulator.world import World

_MOST_COMMITS = 2048


def notice(world: World, repo: Repository, sender: User) -> list[RefChange]:
    """Compare the refs on disk with those last announced, and tell everybody what moved."""
    refs = repo.git.refs()
    known = repo.seen
    moved = [
        RefChange(ref, known.get(ref), refs.get(ref))
        for ref in sorted({*known, *refs})
        if known.get(ref) != refs.get(ref)
    ]
    if moved:
        repo.seen = refs
        repo.pushed_at = now()
    for change in moved:
        announce(
            world, "push", repo, sender, _push(world, repo, sender, change, list(known.values()))
        )
    for change in moved:
        _follow(world, repo, sender, change)
    return moved


def _follow(world: World, repo: Repository, sender: User, change: RefChange) -> None:
    if change.branch is None:
        return
    if change.after is not None:
        checks.open_suites(world, repo, change, sender)
    pulls.head_moved(world, repo, change.branch, change.after, sender)
    pulls.base_moved(world, repo, change.branch, change.after, sender)


def _push(
    world: World, repo: Repository, sender: User, change: RefChange, known: list[str]
) -> Json:
    git, page = repo.git, world.urls.page(repo)
    before, after = change.before or ZERO, change.after or ZERO
    shas: list[str] = []
    forced = False
    if change.after is not None:
        without = known if change.before is None else [change.before]
        shas = git.log([change.after], without, _MOST_COMMITS)
        forced = change.before is not None and not git.contains(change.before, change.after)
    tip = None if change.after is None else git.commit(change.after).sha
    listed = [*shas, *filter(None, [tip])]
    touched = git.touched(listed)
    commits = {sha: pushed_commit(world.urls, repo, sha, touched.get(sha)) for sha in listed}
    return {
        "ref": change.ref,
        "before": before,
        "after": after,
        "base_ref": None,
        "created": change.before is None,
        "deleted": change.after is None,
        "forced": forced,
        "compare": f"{page}/compare/{before[:12]}...{after[:12]}",
        "commits": [commits[sha] for sha in shas],
        "head_commit": None if tip is None else commits[tip],
        "pusher": {"name": sender.login, "email": f"{sender.login}@users.noreply.github.example"},
        "repository": pushed_repository(world.urls, repo),
    }
