"""One file of tests or of what they stand on, read once; its syntax tree is not kept."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.domain.inventory import ExistingTest
from bot.scanner.facts import STAR, Problem
from bot.scanner.lexer import lex
from bot.scanner.modules import File, absolute
from bot.scanner.syntax import UnparsableError, tree
from bot.suites.inventory.collect import Collector, is_fixture, requested
from bot.suites.inventory.declared import declared
from bot.suites.inventory.gather import Gathered, ImportedName, Text, gather
from bot.suites.inventory.syntax import (
    FUNCTIONS,
    Definition,
    Names,
    definitions,
    flat,
    keyword,
    string,
)
from bot.suites.inventory.weakness import Trial, try_out

MODULE = ""
"""The name of the unit that holds the rest of a module's statements."""


class Routine(NamedTuple):
    """A function or method, for those who ask whether it asserts: itself, or by what it calls."""

    asserts: bool
    calls: frozenset[str]


@dataclass(slots=True)
class Unit:
    """A function, class or variable of a module, by what it is made from.

    All names are absolute where an import says how.
    """

    name: str
    line: int
    names: Mapping[str, int]
    calls: Mapping[str, int]
    texts: Mapping[Text, int]
    imports: tuple[ImportedName, ...]
    requests: frozenset[str]
    fixtures: frozenset[str] = frozenset()
    autouse: bool = False


@dataclass(slots=True)
class View:
    """What one file says. `text_size` and `lines` are of the file as it was read.

    `aliases` are the names that imports give it, `stars` the modules it imports all names of,
    `plugins` what `pytest_plugins` names, `fixtures` the units that define them, `routines` by
    qualified name, `bases` those of its classes. `detects` are rules by id, with the line that says
    so. `problem` is set where only imports are known.
    """

    file: File
    size: int
    lines: int
    units: Mapping[str, Unit]
    aliases: Mapping[str, str]
    stars: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()
    fixtures: Mapping[str, str] = field(default_factory=dict)
    routines: Mapping[str, Routine] = field(default_factory=dict)
    bases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    classes: Mapping[str, int] = field(default_factory=dict)
    trials: tuple[Trial, ...] = ()
    detects: Mapping[str, int] = field(default_factory=dict)
    problem: Problem | None = None

    @property
    def tests(self) -> tuple[ExistingTest, ...]:
        """The tests, in the order of the file."""
        return tuple(trial.found.test for trial in self.trials)

    def users(self) -> Mapping[str, list[str]]:
        """For each unit, those of the same file that refer to it, or ask for its fixtures."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for name, unit in self.units.items():
            firsts = {dotted.partition(".")[0] for dotted in unit.names}
            used = {one for one in firsts if one in self.units and one not in self.aliases}
            used |= {self.fixtures[one] for one in unit.requests if one in self.fixtures}
            for one in used - {name}:
                found[one].append(name)
        return found


def view(file: File, text: bytes, problem: Problem | None) -> View:
    """Read a file; `text` is UTF-8, and `problem` says what is wrong with it as it was found."""
    if problem is None:
        try:
            return _Reader(file, tree(text)).view(text)
        except UnparsableError as error:
            problem = Problem(str(error))
    imports = list(_lexed(file, text))
    unit = Unit(MODULE, 1, {}, {}, {}, tuple(imports), frozenset())
    aliases = dict(one.alias for one in imports if one.alias)
    return View(file, len(text), _lines(text), {MODULE: unit}, aliases, problem=problem)


class _Reader:
    """Takes a module apart."""

    def __init__(self, file: File, module: ast.Module) -> None:
        self._file = file
        self._module = module
        self._parts: dict[str, Gathered] = {}
        self._lines: dict[str, int] = {MODULE: 1}
        self._routines: dict[str, Gathered] = {}
        self._bases: dict[str, list[ast.expr]] = {}
        self._own: list[tuple[str, Definition]] = []

    def view(self, text: bytes) -> View:
        self._take_apart()
        aliases = dict(
            one.alias for part in self._parts.values() for one in part.imports if one.alias
        )
        names = Names(aliases)
        fixtures, autouse = self._fixtures(names)
        trials = [try_out(found, names) for found in Collector(self._module, names).tests()]
        units = {
            name: self._unit(name, part, names, fixtures, autouse)
            for name, part in self._parts.items()
        }
        return View(
            self._file,
            len(text),
            _lines(text),
            units,
            aliases,
            stars=tuple(
                one.module for unit in units.values() for one in unit.imports if not one.alias
            ),
            plugins=tuple(_plugins(self._module)),
            fixtures=fixtures,
            routines={
                name: Routine(part.asserts, frozenset(map(names.resolve, part.calls)))
                for name, part in self._routines.items()
            },
            bases={
                name: tuple(names.of(base) for base in bases) for name, bases in self._bases.items()
            },
            classes={name: self._lines[name] for name in self._bases},
            trials=tuple(sorted(trials, key=lambda trial: trial.found.test.line)),
            detects=declared(text),
        )

    def _take_apart(self) -> None:
        own = list(definitions(self._module.body))
        inside = set(map(id, own))
        self._parts[MODULE] = Gathered()
        for statement in flat(self._module.body):
            if id(statement) not in inside:
                name = _assigned(statement) or MODULE
                self._lines.setdefault(name, statement.lineno)
                part = self._gathered(_shallow(statement))
                self._parts.setdefault(name, Gathered()).add(part)
        for node in own:
            self._lines.setdefault(node.name, node.lineno)
            self._own.append((node.name, node))
            if isinstance(node, FUNCTIONS):
                part = self._routine(node.name, node)
            else:
                part = self._class(node)
            self._parts.setdefault(node.name, Gathered()).add(part)

    def _class(self, node: ast.ClassDef) -> Gathered:
        self._bases.setdefault(node.name, []).extend(node.bases)
        methods = [one for one in node.body if isinstance(one, FUNCTIONS)]
        others = [one for one in node.body if not isinstance(one, FUNCTIONS)]
        part = self._gathered([*others, *node.bases, *node.keywords, *node.decorator_list])
        for method in methods:
            self._own.append((node.name, method))
            part.add(self._routine(f"{node.name}.{method.name}", method))
        return part

    def _routine(self, name: str, node: ast.AST) -> Gathered:
        part = self._gathered([node])
        self._routines.setdefault(name, Gathered()).add(part)
        return part

    def _gathered(self, nodes: Iterable[ast.AST]) -> Gathered:
        return gather(nodes, self._file)

    def _unit(
        self,
        name: str,
        part: Gathered,
        names: Names,
        fixtures: Mapping[str, str],
        autouse: frozenset[str],
    ) -> Unit:
        return Unit(
            name,
            self._lines[name],
            {names.resolve(one): line for one, line in part.names.items()},
            {names.resolve(one): line for one, line in part.calls.items()},
            part.texts,
            tuple(part.imports),
            frozenset(part.requests),
            frozenset(fixture for fixture, unit in fixtures.items() if unit == name),
            name in autouse,
        )

    def _fixtures(self, names: Names) -> tuple[Mapping[str, str], frozenset[str]]:
        """The fixtures by name, and the units with one that is used without being asked for.

        What fixtures and tests ask for by their parameters is added to their units.
        """
        fixtures: dict[str, str] = {}
        autouse: set[str] = set()
        for unit, node in self._own:
            made = [one for one in node.decorator_list if is_fixture(one, names)]
            if not isinstance(node, FUNCTIONS) or not (made or node.name.startswith("test")):
                continue
            method = unit != node.name
            self._parts[unit].requests.update(requested(node, names, method=method))
            for decorator in made:
                call = decorator if isinstance(decorator, ast.Call) else None
                name = string(keyword(call, "name")) if call else None
                fixtures[name or node.name] = unit
                if (
                    call
                    and isinstance(used := keyword(call, "autouse"), ast.Constant)
                    and used.value
                ):
                    autouse.add(unit)
        return fixtures, frozenset(autouse)


def _assigned(statement: ast.stmt) -> str | None:
    """The one name that a statement of a module gives a value."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
        case _:
            return None


def _shallow(statement: ast.stmt) -> Iterable[ast.AST]:
    """A statement; of one that holds others, only what is not in its blocks."""
    match statement:
        case ast.If(test=test):
            return [test]
        case ast.With(items=items):
            return [item.context_expr for item in items]
        case ast.Try(handlers=handlers) | ast.TryStar(handlers=handlers):
            return [handler.type for handler in handlers if handler.type is not None]
        case _:
            return [statement]


def _plugins(module: ast.Module) -> Iterator[str]:
    for statement in flat(module.body):
        if isinstance(statement, ast.Assign) and any(
            isinstance(one, ast.Name) and one.id == "pytest_plugins" for one in statement.targets
        ):
            value = statement.value
            listed = value.elts if isinstance(value, ast.List | ast.Tuple) else [value]
            yield from (text for one in listed if (text := string(one)) is not None)


def _lexed(file: File, text: bytes) -> Iterator[ImportedName]:
    for found in lex(text).imports:
        symbol = absolute(file.package, found.dotted)
        module = absolute(file.package, found.module)
        if symbol is not None and module is not None:
            first = module.partition(".")[0]
            alias = (found.name, symbol) if found.name else (first, first)
            yield ImportedName(found.line, module, symbol, None if found.name == STAR else alias)


def _lines(text: bytes) -> int:
    return text.count(b"\n") + (bool(text) and not text.endswith(b"\n"))
