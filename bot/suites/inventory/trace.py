"""Which units of which files meet the migration: by what they name, or by what they stand on."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from posixpath import basename, dirname
from typing import NamedTuple

from bot.domain.inventory import FileRole, Touch
from bot.scanner.lexer import lex
from bot.scanner.modules import absolute
from bot.scanner.source import Source
from bot.suites.inventory.graph import Graph, Node
from bot.suites.inventory.layout import CONFTEST, role_of
from bot.suites.inventory.matching import Matcher
from bot.suites.inventory.touches import Touches, touches_of
from bot.suites.inventory.view import MODULE


class Reached(NamedTuple):
    """What a file meets through others: their touches, their paths, and the units in between."""

    touches: tuple[Touch, ...]
    through: tuple[str, ...]
    nodes: tuple[Node, ...]


class Trace:
    """Finds every file that meets the migration; `own` are the touches by path."""

    def __init__(self, sources: Mapping[str, Source], graph: Graph, matcher: Matcher) -> None:
        self._sources = sources
        self._graph = graph
        self._matcher = matcher
        self.own: dict[str, Touches] = {}
        self._meeting: defaultdict[str, set[str]] = defaultdict(set)
        self._words: set[str] = set()
        self._start()
        self._spread()

    @property
    def paths(self) -> Sequence[str]:
        """The files that meet the migration."""
        return sorted(path for path, units in self._meeting.items() if units)

    def reached(self, path: str) -> Reached:
        """What a file meets through the files that it stands on."""
        seen: dict[Node, None] = {}
        pending = [Node(path, unit) for unit in sorted(self._meeting[path])]
        while pending:
            node = pending.pop()
            if node not in seen:
                seen[node] = None
                pending.extend(self._meets(node))
        others = [node for node in seen if node.path != path]
        touches = {
            (touch.rule, touch.via, touch.symbol, touch.location): touch
            for node in others
            if node.path in self.own
            for touch in self.own[node.path].by_unit.get(node.unit, ())
        }
        ordered = sorted(touches.values(), key=lambda one: (one.location.path, one.location.line))
        return Reached(tuple(ordered), tuple(sorted({node.path for node in others})), tuple(others))

    def runs_for_all(self, path: str) -> bool:
        """Whether a conftest.py meets the migration for every test below it, asked or not."""
        if basename(path) != CONFTEST:
            return False
        units = self._graph.view(path).units
        return any(name == MODULE or units[name].autouse for name in self._meeting[path])

    def _start(self) -> None:
        for path, source in self._sources.items():
            if self._matcher.may_matter(source.text) and self._may_touch(path, source.text):
                touches = touches_of(self._graph.view(path), self._matcher)
                if touches.by_unit:
                    self.own[path] = touches
                    self._meeting[path].update(touches.by_unit)

    def _may_touch(self, path: str, text: bytes) -> bool:
        """Whether it takes a parser to know; exact about imports, generous about the rest."""
        if self._matcher.deep.among(text) or self._matcher.writes_out(text):
            return True
        symbols = list(self._imports(path, text))
        return any(self._matcher.path(one) or self._matcher.leads_to(one) for one in symbols)

    def _imports(self, path: str, text: bytes) -> Iterator[str]:
        package = self._graph.layout.files[path].package
        for found in lex(text).imports:
            symbol = absolute(package, found.dotted)
            if symbol is not None:
                yield symbol
                if found.name is not None:
                    yield symbol.rpartition(".")[0]

    def _spread(self) -> None:
        """From the files that meet the migration to those that stand on them, until none is new."""
        fresh = {path: set(units) for path, units in self._meeting.items()}
        while fresh:
            words = {word for path, units in fresh.items() for word in self._exported(path, units)}
            words -= self._words
            self._words |= words
            providers = set(fresh)
            fresh = {}
            for path in self._naming(words, providers):
                units = self._newly_meeting(path)
                if units:
                    fresh[path] = units

    def _exported(self, path: str, units: Iterable[str]) -> Iterator[str]:
        """The names under which other files get at some units of a file."""
        here = self._graph.view(path)
        is_test = role_of(path) is FileRole.TESTS
        for unit in units:
            if not (is_test and unit.startswith("test")):
                yield unit
            yield from here.units[unit].fixtures
        renamed = ((name, means) for name, means in here.aliases.items() if "." in means)
        for name, means in renamed:
            if name != means.rpartition(".")[2] and self._is_meeting(self._graph.find(name, path)):
                yield name

    def _naming(self, words: set[str], providers: set[str]) -> Iterator[str]:
        """The files that may use one of the words from one of the files that provide them."""
        literals = [word.encode() for word in words if word]
        giving = {path for path in self._sources if self._gives(path, providers)}
        for path, source in self._sources.items():
            if any(word in source.text for word in literals) and (
                path in self._meeting or self._has_access(path, source.text, providers, giving)
            ):
                yield path

    def _gives(self, path: str, providers: set[str]) -> bool:
        """Whether a conftest.py has, or hands on, what is in one of the providing files."""
        if basename(path) != CONFTEST:
            return False
        if path in providers:
            return True
        here = self._graph.view(path)
        modules = (*here.plugins, *here.stars, *here.aliases.values())
        located = (self._graph.layout.locate(module, path) for module in modules)
        return any(found is not None and found[0] in providers for found in located)

    def _has_access(self, path: str, text: bytes, providers: set[str], giving: set[str]) -> bool:
        """Whether a file imports from one of others, or has their fixtures."""
        layout = self._graph.layout
        if not giving.isdisjoint(layout.conftests(path)):
            return True
        located = (layout.locate(symbol, path) for symbol in self._imports(path, text))
        return any(found is not None and found[0] in providers for found in located)

    def _newly_meeting(self, path: str) -> set[str]:
        here = self._graph.view(path)
        known = self._meeting[path]
        new: set[str] = set()
        while True:
            found = {
                name
                for name in here.units
                if name not in known and any(self._meets(Node(path, name)))
            }
            if not found:
                return new
            new |= found
            known |= found

    def _meets(self, node: Node) -> Iterator[Node]:
        """What a unit refers to that meets the migration itself."""
        return filter(self._is_meeting, self._graph.uses(node, self._words.__contains__))

    def _is_meeting(self, node: Node | None) -> bool:
        return node is not None and node.unit in self._meeting.get(node.path, ())


def below(paths: Iterable[str], conftest: str) -> Iterator[str]:
    """The paths in the folder of a conftest.py, and below it."""
    folder = dirname(conftest)
    return (path for path in paths if not folder or path.startswith(f"{folder}/"))
