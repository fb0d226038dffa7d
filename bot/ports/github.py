from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.domain.proposal import Proposal, Proposed
from bot.domain.publication import CheckOutput
from bot.domain.repository import Issue, PullRequest, RepositoryRef
from bot.domain.role import Role


class GitHub(Protocol):
    """One repository on GitHub, as one installation (or token) sees it.

    Every method raises `RetryLaterError` when GitHub is down, slow or limits us.
    """

    def default_branch(self) -> str:
        """The default branch's name."""

    def pull_request(self, number: int) -> PullRequest | None:
        """The pull request now; None where there is none."""

    def open_pull_requests(self, *, base: str | None) -> Iterator[PullRequest]:
        """Open pull requests against the branch `base`; against any where it is None."""

    def branch_head(self, branch: str) -> str | None:
        """The commit a branch points to; None where there is no such branch."""

    def issue(self, number: int) -> Issue | None:
        """The issue now; None where there is none, or it has moved, or is a pull request."""

    def reopen_issue(self, number: int) -> None:
        """Open a closed issue; an open one stays as it is."""

    def label_issue(self, number: int, *, add: Sequence[str], remove: Sequence[str]) -> None:
        """Put labels on an issue and take others off; one that is not there is no matter."""

    def configuration_exists(self, ref: str) -> bool:
        """Whether .github/canon.yml or .github/canon/*.yml is there at `ref`: one request."""

    def issue_title(self, number: int) -> str | None:
        """The title of an issue or pull request; None where there is none."""

    def role(self, login: str, user_id: int) -> Role:
        """What the account may do with this repository now.

        NONE where GitHub knows nothing of it, and where the login belongs to another account.
        """


class Reaction(StrEnum):
    """GitHub's `content` of a reaction."""

    EYES = "eyes"
    ROCKET = "rocket"
    CONFUSED = "confused"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckProgress:
    """How far the posting of one check has come; stored after every step, resumed after a crash.

    `external_id` is unique to the run and sent to GitHub, so that a check whose id was never
    recorded can be found again. With commit statuses, which cannot be changed, `check_id` is that
    of the pending one. `details_url` is where its page is.
    """

    head_sha: str
    external_id: str
    check_id: int | None = None
    annotations_sent: int = 0
    completed: bool = False
    details_url: str | None = None


class Publisher(Protocol):
    """Brings GitHub to the desired state with the fewest calls; every method may be repeated.

    `uncertain` is True when an earlier attempt may have done more than was recorded (its process
    died between the request and the record): then, and only then, GitHub is asked first.
    """

    def start(self, check: CheckProgress, *, uncertain: bool) -> CheckProgress:
        """Post the check as `in_progress`; the answer carries its id."""

    def progress(self, check: CheckProgress, *, title: str, summary: str) -> None:
        """Say how far a check is that is in progress, where there is a place for it."""

    def complete(
        self,
        check: CheckProgress,
        output: CheckOutput,
        *,
        uncertain: bool,
        record: Callable[[CheckProgress], None],
    ) -> None:
        """Send the annotations in batches of 50 and the conclusion; `record` after each step."""

    def comment(
        self,
        number: int,
        body: str,
        *,
        marker: str,
        known_id: int | None,
        since: datetime | None = None,
    ) -> int:
        """Make the one comment that carries `marker` say `body`; create it where there is none.

        `known_id` saves the search for it, and `since`, a time before which it cannot have been
        written, shortens it. Only comments written by Canon itself are considered. Answers the
        comment's id.
        """

    def react(self, comment_id: int, reaction: Reaction) -> None:
        """Put an emoji on a comment; nothing happens where Canon has put it there already."""


class Proposals(Protocol):
    """Opens pull requests, each once."""

    def propose(self, proposal: Proposal) -> Proposed:
        """Open the pull request, or answer the open one from that branch.

        A branch of that name without an open pull request is begun anew. Raises
        `PermissionMissingError` where Canon may not write contents.
        """


class GitCredentials(Protocol):
    """How git may read one repository over HTTP."""

    def authorization(self) -> str | None:
        """The value of the Authorization header; None for anonymous access. Never to be logged."""

    def refused(self) -> None:
        """The remote refused the last answer: forget it, so that the next one is new."""


@dataclass(frozen=True, slots=True)
class RepositoryAccess:
    """Everything one installation may do with one repository."""

    github: GitHub
    publisher: Publisher
    proposals: Proposals
    credentials: GitCredentials


class GitHubAccess(Protocol):
    """Opens repositories with credentials narrowed to them."""

    def open(self, repository: RepositoryRef) -> RepositoryAccess:
        """Access to one repository; credentials are fetched on first use and cached."""
