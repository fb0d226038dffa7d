"""The inventory of one migration, from the bytes of test files to the answer."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from bot.domain.configuration import Migration
from bot.domain.errors import LimitExceededError
from bot.domain.inventory import (
    FileRole,
    FixtureUse,
    Inventory,
    InventoryFile,
    ServiceEvidence,
)
from bot.domain.plan import RiskLevel
from bot.domain.scan import FileProblem
from bot.scanner.modules import Roots
from bot.scanner.source import Source, read
from bot.suites.inventory import services
from bot.suites.inventory.checks import weak_tests
from bot.suites.inventory.graph import Graph
from bot.suites.inventory.layout import Layout, role_of
from bot.suites.inventory.matching import Matcher
from bot.suites.inventory.risk import Subject, categories_of, judge
from bot.suites.inventory.subjects import modules_in
from bot.suites.inventory.trace import Reached, Trace, below
from bot.suites.inventory.view import View

MOST_BYTES: Final = 1 << 30
_GRAVITY: Final = {RiskLevel.HIGH: 0, RiskLevel.MEDIUM: 1, RiskLevel.LOW: 2}


def take_inventory(
    migration: Migration,
    files: Iterable[tuple[str, bytes]],
    *,
    roots: Sequence[str],
    paths: Iterable[str] = (),
    largest: int = MOST_BYTES,
) -> Inventory:
    """List the tests that touch what a migration is about.

    `files` are the test and support files (`role_of`) with their bytes; others are passed over.
    `roots` are the configuration's import roots, `paths` every file of the repository, by which
    globs of files become modules. Only what can matter by its text is parsed; nothing is imported
    or run. Raises `LimitExceededError` for more than `largest` bytes of tests.
    """
    known = Roots(roots)
    sources, skipped = _read(files, largest)
    graph = Graph(sources, Layout(sources, known))
    everything = list(paths)
    matcher = Matcher(migration.rules, modules_in(everything, known))
    modules = {module for path in everything if (module := known.file(path).module)}
    trace = Trace(sources, graph, matcher, modules)
    listed = _Lister(migration, matcher, graph, trace, list(sources)).files()
    problems = ((path, graph.view(path).problem) for path in trace.paths)
    return Inventory(
        migration=migration.issue,
        files=tuple(sorted(listed, key=lambda file: (_GRAVITY[file.risk], file.path))),
        considered=len(sources) + len(skipped),
        degraded=tuple(FileProblem(path, one.reason) for path, one in problems if one is not None),
        skipped=tuple(sorted(skipped, key=lambda one: one.path)),
        unnamed=tuple(matcher.unnamed),
    )


def _read(
    files: Iterable[tuple[str, bytes]], largest: int
) -> tuple[Mapping[str, Source], list[FileProblem]]:
    sources: dict[str, Source] = {}
    skipped = []
    size = 0
    for path, content in files:
        if role_of(path) is None:
            continue
        size += len(content)
        if size > largest:
            raise LimitExceededError(f"more than {largest >> 20:,} MiB of tests")
        source = read(content)
        if source.problem is not None and source.problem.skipped:
            skipped.append(FileProblem(path, source.problem.reason))
        else:
            sources[path] = source
    return sources, skipped


class _Lister:
    """Makes the entry of each file that meets the migration."""

    def __init__(
        self,
        migration: Migration,
        matcher: Matcher,
        graph: Graph,
        trace: Trace,
        paths: Sequence[str],
    ) -> None:
        self._migration = migration
        self._matcher = matcher
        self._graph = graph
        self._trace = trace
        self._tests = [path for path in paths if role_of(path) is FileRole.TESTS]
        self._reached = {path: trace.reached(path) for path in trace.paths}

    def files(self) -> list[InventoryFile]:
        dependents = self._dependents()
        return [self._file(path, len(dependents[path])) for path in self._trace.paths]

    def _dependents(self) -> Mapping[str, set[str]]:
        """The test files that stand on each file."""
        found: dict[str, set[str]] = {path: set() for path in self._trace.paths}
        for path, reached in self._reached.items():
            if role_of(path) is FileRole.TESTS:
                for support in reached.through:
                    found[support].add(path)
        for path, dependents in found.items():
            if self._trace.runs_for_all(path):
                dependents.update(below(self._tests, path))
        return found

    def _file(self, path: str, dependents: int) -> InventoryFile:
        here = self._graph.view(path)
        reached = self._reached[path]
        own = self._trace.own.get(path)
        touches = own.all if own else ()
        tests = here.tests
        categories = categories_of(path, tests, self._migration)
        subject = Subject(path, tests, touches, reached.through, dependents)
        level, reasons = judge(subject, categories, self._migration, self._matcher)
        uses = self._fixtures(here)
        kind, evidence = services.summed_up(self._evidence(here, reached))
        return InventoryFile(
            path=path,
            role=FileRole.TESTS if tests or here.problem else FileRole.SUPPORT,
            bytes=here.size,
            lines=here.lines,
            risk=level,
            reasons=reasons,
            tests=tests,
            classes=tuple(_classes(here)),
            markers=tuple(sorted({mark for test in tests for mark in test.markers})),
            fixtures=uses,
            touches=touches,
            reaches=reached.touches,
            through=reached.through,
            services=kind,
            evidence=evidence,
            weak=tuple(weak_tests(here, self._graph)),
            dependents=dependents,
            categories=tuple(category.name for category in categories),
            degraded=here.problem is not None,
        )

    def _fixtures(self, here: View) -> tuple[FixtureUse, ...]:
        """Every fixture that the tests ask for, and those that these ask for in turn."""
        found: dict[str, str | None] = {}
        pending = [(name, here.file.path) for test in here.tests for name in test.fixtures]
        while pending:
            name, asker = pending.pop()
            if name not in found:
                node = self._graph.fixture(name, asker)
                found[name] = node.path if node else None
                if node is not None:
                    requests = self._graph.unit(node).requests
                    pending.extend((request, node.path) for request in requests)
        return tuple(FixtureUse(name, found[name]) for name in sorted(found))

    def _evidence(self, here: View, reached: Reached) -> Iterable[ServiceEvidence]:
        path = here.file.path
        for unit in here.units.values():
            yield from services.of_names(unit.names, path)
            yield from services.of_calls(unit.calls, path)
        for node in reached.nodes:
            unit = self._graph.unit(node)
            yield from services.of_names(unit.names, node.path)
            yield from services.of_calls(unit.calls, node.path)
        yield from services.of_classes(here.classes, path)
        for test in here.tests:
            yield from services.of_marks(test.markers, path, test.line)
            yield from services.of_fixtures(test.fixtures, path, test.line)


def _classes(here: View) -> Iterable[str]:
    """The classes that hold tests."""
    return dict.fromkeys(test.name.rpartition("::")[0] for test in here.tests if "::" in test.name)
