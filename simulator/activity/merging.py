"""Merging, at once or through the merge queue.

See https://docs.github.com/en/webhooks/webhook-events-and-payloads#merge_group.
"""

from simulator.activity import pulls, pushes
from simulator.answers import Refusal
from simulator.events import announce
from simulator.model import Json, MergeGroup, PullRequest, Repository, User
from simulator.payloads.repositories import simple_commit
from simulator.world import World


def merge(world: World, pull: PullRequest, sender: User, *, force: bool = False) -> str:
    """Merge into the base; the merge commit. `force` passes over required checks.

    Raises `Refusal` 405 where GitHub would not merge.
    """
    if not pull.open or pull.draft:
        raise Refusal(405, "Pull Request is not mergeable")
    missing = [] if force else pulls.unmet(pull)
    if missing:
        raise Refusal(405, f'Required status check "{missing[0]}" is expected.')
    sha = pulls.merged_commit(pull)
    pull.repository.git.point(f"refs/heads/{pull.base_ref}", sha)
    pushes.notice(world, pull.repository, sender)
    return sha


def enqueue(world: World, pull: PullRequest, sender: User) -> MergeGroup:
    """Put a pull request into the merge queue, behind the groups already there."""
    repo = pull.repository
    base = next(
        (g.head_sha for g in reversed(repo.merge_groups) if g.base_ref == pull.base_ref),
        repo.head(pull.base_ref),
    )
    message = f"Merge pull request #{pull.number} from {pull.head_owner.login}/{pull.head_ref}"
    sha = None if base is None else repo.git.merge(base, pull.head_sha, message)
    if base is None or sha is None:
        raise Refusal(405, "Pull Request is not mergeable")
    name = f"gh-readonly-queue/{pull.base_ref}/pr-{pull.number}-{base}"
    group = MergeGroup(repo, pull, name, sha, pull.base_ref, base)
    repo.merge_groups.append(group)
    pulls.tell(world, pull, "enqueued", sender)
    repo.git.point(f"refs/heads/{name}", sha)
    pushes.notice(world, repo, sender)
    _tell(world, group, "checks_requested", sender)
    return group


def destroy(world: World, group: MergeGroup, sender: User, reason: str) -> None:
    """Take a group out of the queue: `merged`, `invalidated` or `dequeued`.

    `merged` moves the base branch to the group's commit.
    """
    repo = group.repository
    repo.merge_groups.remove(group)
    words = {"merged": "MERGE", "invalidated": "CI_FAILURE", "dequeued": "MANUAL"}
    pulls.tell(world, group.pull, "dequeued", sender, {"reason": words[reason]})
    if reason == "merged":
        repo.git.point(f"refs/heads/{group.base_ref}", group.head_sha)
    repo.git.point(f"refs/heads/{group.head_ref}", None)
    _tell(world, group, "destroyed", sender, {"reason": reason})
    pushes.notice(world, repo, sender)


def _tell(
    world: World, group: MergeGroup, action: str, sender: User, more: Json | None = None
) -> None:
    body = {"action": action, "merge_group": _shown(group.repository, group), **(more or {})}
    announce(world, "merge_group", group.repository, sender, body)


def _shown(repo: Repository, group: MergeGroup) -> Json:
    return {
        "head_sha": group.head_sha,
        "head_ref": f"refs/heads/{group.head_ref}",
        "base_sha": group.base_sha,
        "base_ref": f"refs/heads/{group.base_ref}",
        "head_commit": simple_commit(repo, group.head_sha),
    }
