from simulator.activity import merging, pulls
from simulator.controls.base import Controls, locked
from simulator.model import MergeGroup, PullRequest, Repository


class PullControls(Controls):
    """Pull requests and the merge queue."""

    @locked
    def open_pull_request(  # noqa: PLR0913 - the form has this many fields
        self,
        repo: Repository,
        head: str,
        base: str | None = None,
        *,
        title: str = "A change",
        body: str | None = None,
        draft: bool = False,
        fork: Repository | None = None,
        by: str | None = None,
    ) -> PullRequest:
        """Open a pull request from a branch here, or of `fork`."""
        source = fork or repo
        return pulls.open_pull(
            self.world,
            repo,
            self.doer(source, by),
            head_repository=source,
            head=head,
            base=base or repo.default_branch,
            title=title,
            body=body,
            draft=draft,
        )

    @locked
    def close(self, pull: PullRequest, *, by: str | None = None) -> None:
        """Close it without merging."""
        pulls.close(self.world, pull, self.doer(pull, by))

    @locked
    def reopen(self, pull: PullRequest, *, by: str | None = None) -> None:
        """Open it again."""
        pulls.reopen(self.world, pull, self.doer(pull, by))

    @locked
    def retarget(self, pull: PullRequest, base: str, *, by: str | None = None) -> None:
        """Change its base branch."""
        pulls.edit(self.world, pull, self.doer(pull, by), {"base": base})

    @locked
    def edit(
        self,
        pull: PullRequest,
        *,
        title: str | None = None,
        body: str | None = None,
        by: str | None = None,
    ) -> None:
        """Change its title or body."""
        given = {"title": title, "body": body}
        sent = {name: value for name, value in given.items() if value is not None}
        pulls.edit(self.world, pull, self.doer(pull, by), sent)

    @locked
    def set_draft(self, pull: PullRequest, *, draft: bool, by: str | None = None) -> None:
        """Convert it to a draft, or mark it ready for review."""
        pulls.set_draft(self.world, pull, self.doer(pull, by), draft=draft)

    @locked
    def merge(self, pull: PullRequest, *, force: bool = False, by: str | None = None) -> str:
        """Merge it; the merge commit. `force` passes over required checks."""
        return merging.merge(self.world, pull, self.doer(pull, by), force=force)

    @locked
    def mergeability(self, pull: PullRequest) -> tuple[bool | None, str]:
        """GitHub's `mergeable` and `mergeable_state` (clean, blocked, dirty, behind ...)."""
        return pulls.mergeability(pull)

    @locked
    def enqueue(self, pull: PullRequest, *, by: str | None = None) -> MergeGroup:
        """Put it into the merge queue: makes the gh-readonly-queue/ branch, requests checks."""
        return merging.enqueue(self.world, pull, self.doer(pull, by))

    @locked
    def destroy(
        self, group: MergeGroup, reason: str = "dequeued", *, by: str | None = None
    ) -> None:
        """Take a group out of the queue: merged, invalidated or dequeued."""
        merging.destroy(self.world, group, self.doer(group.pull, by), reason)
