"""Tree -> facts -> findings, from the nearest tree whose findings are known.

The result for a tree depends on the rules and the tree alone, never on what was remembered: only
the time does.
"""

import time
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, partial
from itertools import chain
from typing import TYPE_CHECKING

from bot.domain.configuration import Configuration
from bot.domain.errors import LimitExceededError
from bot.domain.scan import Scan, Timing
from bot.ports.clock import Cancellation
from bot.ports.scanning import (
    Change,
    Entry,
    Examinations,
    Memory,
    ToolError,
    Tools,
    Trees,
    Wanted,
    Worktree,
)
from bot.scanner.digest import digest
from bot.scanner.facts import Depth, Examined
from bot.scanner.knowledge import Knowledge, Known
from bot.scanner.limits import Watch
from bot.scanner.matches import Match
from bot.scanner.probes import Probe
from bot.scanner.snapshot import Snapshot
from bot.scanner.tally import tally
from bot.scanner.waiving import with_waivers

if TYPE_CHECKING:
    from bot.scanner.ground import Ground
    from bot.scanner.ruleset import Ruleset, Subject

_ENTRIES_BETWEEN_CHECKS = 1024
SO_MANY = 10_000  # a guess at the blobs of a tree, before it is listed


@dataclass(frozen=True, slots=True)
class Engine:
    """Scans trees of one repository through its ports.

    `edition` names the scanner's own version: another edition does not trust what this one kept.
    `today` says which waivers are in force. Without `tools`, rules that run commands are unchecked.
    """

    trees: Trees
    examinations: Examinations
    memory: Memory
    edition: str
    today: Callable[[], date]
    tools: Tools | None = None

    def scan(
        self,
        configuration: Configuration,
        commit: str,
        *,
        near: Sequence[str] = (),
        cancellation: Cancellation | None = None,
    ) -> Scan:
        """What the configuration finds at a commit (40 hex digits).

        `near` are trees that are likely to differ little. Raises `UnknownRevisionError`,
        `LimitExceededError`, and what `cancellation` raises.
        """
        run = _Run(self, configuration, cancellation)
        return run.scan(commit, run.snapshot(commit, near))

    def scan_worktree(
        self,
        configuration: Configuration,
        worktree: Worktree,
        *,
        near: Sequence[str] = (),
        cancellation: Cancellation | None = None,
    ) -> Scan:
        """What the configuration finds in a working directory: in its commit, and what differs.

        Nothing of it is kept but what is known of blobs. Raises the same as `scan`.
        """
        run = _Run(self, configuration, cancellation)
        state = worktree.state(run.rules.concern, run.rules.largest)
        base = run.snapshot(state.commit, near)
        name = state.commit + ("+worktree" if state.differs else "")
        tree = self.trees.of_commit(state.commit)
        return run.scan(name, run.changed(base, tree, state.changes, None))


class _Run:
    """One scan under way. What only files need is loaded and made when there is a file."""

    def __init__(
        self, engine: Engine, configuration: Configuration, cancellation: Cancellation | None
    ) -> None:
        self._started = time.perf_counter()
        self._engine = engine
        self._configuration = configuration
        self._digest = digest(configuration, engine.edition)
        self._watch = Watch(configuration.limits.time, cancellation)

    @cached_property
    def rules(self) -> "Ruleset":
        """The rules, made ready."""
        from bot.scanner.ruleset import Ruleset

        return Ruleset(self._configuration)

    @cached_property
    def knowledge(self) -> Knowledge:
        """What is known of blobs."""
        return Knowledge(self.rules.query, self._engine.memory, self._engine.examinations)

    def scan(self, name: str, snapshot: Snapshot) -> Scan:
        """The snapshot as a scan, with the time that it took."""
        self._hold_to_limit(snapshot.considered)
        misses = self.knowledge.found_out if "knowledge" in self.__dict__ else 0
        timing = Timing(
            seconds=time.perf_counter() - self._started,
            cache_hits=max(snapshot.considered - misses, 0),
            cache_misses=misses,
        )
        return tally(self._configuration, name, snapshot, timing, today=self._engine.today())

    def snapshot(self, commit: str, near: Sequence[str]) -> Snapshot:
        """What the rules find at a commit, from what is known of a near tree if there is one."""
        trees, memory = self._engine.trees, self._engine.memory
        tree = trees.of_commit(commit)
        found = memory.snapshot(self._digest, tree)
        if found is not None:
            return found
        base = self._base(commit, near)
        if base is None:
            self._engine.examinations.expect(SO_MANY)
            listing = partial(trees.entries, tree)
            found = self._evaluate(listing(), Snapshot(0, {}), listing, commit, entire=True)
        else:
            known, snapshot = base
            found = self.changed(snapshot, known, trees.changes(known, tree), commit)
        if found.lasting:
            memory.keep_snapshot(self._digest, tree, found)
        return found

    def changed(
        self, base: Snapshot, tree: str, changes: Sequence[Change], commit: str | None
    ) -> Snapshot:
        """What the rules find in a tree that differs from `tree`, which is `base`, by `changes`.

        `commit` is one that has it; None for a working directory.
        """
        if not changes:
            return base
        self._engine.examinations.expect(len(changes))
        results = dict(base.results)
        considered = base.considered
        for change in changes:
            if change.before is not None:
                results.pop(change.before.path, None)
                considered -= self.rules.judge(change.before).considered
        entries = [change.after for change in changes if change.after is not None]
        return self._evaluate(
            entries,
            Snapshot(considered, results),
            lambda: _overlaid(self._engine.trees.entries(tree), changes),
            commit,
        )

    def _base(self, commit: str, near: Sequence[str]) -> tuple[str, Snapshot] | None:
        """The nearest tree with a snapshot: one of `near`, of an ancestor, or the latest."""
        trees, memory = self._engine.trees, self._engine.memory
        latest = memory.latest(self._digest)
        if not latest:
            return None
        known = set(latest)
        nearest = next((tree for tree in near if tree in known), None)
        if nearest is None:
            ancestors = trees.of_ancestors(commit)
            nearest = next((tree for tree in ancestors if tree in known), latest[0])
        snapshot = memory.snapshot(self._digest, nearest)
        if snapshot is None or not trees.known(nearest):
            return None
        return nearest, snapshot

    def _evaluate(
        self,
        entries: Iterable[Entry],
        base: Snapshot,
        listing: Callable[[], Iterable[Entry]],
        commit: str | None,
        *,
        entire: bool = False,
    ) -> Snapshot:
        """Add what the rules find in `entries` to a snapshot that does not hold them yet.

        `listing` gives all entries of the tree; `commit` is one that has it; None for a
        working directory.
        """
        in_worktree = commit is None
        considered, results = base.considered, dict(base.results)
        subjects: dict[str, list[Subject]] = {}
        for number, entry in enumerate(entries):
            judged = self.rules.judge(entry)
            considered += judged.considered
            if judged.subject is not None:
                subjects.setdefault(entry.blob, []).append(judged.subject)
            elif judged.result is not None:
                results[entry.path] = judged.result
            if number % _ENTRIES_BETWEEN_CHECKS == 0:
                self._watch.check()
                self._hold_to_limit(considered)
        self._hold_to_limit(considered)
        wanted = {
            blob: one
            for blob, same in subjects.items()
            if (one := _wanted(same, in_worktree=in_worktree)) is not None
        }
        unread = (Known(blob, Examined(), None) for blob in subjects if blob not in wanted)
        found = self.knowledge.of(wanted, self._watch, entire=entire)
        for blob, examined, facts in chain(unread, found):
            for subject in subjects[blob]:
                result = self.rules.result(subject, examined, facts)
                result = with_waivers(result, facts, python=subject.python)
                if result is not None:
                    results[subject.entry.path] = result
        here = subjects.keys() if in_worktree else ()
        ground = cache(lambda: self._ground(listing, here, commit))
        return Snapshot(considered, results, self.rules.conclusions(results, ground))

    def _ground(
        self,
        listing: Callable[[], Iterable[Entry]],
        in_worktree: Container[str],
        commit: str | None,
    ) -> "Ground":
        """The tree for rules that look into files of their choice."""
        from bot.scanner.ground import Ground

        def ask(probe: Probe, entries: Sequence[Entry]) -> dict[str, tuple[list[Match], bool]]:
            asked = self.rules.query.probes.index(probe)
            wanted = {
                one.blob: Wanted(
                    one.blob,
                    one.path,
                    Depth.NOTHING,
                    in_worktree=one.blob in in_worktree,
                    python=False,
                    asked=1 << asked,
                    largest=self._configuration.limits.file_size,
                )
                for one in entries
            }
            known = self.knowledge.of(wanted, self._watch, entire=False)
            return {
                blob: (
                    [one.match for one in examined.found if one.probe == asked],
                    examined.missed is None,
                )
                for blob, examined, _ in known
            }

        def run(command: str) -> bytes:
            tools = self._engine.tools
            if tools is None:
                raise ToolError("there is nothing here that runs commands")
            if commit is None:
                raise ToolError("commands run on commits, not on what is not committed")
            return tools.run(command, commit, self._watch)

        return Ground(self.rules.roots, listing, ask, run)

    def _hold_to_limit(self, considered: int) -> None:
        files = self._configuration.limits.files
        if considered > files:
            raise LimitExceededError(f"there are more than {files} files to scan (limits.files)")


def _wanted(same: "Sequence[Subject]", *, in_worktree: bool) -> Wanted | None:
    """What must be known of a blob for all files that have it; None if nothing."""
    entry, depth, _, python, asked, largest = same[0]
    for other in same[1:]:
        depth, largest = max(depth, other.depth), max(largest, other.largest)
        python, asked = python or other.python, asked | other.asked
    if not depth and not python and not asked:
        return None
    return Wanted(
        entry.blob,
        entry.path,
        depth,
        in_worktree=in_worktree,
        python=python,
        asked=asked,
        largest=largest,
    )


def _overlaid(entries: Iterable[Entry], changes: Sequence[Change]) -> Iterable[Entry]:
    """The entries of a tree after some changes, in any order."""
    gone = {one.before.path for one in changes if one.before is not None}
    yield from (one for one in entries if one.path not in gone)
    yield from (one.after for one in changes if one.after is not None)
