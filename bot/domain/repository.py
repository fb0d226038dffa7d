from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RepositoryRef:
    """A repository on GitHub.

    `id` survives renames; `full_name` ("owner/name") is how it is asked for.
    `installation_id` is None where Canon runs with a token instead of as an App.
    """

    id: int
    full_name: str
    installation_id: int | None = None


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
    author_association: str  # in GitHub's words, such as MEMBER or FIRST_TIMER


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """An issue as GitHub has it now. `closed_at` is None while it is open."""

    number: int
    title: str
    open: bool
    closed_at: datetime | None
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Authored:
    """A commit, and who wrote it by its own word: nobody has checked that."""

    commit: str
    author: str
    subject: str
