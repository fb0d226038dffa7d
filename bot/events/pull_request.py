from typing import Annotated

from pydantic import Field

from bot.events.payload import Part, RefName, RepositoryPayload, Sha

ACTIONS = frozenset(
    {
        "opened",
        "reopened",
        "synchronize",
        "ready_for_review",
        "converted_to_draft",
        "edited",
        "closed",
    }
)


class _Head(Part):
    sha: Sha


class _Base(Part):
    ref: RefName


class _PullRequest(Part):
    number: Annotated[int, Field(gt=0)]
    head: _Head
    base: _Base


class _Changes(Part):
    base: object | None = None


class PullRequestChanged(RepositoryPayload):
    """A pull request was opened, pushed to, retargeted, closed ..."""

    action: str
    pull_request: _PullRequest
    changes: _Changes | None = None

    @property
    def retargeted(self) -> bool:
        """Whether an `edited` pull request has a new base branch (titles are edited too)."""
        return self.changes is not None and self.changes.base is not None
