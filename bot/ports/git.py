from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.domain.hunk import Hunk
from bot.domain.repository import Authored, RepositoryRef
from bot.ports.clock import Cancellation
from bot.ports.github import GitCredentials


@dataclass(frozen=True, slots=True)
class Mirror:
    """A bare repository on this machine, and the commits that the asked-for refs name."""

    git_dir: Path
    refs: Mapping[str, str]  # "refs/pull/7/head" -> 40 hex digits; a deleted ref is absent


class Mirrors(Protocol):
    """Bare mirrors of GitHub repositories, one directory per repository id."""

    def existing(self, repository: RepositoryRef) -> Path | None:
        """The mirror as it is, without asking the network; None where there is none yet."""

    def update(
        self,
        repository: RepositoryRef,
        refs: Sequence[str],
        *,
        credentials: GitCredentials,
        cancellation: Cancellation,
    ) -> Mirror:
        """Fetch `refs` (full names) into the mirror, creating it first where needed.

        Raises `RetryLaterError` when the remote does not answer, `CouldNotCheckError` when it
        refuses, and whatever `cancellation` raises.
        """


@dataclass(frozen=True, slots=True)
class Origin:
    """The commit that a line comes from; `at` is when it was committed (UTC)."""

    commit: str
    author: str
    at: datetime
    subject: str


class Commits(Protocol):
    """Questions about commits of one local repository (a mirror, or a user's clone)."""

    def resolve(self, revision: str) -> str:
        """The commit (40 hex digits) a revision names; raises `UnknownRevisionError`."""

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor; None for unrelated histories."""

    def paths(self, commit: str, under: str) -> Sequence[str]:
        """The regular files in one folder (not below) at a commit, as paths from the root."""

    def files(self, commit: str, paths: Sequence[str], *, largest: int) -> Mapping[str, bytes]:
        """Path -> bytes of the regular files among `paths`; one that is not there is left out.

        Raises `InputError` for a file of more than `largest` bytes.
        """

    def all_paths(self, commit: str) -> Sequence[str]:
        """Every regular file at a commit, as paths from the root."""

    def origin(self, commit: str, path: str, line: int) -> Origin | None:
        """Where a line (1-based) of a file at a commit comes from; None for no such line."""

    def changed(self, base: str, head: str) -> Sequence[str]:
        """The paths at which two commits differ; a renamed file is at both of its paths."""

    def renames(self, base: str, head: str) -> Mapping[str, str]:
        """Old path -> new path of files renamed between two commits, by git's own detection."""

    def hunks(self, base: str, head: str, paths: Sequence[str]) -> Mapping[str, Sequence[Hunk]]:
        """Path at the head -> which lines changed, of those of `paths` that are at both ends.

        A renamed file needs both its paths.
        """

    def first_parents(self, start: str, end: str, *, at_most: int) -> Sequence[Authored]:
        """What was merged or pushed after `start` up to `end`, oldest first.

        Only the last `at_most` where there are more.
        """
