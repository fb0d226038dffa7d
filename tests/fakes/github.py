from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.proposal import Proposal, Proposed
from bot.domain.publication import CheckOutput
from bot.domain.repository import Issue, PullRequest, RepositoryRef
from bot.domain.role import Role
from bot.ports.github import CheckProgress, Reaction, RepositoryAccess


@dataclass
class FakeGitHub:
    """The `GitHub` port on plain data."""

    pulls: dict[int, PullRequest] = field(default_factory=dict)
    issues: dict[int, Issue] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    configured: bool = True
    roles: dict[str, Role] = field(default_factory=dict)

    def default_branch(self) -> str:
        return "main"

    def pull_request(self, number: int) -> PullRequest | None:
        return self.pulls.get(number)

    def open_pull_requests(self, *, base: str | None) -> Iterator[PullRequest]:
        return (
            pull
            for pull in self.pulls.values()
            if pull.open and (base is None or pull.base_ref == base)
        )

    def branch_head(self, branch: str) -> str | None:
        return self.branches.get(branch)

    def configuration_exists(self, ref: str) -> bool:  # noqa: ARG002 - the same at every ref
        return self.configured

    def issue(self, number: int) -> Issue | None:
        return self.issues.get(number)

    def reopen_issue(self, number: int) -> None:
        self.issues[number] = replace(self.issues[number], open=True, closed_at=None)

    def label_issue(self, number: int, *, add: Sequence[str], remove: Sequence[str]) -> None:
        issue = self.issues[number]
        labels = [label for label in issue.labels if label not in remove]
        self.issues[number] = replace(issue, labels=(*labels, *add))

    def issue_title(self, number: int) -> str | None:
        return f"Issue {number}"

    def role(self, login: str, user_id: int) -> Role:  # noqa: ARG002 - logins are names enough
        return self.roles.get(login, Role.NONE)


@dataclass
class PostedCheck:
    """A check as GitHub would have it."""

    head_sha: str
    external_id: str
    output: CheckOutput | None = None


_ON_ONE_ISSUE = 1000


@dataclass
class FakePublisher:
    """The `Publisher` port; `fail` is called before and after each effect, and may raise."""

    checks: list[PostedCheck] = field(default_factory=list)
    comments: dict[int, str] = field(default_factory=dict)
    reactions: dict[int, list[Reaction]] = field(default_factory=dict)
    progresses: list[str] = field(default_factory=list)
    fail: Callable[[str], None] = lambda _: None

    def start(self, check: CheckProgress, *, uncertain: bool) -> CheckProgress:
        self.fail("before start")
        known = [c.external_id for c in self.checks]
        if not (uncertain and check.external_id in known):
            self.checks.append(PostedCheck(check.head_sha, check.external_id))
            known.append(check.external_id)
        self.fail("after start")
        return replace(check, check_id=known.index(check.external_id) + 1)

    def progress(self, check: CheckProgress, *, title: str, summary: str) -> None:  # noqa: ARG002 - only that it was said
        self.fail("before progress")
        self.progresses.append(title)

    def complete(
        self,
        check: CheckProgress,
        output: CheckOutput,
        *,
        uncertain: bool,  # noqa: ARG002 - completing twice is harmless here
        record: Callable[[CheckProgress], None],
    ) -> None:
        self.fail("before complete")
        assert check.check_id is not None
        self.checks[check.check_id - 1].output = output
        self.fail("after complete")
        record(replace(check, completed=True))

    def comment(
        self,
        number: int,
        body: str,
        *,
        marker: str,
        known_id: int | None,
        since: datetime | None = None,  # noqa: ARG002 - nothing is searched
    ) -> int:
        self.fail("before comment")
        found = self._found(number, marker)
        assert known_id in {None, found}
        self.comments[found] = f"{marker}\n{body}"
        self.fail("after comment")
        return found

    def _found(self, number: int, marker: str) -> int:
        """The id of the comment with this marker; the first on an issue has the issue's number."""
        of_issue = [one for one in self.comments if one % _ON_ONE_ISSUE == number]
        marked = (one for one in of_issue if self.comments[one].startswith(marker))
        return next(marked, number + _ON_ONE_ISSUE * len(of_issue))

    def react(self, comment_id: int, reaction: Reaction) -> None:
        self.fail("before reaction")
        given = self.reactions.setdefault(comment_id, [])
        if reaction not in given:
            given.append(reaction)


@dataclass
class FakeProposals:
    """The `Proposals` port: pull requests from 101 on."""

    made: list[Proposal] = field(default_factory=list)

    def propose(self, proposal: Proposal) -> Proposed:
        branches = [one.branch for one in self.made]
        new = proposal.branch not in branches
        if new:
            self.made.append(proposal)
            branches.append(proposal.branch)
        number = 101 + branches.index(proposal.branch)
        return Proposed(number=number, url=f"https://github.com/pull/{number}", new=new)


class FakeCredentials:
    """The `GitCredentials` port, anonymous."""

    def authorization(self) -> str | None:
        return None

    def refused(self) -> None:
        return


@dataclass
class FakeAccess:
    """The `GitHubAccess` port: one repository behind every name."""

    github: FakeGitHub = field(default_factory=FakeGitHub)
    publisher: FakePublisher = field(default_factory=FakePublisher)
    proposals: FakeProposals = field(default_factory=FakeProposals)

    def open(self, repository: RepositoryRef) -> RepositoryAccess:  # noqa: ARG002 - there is one
        return RepositoryAccess(self.github, self.publisher, self.proposals, FakeCredentials())
