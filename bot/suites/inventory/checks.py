"""Whether a test without an assertion of its own stands on something that has one."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from bot.domain.inventory import Location, Weakness, WeakTest
from bot.suites.inventory.assertions import asserts_by_name, may_assert
from bot.suites.inventory.gather import SUPER
from bot.suites.inventory.graph import Graph
from bot.suites.inventory.view import View
from bot.suites.inventory.weakness import Trial

_MOST: Final = 200
_KNOWN_BASES: Final = {"object", "abc.ABC", "typing.Protocol", "typing.Generic"}


class _Place(NamedTuple):
    path: str
    routine: str


def weak_tests(here: View, graph: Graph) -> Iterator[WeakTest]:
    """The weak tests of a file."""
    path = here.file.path
    for trial in here.trials:
        test = trial.found.test
        if trial.weakness is not None:
            yield WeakTest(
                name=test.name,
                weakness=trial.weakness,
                location=Location(path, trial.line),
                reason=trial.reason,
            )
        elif trial.open and not _stands_on_an_assertion(trial, path, graph):
            yield WeakTest(
                name=test.name,
                weakness=Weakness.NO_ASSERTION,
                location=Location(path, test.line),
                reason="neither it nor what it calls asserts anything",
            )


def _stands_on_an_assertion(trial: Trial, path: str, graph: Graph) -> bool:
    """Whether some function that the test calls, or a fixture, asserts; doubt counts as yes."""
    pending = [_Place(path, trial.found.test.name.replace("::", "."))]
    for name in trial.found.test.fixtures:
        fixture = graph.fixture(name, path)
        if fixture is not None:
            pending.append(_Place(*fixture))
    seen: set[_Place] = set()
    while pending:
        place = pending.pop()
        routine = graph.view(place.path).routines.get(place.routine)
        if routine is None or place in seen:
            continue
        seen.add(place)
        if routine.asserts or len(seen) > _MOST:
            return True
        for called in routine.calls:
            found = _called(called, place, graph)
            if found is None:
                return True
            pending.extend(found)
    return False


def _called(called: str, place: _Place, graph: Graph) -> list[_Place] | None:
    """What a call leads to in the sources; None where it asserts, or may."""
    here = graph.view(place.path)
    owner, _, method = called.rpartition(".")
    if asserts_by_name(called):
        return None
    if owner in {"self", "cls", SUPER}:
        return _method(method, place, graph, above=owner == SUPER)
    located = graph.layout.locate(called, place.path)
    if located is not None and located[1]:
        return _routines(located[0], ".".join(located[1]), graph)
    if called.partition(".")[0] in here.units:
        return _routines(place.path, called, graph)
    foreign = any(_is_below(called, means) for means in here.aliases.values())
    return [] if foreign else _guessed(called)


def _guessed(called: str) -> list[_Place] | None:
    """A call of something that is not at hand: a variable, or what an expression gives."""
    return None if may_assert(called) else []


def _routines(path: str, name: str, graph: Graph) -> list[_Place]:
    """A function, or the methods by which an object of a class comes to be."""
    there = graph.view(path)
    if name in there.routines:
        return [_Place(path, name)]
    if name in there.aliases:
        node = graph.find(there.aliases[name], path)
        return [] if node is None else _routines(node.path, node.unit, graph)
    ways = ("__init__", "__enter__", "__exit__", "__aenter__", "__aexit__", "__call__")
    return [_Place(path, f"{name}.{way}") for way in ways if f"{name}.{way}" in there.routines]


def _method(name: str, place: _Place, graph: Graph, *, above: bool) -> list[_Place] | None:
    """A method of the test's own class, or of those it derives from; None where one is unknown.

    With `above`, only of the latter.
    """
    pending = [_Place(place.path, place.routine.rpartition(".")[0])]
    seen: set[_Place] = set()
    while pending:
        here = pending.pop()
        if here in seen:
            continue
        seen.add(here)
        view = graph.view(here.path)
        own = above and len(seen) == 1
        if f"{here.routine}.{name}" in view.routines and not own:
            return [_Place(here.path, f"{here.routine}.{name}")]
        for base in view.bases.get(here.routine, ()):
            node = graph.find(base, here.path)
            if node is not None:
                pending.append(_Place(*node))
            elif base not in _KNOWN_BASES and not base.startswith("unittest."):
                return None
    return []


def _is_below(dotted: str, path: str) -> bool:
    return dotted == path or dotted.startswith(f"{path}.")
