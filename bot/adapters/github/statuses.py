"""The verdict as a commit status, where Canon runs with a token: only Apps may post check runs.

A status has a state, one line and a link; it is never edited, the newest of a context counts.
See https://docs.github.com/en/rest/commits/statuses.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from github.Commit import Commit
from github.CommitStatus import CommitStatus
from github.GithubObject import NotSet
from github.PaginatedList import PaginatedList
from github.Repository import Repository

from bot.adapters.github.limits import DESCRIPTION_CHARACTERS, one_line
from bot.domain.publication import CheckOutput, Conclusion
from bot.ports.github import CheckProgress


@dataclass(frozen=True, slots=True)
class Status:
    """What a commit status says."""

    state: str
    description: str


IN_PROGRESS: Final = Status("pending", "In progress")

# There is no neutral state: what must not block says success, and the words say the rest.
_STATES = {
    Conclusion.SUCCESS: ("success", ""),
    Conclusion.NEUTRAL: ("success", "Neutral: "),
    Conclusion.FAILURE: ("failure", ""),
    Conclusion.ACTION_REQUIRED: ("failure", "Action required: "),
    Conclusion.CANCELLED: ("error", "Cancelled: "),
}


def status_of(output: CheckOutput) -> Status:
    """The status that comes nearest to a completed check."""
    state, prefix = _STATES[output.conclusion]
    return Status(state, one_line(prefix + output.title, DESCRIPTION_CHARACTERS))


class CommitStatuses:
    """Posts the verdict as statuses of one context: one that is pending, and one that is not."""

    def __init__(self, repository: Repository, *, context: str, target_url: str | None) -> None:
        self._repository = repository
        self._context = context
        self._target_url = target_url

    def start(self, check: CheckProgress, *, uncertain: bool) -> CheckProgress:
        """Post the pending status, unless it is there."""
        if check.check_id is not None:
            return check
        return replace(check, check_id=self._post(check, IN_PROGRESS, uncertain=uncertain))

    def progress(self, check: CheckProgress, *, title: str, summary: str) -> None:
        """Nothing: each change would be a new status, and a commit has a thousand at the most."""

    def complete(
        self,
        check: CheckProgress,
        output: CheckOutput,
        *,
        uncertain: bool,
        record: Callable[[CheckProgress], None],
    ) -> None:
        """Post the final status; annotations and summary have no place there."""
        if check.completed:
            return
        self._post(check, status_of(output), uncertain=uncertain)
        record(replace(check, completed=True))

    def _post(self, check: CheckProgress, status: Status, *, uncertain: bool) -> int:
        newest = self._newest(check.head_sha) if uncertain else None
        if newest is not None and Status(newest.state, newest.description) == status:
            return newest.id
        posted = self._commit(check.head_sha).create_status(
            status.state,
            description=status.description,
            context=self._context,
            target_url=check.details_url or self._target_url or NotSet,
        )
        return posted.id

    def _newest(self, sha: str) -> CommitStatus | None:
        """GitHub lists statuses newest first. PyGithub's own list asks an undocumented place."""
        path = f"{self._repository.url}/commits/{sha}/statuses"
        statuses = PaginatedList(CommitStatus, self._repository.requester, path, None)
        return next((it for it in statuses if it.context == self._context), None)

    def _commit(self, sha: str) -> Commit:
        """A commit that knows its own sha: PyGithub would otherwise ask GitHub for it."""
        url = f"{self._repository.url}/commits/{sha}"
        attributes = {"url": url, "sha": sha}
        return Commit(self._repository.requester, {}, attributes, completed=True)
