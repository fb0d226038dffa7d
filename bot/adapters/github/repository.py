"""What Canon asks about a repository."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from urllib.parse import quote

import github.Issue
import github.PullRequest
import github.Repository
from github.ContentFile import ContentFile
from github.GithubObject import NotSet

from bot.adapters.github.client import nullable
from bot.adapters.github.errors import NotFoundError
from bot.domain.repository import Issue, PullRequest
from bot.domain.role import Role

_GHOST = "ghost"  # GitHub's name for the author of what a deleted account left behind


class GitHubRepository:
    """Implements the port `GitHub`; one request a question, and none for a repeated one."""

    def __init__(self, repository: github.Repository.Repository) -> None:
        self._repository = repository

    def default_branch(self) -> str:
        """The default branch's name."""
        return self._repository.default_branch

    def pull_request(self, number: int) -> PullRequest | None:
        """The pull request now; None where there is none."""
        try:
            return _pull_request(self._repository.get_pull(number))
        except NotFoundError:
            return None

    def open_pull_requests(self, *, base: str | None) -> Iterator[PullRequest]:
        """Open pull requests against the branch `base`, or any; oldest first, page by page."""
        pulls = self._repository.get_pulls(
            state="open", sort="created", direction="asc", base=NotSet if base is None else base
        )
        return map(_pull_request, pulls)

    def branch_head(self, branch: str) -> str | None:
        """The commit a branch points to; None where there is no such branch.

        Asks for the ref, since `/branches/` answers for the new name of a renamed branch.
        """
        try:
            return self._repository.get_git_ref(f"heads/{branch}").object.sha
        except NotFoundError:
            return None

    def issue(self, number: int) -> Issue | None:
        """The issue now; None where there is none, or it has moved, or is a pull request."""
        found = self._repository.get_issue(number)
        try:
            moved = found.repository.full_name != self._repository.full_name
        except NotFoundError:
            return None
        if moved or nullable(found.pull_request) is not None:
            return None
        return _issue(found)

    def reopen_issue(self, number: int) -> None:
        """Open a closed issue."""
        self._repository.get_issue(number).edit(state="open")

    def label_issue(self, number: int, *, add: Sequence[str], remove: Sequence[str]) -> None:
        """Put labels on an issue and take others off."""
        issue = self._repository.get_issue(number)
        if add:
            issue.add_to_labels(*add)
        for label in remove:
            with suppress(NotFoundError):
                issue.remove_from_labels(label)

    def configuration_exists(self, ref: str) -> bool:
        """Whether .github/canon.yml or .github/canon/*.yml is there at `ref`.

        One request; a second one only where there is a folder .github/canon and no canon.yml.
        """
        there = {entry.name: entry.type for entry in self._folder(".github", ref)}
        if there.get("canon.yml") == "file":
            return True
        return there.get("canon") == "dir" and any(
            entry.type == "file" and entry.name.endswith(".yml")
            for entry in self._folder(".github/canon", ref)
        )

    def issue_title(self, number: int) -> str | None:
        """The title of an issue or pull request; None where there is none."""
        try:
            return self._repository.get_issue(number).title
        except NotFoundError:
            return None

    def role(self, login: str, user_id: int) -> Role:
        """What the account may do here now; NONE where it is not known, or not the same."""
        path = f"{self._repository.url}/collaborators/{quote(login, safe='')}/permission"
        try:
            _, answer = self._repository.requester.requestJsonAndCheck("GET", path)
        except NotFoundError:
            return Role.NONE
        user = answer.get("user") or {}
        if user.get("id") != user_id:
            return Role.NONE
        return Role.named(answer.get("permission", ""), answer.get("role_name"))

    def _folder(self, path: str, ref: str) -> list[ContentFile]:
        try:
            entries = self._repository.get_contents(path, ref=ref)
        except NotFoundError:
            return []
        return entries if isinstance(entries, list) else []


def _issue(found: github.Issue.Issue) -> Issue:
    return Issue(
        number=found.number,
        title=found.title,
        open=found.state == "open",
        closed_at=nullable(found.closed_at),
        labels=tuple(label.name for label in found.labels),
    )


def _pull_request(pull: github.PullRequest.PullRequest) -> PullRequest:
    author = nullable(pull.user)
    source = nullable(pull.head.repo)  # null once a fork has been deleted
    return PullRequest(
        number=pull.number,
        title=pull.title,
        author=_GHOST if author is None else author.login,
        open=pull.state == "open",
        draft=pull.draft,
        head_sha=pull.head.sha,
        base_ref=pull.base.ref,
        base_sha=pull.base.sha,
        from_fork=source is None or source.id != pull.base.repo.id,
        author_association=pull.author_association,
    )
