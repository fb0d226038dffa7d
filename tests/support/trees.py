"""Small repositories in memory: the scanner on files, without git, processes or a cache."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from msgspec.structs import replace

from bot.domain.configuration import Configuration, Migration, Rule
from bot.domain.phase import Phase
from bot.domain.scan import Scan
from bot.ports.clock import Cancellation
from bot.ports.scanning import Change, Entry, Wanted
from bot.scanner.engine import Engine
from bot.scanner.examine import Examiner
from bot.scanner.facts import Depth, Examined, Facts, Problem
from bot.scanner.finders import bits
from bot.scanner.limits import too_large
from bot.scanner.probes import Query
from bot.scanner.snapshot import Snapshot
from bot.scanner.unread import unread

Files = Mapping[str, bytes | str]


def content(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")


class TreesInMemory:
    """The `Trees` port; a commit is its tree, and has no ancestors unless they are set."""

    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}
        self.trees: dict[str, dict[str, Entry]] = {}
        self.ancestors: dict[str, list[str]] = {}
        self.listed: list[str] = []

    def add(self, files: Files, modes: Mapping[str, str] | None = None) -> str:
        """Add a tree; returns its id."""
        entries = {}
        for path, text in files.items():
            blob = hashlib.sha1(content(text), usedforsecurity=False).hexdigest()
            self.blobs[blob] = content(text)
            mode = (modes or {}).get(path, "100644")
            entries[path] = Entry(path, mode, blob, len(content(text)))
        tree = hashlib.sha1(repr(sorted(entries.items())).encode(), usedforsecurity=False)
        self.trees[tree.hexdigest()] = entries
        return tree.hexdigest()

    def of_commit(self, commit: str) -> str:
        return commit

    def of_ancestors(self, commit: str) -> Sequence[str]:
        return self.ancestors.get(commit, [])

    def entries(self, tree: str) -> Iterator[Entry]:
        self.listed.append(tree)
        yield from self.trees[tree].values()

    def changes(self, before: str, after: str) -> Sequence[Change]:
        old, new = self.trees[before], self.trees[after]
        paths = [path for path in sorted({*old, *new}) if old.get(path) != new.get(path)]
        return [Change(_sizeless(old.get(path)), _sizeless(new.get(path))) for path in paths]

    def renames(self, before: str, after: str) -> Mapping[str, str]:
        del before, after
        return {}

    def known(self, tree: str) -> bool:
        return tree in self.trees


def _sizeless(entry: Entry | None) -> Entry | None:
    return entry and entry._replace(size=None)


class ExaminationsInProcess:
    """The `Examinations` port without processes; counts what it was asked."""

    def __init__(self, trees: TreesInMemory) -> None:
        self._trees = trees
        self.asked: list[Wanted] = []

    def expect(self, blobs: int) -> None:
        pass

    def examine(
        self, query: Query, wanted: Sequence[Wanted], cancellation: Cancellation
    ) -> Iterator[tuple[Wanted, Examined]]:
        examiner = Examiner(query)
        for one in wanted:
            cancellation.check()
            self.asked.append(one)
            text = self._trees.blobs[one.blob]
            if len(text) > one.largest:
                problem = Problem(too_large(one.largest), skipped=True)
                yield one, unread(problem, one.depth, bits(one.asked))
            else:
                yield (
                    one,
                    examiner.examine(
                        text, one.depth, known=one.known, python=one.python, asked=one.asked
                    ),
                )


class MemoryInProcess:
    """The `Memory` port on plain maps."""

    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], Examined] = {}
        self.all_facts: dict[str, Facts] = {}
        self.snapshots: dict[tuple[str, str], Snapshot] = {}

    def examined(self, query: str, blobs: Iterable[str] | None) -> Mapping[str, Examined]:
        wanted = None if blobs is None else set(blobs)
        return {
            blob: one
            for (of, blob), one in self.answers.items()
            if of == query and (wanted is None or blob in wanted)
        }

    def facts(self, blobs: Iterable[str]) -> Mapping[str, Facts]:
        return {blob: self.all_facts[blob] for blob in blobs if blob in self.all_facts}

    def known(self, blobs: Iterable[str]) -> set[str]:
        return {blob for blob, one in self.facts(blobs).items() if one.depth == Depth.SYNTAX}

    def keep(self, query: str, examined: Mapping[str, Examined]) -> None:
        for blob, one in examined.items():
            self.answers[query, blob] = replace(one, facts=None)
            if one.facts and one.facts.depth >= self.all_facts.get(blob, one.facts).depth:
                self.all_facts[blob] = one.facts

    def snapshot(self, rules: str, tree: str) -> Snapshot | None:
        return self.snapshots.get((rules, tree))

    def latest(self, rules: str) -> Sequence[str]:
        return [tree for of, tree in reversed(self.snapshots) if of == rules]

    def keep_snapshot(self, rules: str, tree: str, snapshot: Snapshot) -> None:
        self.snapshots[rules, tree] = snapshot


class Shelf:
    """An engine on trees in memory."""

    def __init__(self) -> None:
        self.trees = TreesInMemory()
        self.examinations = ExaminationsInProcess(self.trees)
        self.memory = MemoryInProcess()
        self.today = date(2026, 11, 21)
        self.engine = Engine(self.trees, self.examinations, self.memory, "test", lambda: self.today)


def configured(*rules: Rule, **changes: object) -> Configuration:
    """A configuration of one migration with these rules."""
    migration = Migration(issue=7, title="t", phase=Phase.MIGRATE, rules=rules)
    return Configuration(**{"digest": "d" * 64, "migrations": (migration,), **changes})  # type: ignore[arg-type]


def scan_files(rule: Rule, files: Files, **changes: object) -> Scan:
    """What one rule finds in some files."""
    shelf = Shelf()
    return shelf.engine.scan(configured(rule, **changes), shelf.trees.add(files))
