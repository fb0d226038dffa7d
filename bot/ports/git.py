from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

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

    def renames(self, base: str, head: str) -> Mapping[str, str]:
        """Old path -> new path of files renamed between two commits, by git's own detection."""

    def first_parents(self, start: str, end: str, *, at_most: int) -> Sequence[Authored]:
        """What was merged or pushed after `start` up to `end`, oldest first.

        Only the last `at_most` where there are more.
        """
