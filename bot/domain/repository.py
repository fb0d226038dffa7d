from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class RepositoryRef:
    """A repository on GitHub: `id` survives renames, `full_name` ("owner/name") is how it is asked for.

    `installation_id` is None where Canon runs with a token instead of as an App.
    """

    id: int
    full_name: str
    installation_id: int | None = None

    @property
    def owner(self) -> str:
        return self.full_name.partition("/")[0]

    @property
    def name(self) -> str:
        return self.full_name.partition("/")[2]

    def renamed(self, full_name: str) -> Self:
        return type(self)(self.id, full_name, self.installation_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """A pull request as GitHub has it now."""

    number: int
    title: str
    author: str
    open: bool
    draft: bool
    head_sha: str
    base_ref: str  # branch name, without refs/heads/
    base_sha: str
    from_fork: bool
