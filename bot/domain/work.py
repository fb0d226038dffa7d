"""What a delivery asks for. Work is level-triggered: it names what to look at, not what to do."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.conversation import Comment
from bot.domain.repository import RepositoryRef


class TargetKind(StrEnum):
    """What can be looked at. The first three have a verdict; the next two lead to such."""

    PULL_REQUEST = "pull_request"
    BRANCH = "branch"
    MERGE_GROUP = "merge_group"
    COMMIT = "commit"  # whatever has been evaluated at this head
    REPOSITORY = "repository"  # every open pull request
    ISSUE = "issue"  # a tracked issue: its status comment, and whether it is open
    COMMENT = "comment"  # the commands in it


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to reconcile.

    `name` is the number of a pull request or issue, a branch, a merge group's ref, a commit or a
    comment's id; it is empty for a whole repository.
    """

    repository: RepositoryRef
    kind: TargetKind
    name: str

    @property
    def key(self) -> str:
        """Identity across deliveries: lock, queueing lock and database key."""
        return f"{self.repository.id}/{self.kind}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A wish to reconcile `target`.

    `head_sha` is the head the delivery spoke of (None where it named none): a run for another
    head is superseded. `force` asks for a new run although the verdict stands (the rerun button).
    `base_ref` is the branch it is compared with: a pull request's base, a merge group's target,
    for a branch the repository's default branch. `base_sha` is what only the payload knows: where
    a merge group starts, where a branch stood before a push; `comment` is what somebody wrote.
    """

    target: Target
    reason: str
    head_sha: str | None = None
    base_ref: str | None = None
    base_sha: str | None = None
    force: bool = False
    gone: bool = False  # closed, deleted or destroyed: stop what is running
    comment: Comment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetState:
    """What the deliveries so far have wished for. Generations only grow.

    `forced_generation` is the last generation that asked for a new run. What had begun before
    `cancelled_at` is to stop, because `cancelled_by` (a login) said so.
    """

    target: Target
    generation: int
    forced_generation: int
    head_sha: str | None
    base_ref: str | None
    base_sha: str | None
    gone: bool
    cancelled_at: datetime | None = None
    cancelled_by: str | None = None


def external_id(target: Target, run_id: int) -> str:
    """What a check run carries, so that it can be found again and its rerun knows its target."""
    return f"{target.kind}/{target.name}#{run_id}"


def target_of(identity: str, repository: RepositoryRef) -> Target | None:
    """The target that `external_id` was made from; None for an identity that is not ours."""
    path, mark, _run = identity.rpartition("#")
    kind, slash, name = path.partition("/")
    if not (mark and slash and name) or kind not in set(TargetKind):
        return None
    return Target(repository, TargetKind(kind), name)
