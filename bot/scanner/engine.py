"""Tree -> facts -> findings, from the nearest tree whose findings are known.

The result for a tree depends on the rules and the tree alone, never on what was remembered: only
the time does.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.configuration import Configuration
from bot.domain.errors import LimitExceededError
from bot.domain.scan import Scan, Timing
from bot.ports.clock import Cancellation
from bot.ports.scanning import Change, Entry, Examinations, Memory, Trees, Wanted, Worktree
from bot.scanner.facts import Depth, Examined, Facts
from bot.scanner.limits import Watch
from bot.scanner.probes import Query
from bot.scanner.ruleset import Ruleset, Subject, digest
from bot.scanner.snapshot import Snapshot
from bot.scanner.tally import tally

_ENTRIES_BETWEEN_CHECKS = 1024
_NOTHING = (Examined(), None)


@dataclass(frozen=True, slots=True)
class Engine:
    """Scans trees of one repository through its ports.

    `edition` names the scanner's own version: another edition does not trust what this one kept.
    """

    trees: Trees
    examinations: Examinations
    memory: Memory
    edition: str

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
        snapshot = run.snapshot(self.trees.of_commit(commit), commit, near)
        return run.scan(commit, snapshot)

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
        state = worktree.state(run.rules.concern, configuration.limits.file_size)
        base = run.snapshot(self.trees.of_commit(state.commit), state.commit, near)
        name = state.commit + ("+worktree" if state.differs else "")
        return run.scan(name, run.changed(base, state.changes, in_worktree=True))


class _Run:
    """One scan under way."""

    def __init__(
        self, engine: Engine, configuration: Configuration, cancellation: Cancellation | None
    ) -> None:
        self._started = time.perf_counter()
        self._trees = engine.trees
        self._examinations = engine.examinations
        self._memory = engine.memory
        self._configuration = configuration
        self._digest = digest(configuration, engine.edition)
        self._watch = Watch(configuration.limits.time, cancellation)
        self._rules: Ruleset | None = None
        self._examined = 0

    @property
    def rules(self) -> Ruleset:
        """The rules, made ready when the first file has to be looked at."""
        if self._rules is None:
            self._rules = Ruleset(self._configuration)
        return self._rules

    def scan(self, name: str, snapshot: Snapshot) -> Scan:
        """The snapshot as a scan, with the time that it took."""
        hits = max(snapshot.considered - self._examined, 0)
        seconds = time.perf_counter() - self._started
        timing = Timing(seconds=seconds, cache_hits=hits, cache_misses=self._examined)
        return tally(self._configuration, name, snapshot, timing)

    def snapshot(self, tree: str, commit: str, near: Sequence[str]) -> Snapshot:
        """What the rules find in a tree, from what is known of a near one if there is one."""
        found = self._memory.snapshot(self._digest, tree)
        if found is not None:
            return found
        base = self._base(commit, near)
        if base is None:
            found = self._evaluate(self._trees.entries(tree), Snapshot(0, {}), everything=True)
        else:
            known, snapshot = base
            found = self.changed(snapshot, self._trees.changes(known, tree))
        if all(one.problem is None or one.problem.lasting for one in found.results.values()):
            self._memory.keep_snapshot(self._digest, tree, found)
        return found

    def changed(
        self, base: Snapshot, changes: Sequence[Change], *, in_worktree: bool = False
    ) -> Snapshot:
        """What the rules find in a tree that differs from another by `changes`."""
        results = dict(base.results)
        considered = base.considered
        for change in changes:
            if change.before is not None:
                results.pop(change.before.path, None)
                considered -= self.rules.judge(change.before).considered
        entries = [change.after for change in changes if change.after is not None]
        kept = Snapshot(considered, results)
        return self._evaluate(entries, kept, in_worktree=in_worktree)

    def _base(self, commit: str, near: Sequence[str]) -> tuple[str, Snapshot] | None:
        """The nearest tree with a snapshot: one of `near`, of an ancestor, or the latest."""
        latest = self._memory.latest(self._digest)
        if not latest:
            return None
        known = set(latest)
        nearest = next((tree for tree in near if tree in known), None)
        if nearest is None:
            ancestors = self._trees.of_ancestors(commit)
            nearest = next((tree for tree in ancestors if tree in known), latest[0])
        snapshot = self._memory.snapshot(self._digest, nearest)
        if snapshot is None or not self._trees.known(nearest):
            return None
        return nearest, snapshot

    def _evaluate(
        self,
        entries: Iterable[Entry],
        base: Snapshot,
        *,
        everything: bool = False,
        in_worktree: bool = False,
    ) -> Snapshot:
        """Add what the rules find in `entries` to a snapshot that does not hold them yet."""
        considered, results = base.considered, dict(base.results)
        subjects: list[Subject] = []
        for number, entry in enumerate(entries):
            judged = self.rules.judge(entry)
            considered += judged.considered
            if judged.subject is not None:
                subjects.append(judged.subject)
            elif judged.result is not None:
                results[entry.path] = judged.result
            if number % _ENTRIES_BETWEEN_CHECKS == 0:
                self._watch.check()
                self._hold_to_limit(considered)
        self._hold_to_limit(considered)
        blobs = self._blobs(subjects, everything=everything, in_worktree=in_worktree)
        for subject in subjects:
            result = self.rules.result(subject, *blobs.get(subject.entry.blob, _NOTHING))
            if result is not None:
                results[subject.entry.path] = result
        return Snapshot(considered, results)

    def _hold_to_limit(self, considered: int) -> None:
        files = self._configuration.limits.files
        if considered > files:
            raise LimitExceededError(f"there are more than {files} files to scan (limits.files)")

    def _blobs(
        self, subjects: Sequence[Subject], *, everything: bool, in_worktree: bool
    ) -> Mapping[str, tuple[Examined, Facts | None]]:
        """All that must be known of the subjects' blobs, remembered or found out now."""
        wanted: dict[str, Wanted] = {}
        for subject in subjects:
            entry, depth = subject.entry, subject.depth
            if subject.python or depth:
                before = wanted.get(entry.blob)
                if before is None or before.depth < depth:
                    wanted[entry.blob] = Wanted(
                        entry.blob, entry.path, depth, in_worktree=in_worktree
                    )
        query = self.rules.query
        known = self._memory.examined(query.digest(), None if everything else wanted)
        depths = {
            blob: max(one.depth, known[blob].depth) for blob, one in wanted.items() if blob in known
        }
        facts = dict(self._memory.facts(blob for blob, depth in depths.items() if depth))
        lacking = [
            one
            for blob, one in wanted.items()
            if blob not in depths or (depths[blob] and _depth(facts.get(blob)) < depths[blob])
        ]
        fresh = self._find_out(query, lacking)
        untold = [blob for blob, one in fresh.items() if one.facts is None]
        facts.update(self._memory.facts(b for b in untold if wanted[b].depth or fresh[b].depth))
        found = {**{blob: known[blob] for blob in depths}, **fresh}
        return {blob: (one, one.facts or facts.get(blob)) for blob, one in found.items()}

    def _find_out(self, query: Query, lacking: Sequence[Wanted]) -> Mapping[str, Examined]:
        """Examine blobs, and remember what came of it."""
        if not lacking:
            return {}
        in_full = self._memory.known(one.blob for one in lacking)
        asked = [one._replace(known=one.blob in in_full) for one in lacking]
        fresh = {
            one.blob: examined
            for one, examined in self._examinations.examine(query, asked, self._watch)
        }
        self._examined += len(fresh)
        self._memory.keep(
            query.digest(),
            {
                blob: one
                for blob, one in fresh.items()
                if one.problem is None or one.problem.lasting
            },
        )
        return fresh


def _depth(facts: Facts | None) -> Depth:
    return Depth.NOTHING if facts is None else facts.depth
