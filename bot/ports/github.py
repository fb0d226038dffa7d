from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from bot.domain.publication import CheckOutput
from bot.domain.repository import PullRequest, RepositoryRef


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

    def configuration_exists(self, ref: str) -> bool:
        """Whether .github/canon.yml or .github/canon/*.yml is there at `ref`: one request."""


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

    def comment(self, number: int, body: str, *, marker: str, known_id: int | None) -> int:
        """Make the one comment that carries `marker` say `body`; create it where there is none.

        `known_id` saves the search for it. Only comments written by Canon itself are considered.
        Answers the comment's id.
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
    credentials: GitCredentials


class GitHubAccess(Protocol):
    """Opens repositories with credentials narrowed to them."""

    def open(self, repository: RepositoryRef) -> RepositoryAccess:
        """Access to one repository; credentials are fetched on first use and cached."""
