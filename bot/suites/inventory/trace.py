"""Which units of which files meet the migration: by what they name, or by what they stand on."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from posixpath import basename, dirname
from typing import NamedTuple

from bot.domain.inventory import Touch
from bot.scanner.facts import STAR
from bot.scanner.lexer import lex
from bot.scanner.modules import absolute
from bot.scanner.probes import ImportProbe
from bot.scanner.sieve import Sieve
from bot.scanner.source import Source
from bot.suites.inventory.graph import Graph, Node
from bot.suites.inventory.layout import CONFTEST
from bot.suites.inventory.matching import Matcher
from bot.suites.inventory.touches import Touches, touches_of
from bot.suites.inventory.view import MODULE, View


class Reached(NamedTuple):
    """What a file meets through others: their touches, their paths, and the units in between."""

    touches: tuple[Touch, ...]
    through: tuple[str, ...]
    nodes: tuple[Node, ...]


@dataclass(slots=True)
class _Offer:
    """What a file has for others that meets the migration, by name."""

    names: set[str]
    fixtures: set[str] = field(default_factory=set)

    def take(self, here: View) -> None:
        """Add the fixtures that are among what is offered."""
        for name in self.names:
            unit = here.units.get(name)
            self.fixtures |= unit.fixtures if unit else {name} & here.aliases.keys()


class Trace:
    """Finds every file that meets the migration; `own` are the touches by path."""

    def __init__(
        self,
        sources: Mapping[str, Source],
        graph: Graph,
        matcher: Matcher,
        modules: Container[str],
    ) -> None:
        self._modules = modules
        self._sources = sources
        self._graph = graph
        self._matcher = matcher
        self.own: dict[str, Touches] = {}
        self._meeting: defaultdict[str, set[str]] = defaultdict(set)
        self._handed: defaultdict[str, set[str]] = defaultdict(set)
        self._words: set[str] = set()
        self._met: dict[Node, tuple[Node, ...]] = {}
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
                if node not in self._met:  # nothing is added once all is found
                    self._met[node] = tuple(self._meets(node))
                pending.extend(self._met[node])
        others = [node for node in seen if node.path != path]
        touches = {
            (touch.rule, touch.via, touch.symbol, touch.location): touch
            for node in others
            if node.path in self.own
            for touch in self.own[node.path].of_unit(node.unit)
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
            if self._matcher.may_matter(path, source.text) and self._may_touch(path, source.text):
                touches = touches_of(self._graph.view(path), self._matcher, self._modules)
                if touches.by_unit:
                    self.own[path] = touches
                    self._meeting[path].update(touches.by_unit)

    def _may_touch(self, path: str, text: bytes) -> bool:
        """Whether it takes a parser to know; exact about imports, generous about the rest."""
        if self._matcher.deep.among(text) or self._matcher.writes_out(text):
            return True
        symbols = self._imports(path, text)
        return any(self._matcher.path(one) or self._matcher.leads_to(one, text) for one in symbols)

    def _imports(self, path: str, text: bytes) -> Iterator[str]:
        package = self._graph.layout.files[path].package
        symbols = (absolute(package, found.dotted) for found in lex(text).imports)
        return (symbol for symbol in symbols if symbol is not None)

    def _spread(self) -> None:
        """From the files that meet the migration to those that stand on them, until none is new."""
        fresh = {path: _Offer(set(units)) for path, units in self._meeting.items()}
        while fresh:
            for path, offer in fresh.items():
                offer.take(self._graph.view(path))
                self._words |= offer.names | offer.fixtures
            fresh = {
                path: offer
                for path in list(self._candidates(fresh))
                if (offer := _Offer(self._newly_meeting(path) | self._newly_handed(path))).names
            }

    def _newly_handed(self, path: str) -> set[str]:
        """Names of other files that meet the migration, and can be imported from this one too."""
        here = self._graph.view(path)
        names = {
            name
            for name, means in here.aliases.items()
            if self._is_meeting(self._graph.find(means, path))
        }
        for star in here.stars:
            located = self._graph.layout.locate(star, path)
            if located is not None and not located[1]:
                names |= self._meeting.get(located[0], set()) | self._handed[located[0]]
        new = names - self._handed[path]
        self._handed[path] |= new
        return new

    def _candidates(self, offers: "Mapping[str, _Offer]") -> Iterator[str]:
        """The files that may use something of what others offer, as their imports tell."""
        fixtures = {name for offer in offers.values() for name in offer.fixtures}
        giving = {path for path in self._graph.layout.all_conftests if self._gives(path, offers)}
        words = {word for path, offer in offers.items() for word in _written(path, offer)}
        sieve = Sieve([ImportProbe(word) for word in sorted(words | fixtures)])
        asked = [name.encode() for name in fixtures]
        for path, source in self._sources.items():
            if path in offers:
                yield path
            elif sieve.sift(source.text):
                given = not giving.isdisjoint(self._graph.layout.conftests(path))
                asks = given and any(name in source.text for name in asked)
                if asks or self._takes(path, source.text, offers):
                    yield path

    def _gives(self, conftest: str, offers: "Mapping[str, _Offer]") -> bool:
        """Whether a conftest.py has fixtures that are offered, or hands them on."""
        if conftest in offers:
            return True
        here = self._graph.view(conftest)
        modules = (*here.plugins, *here.stars, *here.aliases.values())
        located = (self._graph.layout.locate(module, conftest) for module in modules)
        return any(found is not None and found[0] in offers for found in located)

    def _takes(self, path: str, text: bytes, offers: "Mapping[str, _Offer]") -> bool:
        """Whether a file imports something that is offered, or a whole module that offers it."""
        for symbol in self._imports(path, text):
            located = self._graph.layout.locate(symbol, path)
            offer = offers.get(located[0]) if located is not None else None
            if offer and located and (not located[1] or located[1][0] in {STAR, *offer.names}):
                return True
        return False

    def _newly_meeting(self, path: str) -> set[str]:
        """The units of a file that turn out to stand on what meets the migration."""
        here = self._graph.view(path)
        known = self._meeting[path]
        new = {
            name for name in here.units if name not in known and any(self._meets(Node(path, name)))
        }
        users = here.users()
        pending = [*known, *new]
        while pending:
            for user in users.get(pending.pop(), ()):
                if user not in known and user not in new:
                    new.add(user)
                    pending.append(user)
        known |= new
        return new

    def _meets(self, node: Node) -> Iterator[Node]:
        """What a unit refers to that meets the migration itself."""
        return filter(self._is_meeting, self._graph.uses(node, self._words.__contains__))

    def _is_meeting(self, node: Node | None) -> bool:
        return node is not None and node.unit in self._meeting.get(node.path, ())


def _written(path: str, offer: _Offer) -> set[str]:
    """Words of which one must be in a file that imports from another."""
    stem = basename(path).removesuffix(".py")
    if stem == "__init__":  # which its own package calls "."
        return {basename(dirname(path)), *offer.names}
    return {stem}


def below(paths: Iterable[str], conftest: str) -> Iterator[str]:
    """The paths in the folder of a conftest.py, and below it."""
    folder = dirname(conftest)
    return (path for path in paths if not folder or path.startswith(f"{folder}/"))
