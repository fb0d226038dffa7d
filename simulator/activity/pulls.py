from simulator.activity.issues import new_issue
from simulator.answers import Refusal, invalid
from simulator.events import announce
from simulator.model import Json, PullRequest, Repository, User, now
from simulator.payloads.checks import latest
from simulator.payloads.pulls import full_pull
from simulator.world import World


def open_pull(  # noqa: PLR0913 - the form of a pull request has this many fields
    world: World,
    repo: Repository,
    author: User,
    *,
    head_repository: Repository,
    head: str,
    base: str,
    title: str,
    body: str | None = None,
    draft: bool = False,
) -> PullRequest:
    """Open a pull request; raises `Refusal` 422 where a branch is missing or nothing differs."""
    head_sha, base_sha = head_repository.head(head), repo.head(base)
    if head_sha is None:
        raise invalid("PullRequest", "head", "invalid")
    if base_sha is None:
        raise invalid("PullRequest", "base", "invalid")
    if any(_same_way(p, head_repository, head, base) for p in repo.pulls.values() if p.open):
        message = f"A pull request already exists for {head_repository.owner.login}:{head}."
        raise invalid("PullRequest", "", "custom", message)
    bring(repo, head_repository, head_sha)
    if repo.git.contains(head_sha, base_sha):
        raise invalid("PullRequest", "", "custom", f"No commits between {base} and {head}")
    issue = new_issue(world, repo, author, title, body)
    pull = PullRequest(
        world.new_id(),
        issue,
        head_repository,
        head_repository.owner,
        head,
        head_sha,
        base,
        base_sha,
        draft,
    )
    issue.pull = repo.pulls[issue.number] = pull
    repo.git.point(f"refs/pull/{pull.number}/head", head_sha)
    refresh_merge(pull)
    tell(world, pull, "opened", author)
    return pull


def _same_way(pull: PullRequest, head_repository: Repository, head: str, base: str) -> bool:
    return (pull.head_repository, pull.head_ref, pull.base_ref) == (head_repository, head, base)


def bring(repo: Repository, source: Repository, sha: str) -> None:
    """Have a commit of a fork in the base repository, as GitHub's shared storage does."""
    if source is not repo and repo.git.read(sha) is None:
        repo.git.fetch(source.git, sha)


def head_moved(
    world: World, source: Repository, branch: str, sha: str | None, sender: User
) -> None:
    """Let every open pull request from this branch follow it; close them when it is gone."""
    for repo in world.repositories.values():
        for pull in repo.pulls.values():
            if not pull.open or (pull.head_repository, pull.head_ref) != (source, branch):
                continue
            if sha is None:
                close(world, pull, sender)
            elif sha != pull.head_sha:
                _synchronize(world, pull, source, sha, sender)


def _synchronize(
    world: World, pull: PullRequest, source: Repository, sha: str, sender: User
) -> None:
    before = pull.head_sha
    _set_head(pull, source, sha)
    tell(world, pull, "synchronize", sender, {"before": before, "after": sha})


def _set_head(pull: PullRequest, source: Repository, sha: str) -> None:
    bring(pull.repository, source, sha)
    pull.head_sha = sha
    pull.base_sha = pull.repository.head(pull.base_ref) or pull.base_sha
    pull.issue.updated_at = now()
    pull.repository.git.point(f"refs/pull/{pull.number}/head", sha)
    refresh_merge(pull)


def base_moved(world: World, repo: Repository, branch: str, sha: str | None, sender: User) -> None:
    """Close the pull requests whose base is gone, and mark those merged that it now contains."""
    for pull in repo.pulls.values():
        if not pull.open or pull.base_ref != branch:
            continue
        if sha is None:
            close(world, pull, sender)
        elif repo.git.contains(pull.head_sha, sha):
            _mark_merged(world, pull, sha, sender)


def close(world: World, pull: PullRequest, sender: User) -> None:
    """Close without merging."""
    pull.issue.state = "closed"
    pull.issue.closed_at = pull.issue.updated_at = now()
    tell(world, pull, "closed", sender)


def reopen(world: World, pull: PullRequest, sender: User) -> None:
    """Open a closed one again, at the head its branch has now."""
    source = pull.head_repository
    sha = None if source is None else source.head(pull.head_ref)
    if pull.merged_at is not None or source is None or sha is None:
        raise invalid("PullRequest", "state", "custom", "state cannot be changed.")
    pull.issue.state, pull.issue.closed_at = "open", None
    _set_head(pull, source, sha)
    tell(world, pull, "reopened", sender)


def update(world: World, pull: PullRequest, sender: User, sent: Json) -> None:
    """Change title, body, base or state, as in a request."""
    edit(world, pull, sender, sent)
    state = sent.get("state", pull.issue.state)
    if state == "closed" and pull.open:
        close(world, pull, sender)
    elif state == "open" and not pull.open:
        reopen(world, pull, sender)


def edit(world: World, pull: PullRequest, sender: User, sent: Json) -> None:
    """Change title, body or base."""
    changes: Json = {}
    for member in ("title", "body"):
        if member in sent and sent[member] != getattr(pull.issue, member):
            changes[member] = {"from": getattr(pull.issue, member) or ""}
            setattr(pull.issue, member, sent[member])
    base = sent.get("base")
    if base is not None and base != pull.base_ref:
        sha = pull.repository.head(base)
        if sha is None:
            raise invalid("PullRequest", "base", "invalid")
        changes["base"] = {"ref": {"from": pull.base_ref}, "sha": {"from": pull.base_sha}}
        pull.base_ref, pull.base_sha = base, sha
        refresh_merge(pull)
    if changes:
        pull.issue.updated_at = now()
        tell(world, pull, "edited", sender, {"changes": changes})


def set_draft(world: World, pull: PullRequest, sender: User, *, draft: bool) -> None:
    """Make a draft of it, or mark it ready for review."""
    if pull.draft == draft:
        return
    pull.draft = draft
    pull.issue.updated_at = now()
    tell(world, pull, "converted_to_draft" if draft else "ready_for_review", sender)


def merged_commit(pull: PullRequest) -> str:
    """A merge commit of base and head that nothing names yet; `Refusal` 405 on conflict."""
    base = pull.repository.head(pull.base_ref)
    source = f"{pull.head_owner.login}/{pull.head_ref}"
    message = f"Merge pull request #{pull.number} from {source}\n\n{pull.issue.title}"
    sha = None if base is None else pull.repository.git.merge(base, pull.head_sha, message)
    if sha is None:
        raise Refusal(405, "Pull Request is not mergeable")
    return sha


def _mark_merged(world: World, pull: PullRequest, sha: str, sender: User) -> None:
    pull.merged_at, pull.merged_by, pull.merge_commit_sha = now(), sender, sha
    close(world, pull, sender)


def refresh_merge(pull: PullRequest) -> bool:
    """Keep refs/pull/N/merge in step with base and head; False where they conflict."""
    git = pull.repository.git
    base = pull.repository.head(pull.base_ref)
    if base is None or pull.merged_at is not None:
        return False
    if pull.merge_of != (base, pull.head_sha):
        pull.merge_of = (base, pull.head_sha)
        pull.merge_commit_sha = git.merge(base, pull.head_sha, f"Merge {pull.head_sha} into {base}")
        git.point(f"refs/pull/{pull.number}/merge", pull.merge_commit_sha)
    return pull.merge_commit_sha is not None


def mergeability(pull: PullRequest) -> tuple[bool | None, str]:
    """GitHub's `mergeable` and `mergeable_state`."""
    if not pull.open:
        return None, "unknown"
    if not refresh_merge(pull):
        return False, "dirty"
    if pull.draft:
        return True, "draft"
    missing, failing = _judged(pull)
    if missing:
        return True, "blocked"
    rule = pull.repository.protections.get(pull.base_ref)
    base = pull.repository.head(pull.base_ref) or ""
    if rule is not None and rule.strict and not pull.repository.git.contains(base, pull.head_sha):
        return True, "behind"
    return True, "unstable" if failing else "clean"


def unmet(pull: PullRequest) -> list[str]:
    """The required checks that have not passed on the head."""
    return _judged(pull)[0]


def _judged(pull: PullRequest) -> tuple[list[str], bool]:
    repo, sha = pull.repository, pull.head_sha
    passing = ("success", "neutral", "skipped")
    suites = [suite for suite in repo.suites.values() if suite.head_sha == sha]
    runs = [run for suite in suites for run in latest(suite.runs)]
    good = {(run.name, run.app.id): run.conclusion in passing for run in runs}
    newest = {status.context: status for status in repo.statuses if status.sha == sha}
    good |= {(name, 0): status.state == "success" for name, status in newest.items()}
    rule = repo.protections.get(pull.base_ref)
    required = [] if rule is None else rule.required
    missing = []
    for name in required:
        verdicts = [
            ok
            for (context, app_id), ok in good.items()
            if context == name and (rule is None or rule.app_id in (None, app_id))
        ]
        if not verdicts or not all(verdicts):
            missing.append(name)
    return missing, not all(good.values())


def shown(world: World, pull: PullRequest) -> Json:
    """The pull request as GitHub shows it now."""
    mergeable, state = mergeability(pull)
    return full_pull(world.urls, pull, mergeable=mergeable, state=state)


def tell(
    world: World, pull: PullRequest, action: str, sender: User, more: Json | None = None
) -> None:
    """Announce a `pull_request` event. GitHub has not computed mergeability by then."""
    body = {
        "action": action,
        "number": pull.number,
        "pull_request": full_pull(world.urls, pull, mergeable=None, state="unknown"),
        **(more or {}),
    }
    announce(world, "pull_request", pull.repository, sender, body)
