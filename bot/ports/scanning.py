"""What the scanner sees of the world: trees of files, what is known of blobs, earlier results."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from bot.domain.errors import CouldNotCheckError
from bot.ports.clock import Cancellation
from bot.scanner.facts import Depth, Examined, Facts
from bot.scanner.probes import Query
from bot.scanner.snapshot import Snapshot


class Entry(NamedTuple):
    """One path of a tree. `mode` is git's, six octal digits; `size` is None where not known."""

    path: str
    mode: str
    blob: str
    size: int | None = None


class Change(NamedTuple):
    """One path at both ends of a difference; None where it does not exist."""

    before: Entry | None
    after: Entry | None


class Trees(Protocol):
    """Trees of one repository, by the id of the tree."""

    def of_commit(self, commit: str) -> str:
        """The tree of a commit; raises `UnknownRevisionError`."""

    def of_ancestors(self, commit: str) -> Sequence[str]:
        """Trees of the nearest ancestors of a commit, the nearest first."""

    def entries(self, tree: str) -> Iterator[Entry]:
        """Every file, link and submodule below a tree, sorted by path (as bytes)."""

    def changes(self, before: str, after: str) -> Sequence[Change]:
        """The paths that differ; renames are not followed."""

    def renames(self, before: str, after: str) -> Mapping[str, str]:
        """Old path -> new path of renamed files, by git's own detection."""

    def known(self, tree: str) -> bool:
        """Whether the repository (still) has this tree."""


class WorkingDirectory(NamedTuple):
    """How a working directory differs from the commit that is checked out.

    `changes` are the ones asked about; `differs` says whether there are any at all.
    """

    commit: str
    changes: Sequence[Change]
    differs: bool


class Worktree(Protocol):
    """The working directory of one repository."""

    def state(self, relevant: Callable[[str], bool], largest: int) -> WorkingDirectory:
        """Tracked changes and untracked files whose path is `relevant`.

        Files of more than `largest` bytes are not read. Raises `UnknownRevisionError` where nothing
        has been committed yet.
        """

    def renames(self, tree: str) -> Mapping[str, str]:
        """Old path -> new path of files that were renamed since a tree."""


class Wanted(NamedTuple):
    """A blob to examine: where one of its files is, and what is needed of it.

    `known` says that facts of full depth are at hand. `in_worktree` blobs are read from their path.
    What is not `python` is read for the finding probes that are `asked` (one bit each) alone. Above
    `largest` bytes nothing is read.
    """

    blob: str
    path: str
    depth: Depth
    known: bool = False
    in_worktree: bool = False
    python: bool = True
    asked: int = 0
    largest: int = 0


class Examinations(Protocol):
    """Reads blobs and says what is in them; hostile ones cannot do more harm than take time."""

    def expect(self, blobs: int) -> None:
        """Get ready for about so many blobs, which will be asked for soon."""

    def examine(
        self, query: Query, wanted: Sequence[Wanted], cancellation: Cancellation
    ) -> Iterator[tuple[Wanted, Examined]]:
        """Examine every blob, in any order. A blob that cannot be read has a problem."""


class ToolError(CouldNotCheckError):
    """Another tool was not run, or left no log behind; the text says why."""


class Tools(Protocol):
    """Runs the commands of other tools on the files of a commit, as if these were hostile."""

    def run(self, command: str, commit: str, cancellation: Cancellation) -> bytes:
        """The log that a command writes to the file which `{sarif}` stands for in it.

        Raises `ToolError`, and what `cancellation` raises.
        """


class Memory(Protocol):
    """What earlier scans found out. May forget anything at any time."""

    def examined(self, query: str, blobs: Iterable[str] | None) -> Mapping[str, Examined]:
        """What is known of blobs for a query (by digest), without facts; of all if None."""

    def facts(self, blobs: Iterable[str]) -> Mapping[str, Facts]:
        """The facts of blobs, as deep as they are known."""

    def known(self, blobs: Iterable[str]) -> Container[str]:
        """The blobs whose facts are known in full depth."""

    def keep(self, query: str, examined: Mapping[str, Examined]) -> None:
        """Remember examinations, with their facts."""

    def snapshot(self, rules: str, tree: str) -> Snapshot | None:
        """What a set of rules (by digest) found in a tree."""

    def latest(self, rules: str) -> Sequence[str]:
        """Trees that have a snapshot for a set of rules, the latest first."""

    def keep_snapshot(self, rules: str, tree: str, snapshot: Snapshot) -> None:
        """Remember what a set of rules found in a tree."""
