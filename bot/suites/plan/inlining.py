"""A check and the helpers that it stands on, as the source of one module."""

import ast
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from bot.suites.plan import checks

_PACKAGE: Final = f"{checks.__name__}."


class Inlined(NamedTuple):
    """What is taken from the standard library, (module, name), and the sources of the rest."""

    standard: frozenset[tuple[str, str]]
    constants: tuple[str, ...]
    definitions: tuple[str, ...]

    def joined(self, other: "Inlined") -> "Inlined":
        """Both, with what they have in common once."""
        return Inlined(
            self.standard | other.standard,
            tuple(dict.fromkeys((*self.constants, *other.constants))),
            tuple(dict.fromkeys((*self.definitions, *other.definitions))),
        )


class _Part(NamedTuple):
    """One top-level statement of a module: the name it binds, its source, the names it uses."""

    name: str
    source: str
    uses: frozenset[str]


class _Module(NamedTuple):
    parts: Sequence[_Part]
    own: dict[str, str]  # name -> the module of checks that it comes from
    standard: dict[str, tuple[str, str]]  # name -> (module, name), ("", module) for a whole one


def inlined(module: str, names: Iterable[str]) -> Inlined:
    """What must stand in a file so that these names of a module of `checks` work there.

    Definitions come in the order in which a reader meets them: what is used after its user.
    """
    found: dict[tuple[str, str], _Part] = {}
    standard: set[tuple[str, str]] = set()
    pending = [(module, name) for name in names]
    while pending:
        place = pending.pop(0)
        if place in found:
            continue
        home = _module(place[0])
        part = next(part for part in home.parts if part.name == place[1])
        found[place] = part
        for name in sorted(part.uses):
            if name in home.standard:
                standard.add(home.standard[name])
            elif name in home.own:
                pending.append((home.own[name], name))
            elif any(other.name == name for other in home.parts):
                pending.append((place[0], name))
    parts = list(found.values())
    constants = [part.source for part in _ordered(part for part in parts if part.name.isupper())]
    others = [part.source for part in parts if not part.name.isupper()]
    return Inlined(frozenset(standard), tuple(constants), tuple(others))


def _ordered(constants: Iterable[_Part]) -> Iterator[_Part]:
    """Each constant after those that it is made of."""
    waiting = {part.name: part for part in constants}
    while waiting:
        ready = [part for part in waiting.values() if not part.uses & waiting.keys()]
        yield from ready
        for part in ready:
            del waiting[part.name]


def import_lines(names: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Import statements as isort orders them."""
    wanted = sorted(set(names))
    yield from (f"import {name}" for module, name in wanted if not module)
    for module in dict.fromkeys(module for module, _ in wanted if module):
        listed = ", ".join(sorted((name for one, name in wanted if one == module), key=_cased))
        yield f"from {module} import {listed}"


def _cased(name: str) -> tuple[bool, bool, str]:
    """Constants, then classes, then the rest (isort's `order_by_type`)."""
    return not name.isupper(), not name[:1].isupper(), name


@cache
def _module(name: str) -> _Module:
    source = files(checks).joinpath(f"{name}.py").read_text(encoding="utf-8")
    parts = []
    own: dict[str, str] = {}
    standard: dict[str, tuple[str, str]] = {}
    for statement in ast.parse(source).body:
        match statement:
            case ast.Import(names=names):
                standard |= {one.name: ("", one.name) for one in names}
            case ast.ImportFrom(module=str() as module, names=names):
                if module.startswith(_PACKAGE):
                    own |= {one.name: module.removeprefix(_PACKAGE) for one in names}
                else:
                    standard |= {one.name: (module, one.name) for one in names}
            case ast.Assign(targets=[ast.Name(id=bound)]):
                parts.append(_part(bound, statement, source))
            case ast.FunctionDef(name=bound) | ast.ClassDef(name=bound):
                parts.append(_part(bound, statement, source))
    return _Module(parts, own, standard)


def _part(name: str, statement: ast.stmt, source: str) -> _Part:
    uses = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
    return _Part(name, ast.get_source_segment(source, statement) or "", frozenset(uses - {name}))
