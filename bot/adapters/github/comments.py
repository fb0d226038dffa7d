"""One comment, edited in place.

It is known by a hidden marker, and only among comments that Canon itself wrote: anybody can post
a comment with the same marker. See https://docs.github.com/en/rest/issues/comments.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from github.AuthenticatedUser import AuthenticatedUser
from github.GithubObject import NonCompletableGithubObject
from github.IssueComment import IssueComment
from github.PaginatedList import PaginatedList
from github.Repository import Repository
from github.Requester import Requester

from bot.adapters.github.errors import NotFoundError
from bot.adapters.github.limits import COMMENT_CHARACTERS, within_characters


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as it was listed. `app_id` is the App it was posted through, if any."""

    id: int
    body: str
    user_id: int | None
    user_type: str | None
    app_id: int | None

    @classmethod
    def read(cls, data: dict[str, Any]) -> "Comment":
        """From GitHub's JSON, where author and App may be null."""
        user = data.get("user") or {}
        app = data.get("performed_via_github_app") or {}
        body = data.get("body") or ""
        return cls(data["id"], body, user.get("id"), user.get("type"), app.get("id"))


Authorship = Callable[[Comment], bool]


def by_app(app_id: int) -> Authorship:
    """Whether the App itself wrote a comment; a user may also write *through* an App."""
    return lambda comment: comment.app_id == app_id and comment.user_type == "Bot"


def by_token_owner(requester: Requester) -> Authorship:
    """Whether the token's owner wrote a comment; who that is, is asked once, when needed."""

    @cache
    def owner_id() -> int:
        return AuthenticatedUser(requester, url="/user").id

    return lambda comment: comment.user_id == owner_id()


def marked(body: str, marker: str) -> str:
    """`body` with `marker` as its first line, within GitHub's limit."""
    whole = body if body.startswith(marker) else f"{marker}\n{body}"
    return within_characters(whole, COMMENT_CHARACTERS)


class Comments:
    """Keeps one comment per marker on a pull request or issue."""

    def __init__(self, repository: Repository, *, ours: Authorship) -> None:
        self._repository = repository
        self._ours = ours

    def put(
        self,
        number: int,
        body: str,
        *,
        marker: str,
        known_id: int | None,
        since: datetime | None = None,
    ) -> int:
        """Make the comment say `body`, and answer its id.

        One request where its id is known; a known one that somebody deleted is searched for and
        posted anew. One that was found by the search and says so already is left alone.
        """
        text = marked(body, marker)
        if known_id is not None and self._edit(known_id, text):
            return known_id
        found = self._find(number, marker, since)
        if found is None:
            return self._repository.get_issue(number).create_comment(text).id
        if found.body != text:
            self._edit(found.id, text)
        return found.id

    def react(self, comment_id: int, content: str) -> None:
        """Put an emoji on a comment; GitHub answers the one that is there with the same."""
        path = f"{self._repository.url}/issues/comments/{comment_id}/reactions"
        self._repository.requester.requestJsonAndCheck("POST", path, input={"content": content})

    def _find(self, number: int, marker: str, since: datetime | None) -> Comment | None:
        """The oldest of our comments with this marker; the search ends where it is found."""
        path = f"{self._repository.url}/issues/{number}/comments"
        after = None if since is None else {"since": f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"}
        listed = PaginatedList(_Listed, self._repository.requester, path, after)
        comments = (Comment.read(one.raw_data) for one in listed)
        return next((c for c in comments if c.body.startswith(marker) and self._ours(c)), None)

    def _edit(self, comment_id: int, text: str) -> bool:
        """Whether there was such a comment to edit."""
        url = f"{self._repository.url}/issues/comments/{comment_id}"
        try:
            IssueComment(self._repository.requester, url=url).edit(text)
        except NotFoundError:
            return False
        return True


class _Listed(NonCompletableGithubObject):
    """A listed comment as it came: PyGithub's own leaves out the App it was posted through."""

    def _initAttributes(self) -> None:  # noqa: N802 - PyGithub's name
        """There are none beyond the raw data."""

    def _useAttributes(self, attributes: Any) -> None:  # noqa: N802 - PyGithub's name
        """The raw data is kept by the base class."""
