"""Puts a scanner together for one repository on this machine."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from bot import scanner
from bot.adapters.facts import pool as workers
from bot.adapters.facts.cache import FactsCache
from bot.adapters.facts.messages import Worker
from bot.adapters.facts.pool import WorkerPool
from bot.adapters.git.objects import GitTrees
from bot.adapters.git.worktree import GitWorktree
from bot.adapters.sources import newest
from bot.domain.configuration import Configuration
from bot.domain.errors import InputError
from bot.domain.scan import Scan
from bot.ports.clock import Cancellation
from bot.ports.scanning import Tools, Worktree
from bot.scanner.engine import SO_MANY, Engine
from bot.version import VERSION


class Scanner:
    """The `Scanner` port on a local repository. Use it from one thread at a time; close it."""

    def __init__(
        self,
        engine: Engine,
        trees: GitTrees,
        worktree: Worktree | None,
        close: Callable[[], None],
    ) -> None:
        self._engine = engine
        self._trees = trees
        self._worktree = worktree
        self._close = close

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the cache, and end what was started."""
        self._close()

    def expect(self, commit: str) -> None:
        """Begin what the scan of a commit needs of which nothing is known yet.

        It goes on while the caller does something else.
        """
        self._trees.list_ahead(self._trees.of_commit(commit))
        self._engine.examinations.expect(SO_MANY)

    def scan(
        self, configuration: Configuration, commit: str, *, cancellation: Cancellation | None = None
    ) -> Scan:
        """Everything found at one commit (40 hex digits)."""
        try:
            return self._engine.scan(configuration, commit, cancellation=cancellation)
        finally:
            self._trees.forget()

    def scan_worktree(
        self, configuration: Configuration, *, cancellation: Cancellation | None = None
    ) -> Scan:
        """Everything found in the working directory; raises `InputError` where there is none."""
        return self._engine.scan_worktree(
            configuration, self._directory(), cancellation=cancellation
        )

    def pair(
        self,
        configuration: Configuration,
        base: str,
        head: str | None,
        *,
        cancellation: Cancellation | None = None,
    ) -> tuple[Scan, Scan, Mapping[str, str]]:
        """Both ends of a comparison, and the files renamed between them (old path -> new path).

        The head costs what differs from the base. A `head` of None is the working directory, where
        a rename counts once it is staged. Raises the same as `scan` and `scan_worktree`.
        """
        try:
            return self._pair(configuration, base, head, cancellation)
        finally:
            self._trees.forget()

    def _pair(
        self,
        configuration: Configuration,
        base: str,
        head: str | None,
        cancellation: Cancellation | None,
    ) -> tuple[Scan, Scan, Mapping[str, str]]:
        self._trees.look_up(base, *([head] if head else []))
        before = self._engine.scan(configuration, base, cancellation=cancellation)
        tree = self._trees.of_commit(base)
        if head is None:
            directory = self._directory()
            after = self._engine.scan_worktree(
                configuration, directory, near=(tree,), cancellation=cancellation
            )
            return before, after, directory.renames(tree)
        after = self._engine.scan(configuration, head, near=(tree,), cancellation=cancellation)
        return before, after, self._renames(tree, self._trees.of_commit(head))

    def _renames(self, before: str, after: str) -> Mapping[str, str]:
        """Asks for renames only where something came and something went."""
        changes = self._trees.changes(before, after) if before != after else ()
        came = any(change.before is None for change in changes)
        went = any(change.after is None for change in changes)
        return self._trees.renames(before, after) if came and went else {}

    def _directory(self) -> Worktree:
        if self._worktree is None:
            raise InputError("a bare repository has no working directory: name a commit")
        return self._worktree


def open_scanner(  # noqa: PLR0913 - what is given to it, and what it is to use
    git_dir: Path,
    *,
    cache: Path | None,
    worktree: Path | None = None,
    start: Callable[[], Worker] = workers.start,
    ready: Sequence[Worker] = (),
    tools: Tools | None = None,
) -> Scanner:
    """A scanner of the repository at `git_dir`.

    `cache` is a file that is made where it is missing; with None nothing is remembered between
    processes. `worktree` is the working directory that belongs to it. Processes that read files are
    taken over where they are `ready`; `start` makes more. Rules that run commands need `tools`.
    Raises `CouldNotCheckError` for a cache that cannot be written.
    """
    trees = GitTrees(git_dir)
    memory = FactsCache(cache)
    pool = WorkerPool(git_dir, worktree, start=start, ready=ready)

    def close() -> None:
        pool.close()
        trees.close()
        memory.close()

    engine = Engine(trees, pool, memory, _edition(), _today, tools)
    directory = GitWorktree(git_dir, worktree, memory) if worktree is not None else None
    return Scanner(engine, trees, directory, close)


def _today() -> date:
    return datetime.now(UTC).date()


def _edition() -> str:
    """Which scanner this is: another version, or the same one edited, finds other things."""
    folder = Path(scanner.__file__).parent
    return f"{VERSION} {newest(folder):x}"
