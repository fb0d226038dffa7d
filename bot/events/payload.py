"""The parts that GitHub's payloads share. Only what Canon uses is read; the rest is not looked at.

Source: https://docs.github.com/webhooks/webhook-events-and-payloads
"""

from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bot.domain.repository import RepositoryRef

Sha = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40}$")]
FullName = Annotated[str, StringConstraints(pattern=r"^[\w.-]+/[\w.-]+$", max_length=256)]
RefName = Annotated[str, StringConstraints(min_length=1, max_length=1024)]

T = TypeVar("T")
Many = Annotated[tuple[T, ...], Field(strict=False)]
"""A JSON array; strictness would ask for a Python tuple."""

NO_COMMIT = "0" * 40


class Part(BaseModel):
    """A piece of a payload: immutable, blind to keys it does not name."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class Installation(Part):
    """The installation a delivery was sent for; absent on a repository's own webhook."""

    id: int


class Repository(Part):
    """The repository a delivery is about."""

    id: int
    full_name: FullName
    default_branch: RefName


class NamedRepository(Part):
    """A repository as installation events list it."""

    id: int
    full_name: FullName


class RepositoryPayload(Part):
    """A payload about one repository."""

    repository: Repository
    installation: Installation | None = None

    @property
    def where(self) -> RepositoryRef:
        """The repository, with the installation that may act on it."""
        return reference(self.repository, self.installation)


class PullRequestNumber(Part):
    """A pull request as checks list those of their head; empty for forks."""

    number: Annotated[int, Field(gt=0)]


def reference(
    repository: Repository | NamedRepository, installation: Installation | None
) -> RepositoryRef:
    """The domain's name for a repository in a payload."""
    return RepositoryRef(
        id=repository.id,
        full_name=repository.full_name,
        installation_id=installation.id if installation else None,
    )
