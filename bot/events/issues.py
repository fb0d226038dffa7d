from typing import Annotated

from pydantic import Field

from bot.events.payload import Part, RepositoryPayload

ACTIONS = frozenset({"closed", "reopened"})


class _Issue(Part):
    number: Annotated[int, Field(gt=0)]


class IssueChanged(RepositoryPayload):
    """An issue was closed or opened again; never a pull request."""

    action: str
    issue: _Issue
