from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from bot.events.payload import Part, RepositoryPayload

ACTIONS = frozenset({"created", "edited"})
"""`edited` is for check boxes alone: what was said once would be done again otherwise."""

Moment = Annotated[datetime, Field(strict=False)]
"""ISO 8601 text; strictness would ask for a Python object."""


def _storable(text: str) -> str:
    """`text` as a database can hold it."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


class _User(Part):
    id: int
    login: Annotated[str, Field(min_length=1, max_length=100)]
    type: str = "User"


class _Issue(Part):
    number: Annotated[int, Field(gt=0)]
    user: _User | None
    pull_request: dict[str, object] | None = None


class _Comment(Part):
    id: Annotated[int, Field(gt=0)]
    user: _User | None
    body: Annotated[str, AfterValidator(_storable)] | None
    created_at: Moment
    updated_at: Moment


class IssueCommented(RepositoryPayload):
    """Somebody (`sender`) wrote a comment on an issue or a pull request, or changed one."""

    action: str
    issue: _Issue
    comment: _Comment
    sender: _User
