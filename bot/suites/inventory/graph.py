"""From a test to what it stands on: names and fixtures, followed from file to file."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from bot.scanner.source import Source
from bot.suites.inventory.layout import Layout
from bot.suites.inventory.view import Unit, View, view

_LONGEST_CHAIN: Final = 20


class Node(NamedTuple):
    """A unit of a file."""

    path: str
    unit: str


class Graph:
    """The test and support files of a repository; a file is read when it is first asked for."""

    def __init__(self, sources: Mapping[str, Source], layout: Layout) -> None:
        self._sources = sources
        self.layout = layout
        self._views: dict[str, View] = {}
        self._fixtures: dict[tuple[str, str], Node | None] = {}

    def view(self, path: str) -> View:
        """One file; it must be among the sources."""
        known = self._views.get(path)
        if known is None:
            source = self._sources[path]
            known = view(self.layout.files[path], source.text, source.problem)
            self._views[path] = known
        return known

    def unit(self, node: Node) -> Unit:
        """The unit that a node is."""
        return self.view(node.path).units[node.unit]

    def uses(self, node: Node, matters: Callable[[str], bool]) -> Iterator[Node]:
        """The units that a unit refers to by a name, or as a fixture, whose last name matters."""
        unit = self.unit(node)
        for dotted in unit.names:
            if any(map(matters, dotted.split("."))):
                found = self.find(dotted, node.path)
                if found is not None and found != node:
                    yield found
        for name in filter(matters, unit.requests):
            own = name in unit.fixtures
            found = self.fixture(name, node.path, above=own)
            if found is not None and found != node:
                yield found

    def find(self, dotted: str, importer: str) -> Node | None:
        """The unit that a name in a file stands for; None for all that is not in the sources."""
        here = self.view(importer)
        first = dotted.partition(".")[0]
        if first in here.units and first not in here.aliases:
            return Node(importer, first)
        if self.layout.locate(dotted, importer) is None:
            return self._starred(first, here)
        return self._followed(dotted, importer)

    def _followed(self, dotted: str, path: str) -> Node | None:
        """An absolute name, through the modules that hand it on."""
        for _ in range(_LONGEST_CHAIN):
            located = self.layout.locate(dotted, path)
            if located is None or not located[1]:
                return None
            path, (first, *rest) = located
            there = self.view(path)
            if first in there.units:
                return Node(path, first)
            if first not in there.aliases:
                return self._starred(first, there)
            dotted = ".".join((there.aliases[first], *rest))
        return None

    def fixture(self, name: str, path: str, *, above: bool = False) -> Node | None:
        """Where a fixture is defined that a file asks for by name; with `above`, outside of it."""
        if above:
            return self._from_conftests(name, path)
        key = name, path
        if key not in self._fixtures:
            self._fixtures[key] = self._provided(name, path) or self._from_conftests(name, path)
        return self._fixtures[key]

    def _from_conftests(self, name: str, path: str) -> Node | None:
        for conftest in self.layout.conftests(path):
            if conftest != path and (found := self._provided(name, conftest)):
                return found
        return None

    def _provided(self, name: str, path: str) -> Node | None:
        """A fixture that a file defines, imports, or has as a plug-in."""
        here = self.view(path)
        if name in here.fixtures:
            return Node(path, here.fixtures[name])
        if name in here.aliases:
            return self.find(here.aliases[name], path)
        for plugin in (*here.stars, *here.plugins):
            located = self.layout.locate(plugin, path)
            if located is not None and not located[1] and located[0] != path:
                there = self.view(located[0])
                if name in there.fixtures:
                    return Node(located[0], there.fixtures[name])
        return None

    def _starred(self, name: str, here: View) -> Node | None:
        """A name that came in by `from module import *`."""
        for module in here.stars:
            located = self.layout.locate(module, here.file.path)
            if located is not None and not located[1] and name in self.view(located[0]).units:
                return Node(located[0], name)
        return None
