from typing import Annotated

from pydantic import StringConstraints

from bot.events.payload import NO_COMMIT, RepositoryPayload, Sha

_BRANCHES = "refs/heads/"


class Push(RepositoryPayload):
    """A ref has moved. `before` or `after` is all zeros where it was created or deleted."""

    ref: Annotated[str, StringConstraints(min_length=1, max_length=1024)]
    before: Sha
    after: Sha

    @property
    def branch(self) -> str | None:
        """The branch's name; None where a tag moved."""
        return self.ref.removeprefix(_BRANCHES) if self.ref.startswith(_BRANCHES) else None

    @property
    def deleted(self) -> bool:
        """Whether the ref is gone."""
        return self.after == NO_COMMIT

    @property
    def created(self) -> bool:
        """Whether the ref is new."""
        return self.before == NO_COMMIT
