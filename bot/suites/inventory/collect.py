"""The tests of a file, as pytest would collect them with its usual settings.

Names as in https://docs.pytest.org/en/stable/explanation/goodpractices.html#test-discovery: `test*`
functions, `Test*` classes without a constructor, and whatever derives from unittest's TestCase.
"""

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Final, NamedTuple

from bot.domain.inventory import ExistingTest
from bot.suites.inventory.syntax import (
    FUNCTIONS,
    Function,
    Names,
    definitions,
    flat,
    keyword,
    string,
)

_MARK: Final = "pytest.mark."
_NOT_TOLD: Final = {"parametrize", "usefixtures"}  # parameters and fixtures are told as such
_PATCHES: Final = {"patch": 1, "patch.object": 2}  # the position of `new`
_MOCKS: Final = ("unittest.mock.", "mock.", "asyncmock.")


@dataclass(slots=True)
class Scope:
    """What a class, or a module, gives to the tests in it.

    `marks` are its marks and decorators; of a module, also the calls that it makes when loaded.
    """

    marks: list[ast.expr] = field(default_factory=list)
    name: str = ""
    of_unittest: bool = False


class FoundTest(NamedTuple):
    """A test with its statement, and those of the classes around it, the outermost first."""

    test: ExistingTest
    function: Function
    scopes: tuple[Scope, ...]
    within: ast.ClassDef | None


class Collector:
    """Collects the tests of one module."""

    def __init__(self, tree: ast.Module, names: Names) -> None:
        self._tree = tree
        self._names = names
        self._classes = {
            node.name: node for node in definitions(tree.body) if isinstance(node, ast.ClassDef)
        }
        self.module = Scope(marks=[*_assigned_marks(tree.body), *_performed(tree.body)])

    def tests(self) -> Iterator[FoundTest]:
        """Every test, in the order of the file."""
        pending: list[tuple[Sequence[ast.stmt], tuple[Scope, ...], ast.ClassDef | None]]
        pending = [(self._tree.body, (self.module,), None)]
        while pending:
            body, scopes, within = pending.pop(0)
            of_unittest = scopes[-1].of_unittest
            for node in definitions(body):
                if isinstance(node, FUNCTIONS):
                    if node.name.startswith("test") and not self._is_fixture(node):
                        yield FoundTest(self._test(node, scopes), node, scopes, within)
                elif self._collected(node) and not of_unittest:
                    pending.append((node.body, (*scopes, self._scope(node, scopes)), node))

    def _scope(self, node: ast.ClassDef, around: tuple[Scope, ...]) -> Scope:
        name = f"{around[-1].name}{node.name}::"
        marks = [*node.decorator_list, *_assigned_marks(node.body)]
        return Scope(marks, name, self._is_unittest(node))

    def _collected(self, node: ast.ClassDef) -> bool:
        """Whether a class holds tests. What it derives from elsewhere is known by its name only."""
        if any(map(_is_no_test, node.body)):
            return False
        methods = {one.name for one in node.body if isinstance(one, FUNCTIONS)}
        if node.name.startswith("Test") and "__init__" not in methods:
            return True
        return any("Test" in base.rpartition(".")[2] for base in self._bases(node))

    def _is_unittest(self, node: ast.ClassDef) -> bool:
        """Whether a class derives from a TestCase, here or (as its name says) elsewhere."""
        return any(base.endswith("TestCase") for base in self._bases(node))

    def _bases(self, node: ast.ClassDef) -> Iterator[str]:
        """What a class derives from, as far as this file shows it."""
        seen: set[str] = set()
        pending = [node]
        while pending:
            for base in pending.pop().bases:
                name = self._names.of(base)
                if name not in seen:
                    seen.add(name)
                    yield name
                    pending += [self._classes[name]] if name in self._classes else []

    def _is_fixture(self, node: Function) -> bool:
        return any(is_fixture(one, self._names) for one in node.decorator_list)

    def _test(self, node: Function, scopes: tuple[Scope, ...]) -> ExistingTest:
        marks = [*(mark for scope in scopes for mark in scope.marks), *node.decorator_list]
        told = [self._names.called(mark) for mark in marks]
        markers = [name[len(_MARK) :].partition(".")[0] for name in told if name.startswith(_MARK)]
        parametrised = [
            mark
            for mark, name in zip(marks, told, strict=True)
            if isinstance(mark, ast.Call) and name == f"{_MARK}parametrize"
        ]
        expanded = any(name.startswith("parameterized.") for name in told)
        cases = [_cases(mark) for mark in parametrised]
        known = None if expanded or None in cases else prod(filter(None, cases))
        return ExistingTest(
            name=scopes[-1].name + node.name,
            line=node.lineno,
            markers=tuple(dict.fromkeys(name for name in markers if name not in _NOT_TOLD)),
            fixtures=tuple(self._fixtures(node, marks, parametrised, scopes)),
            parametrised=bool(parametrised) or expanded,
            cases=known,
            of_unittest=scopes[-1].of_unittest,
        )

    def _fixtures(
        self,
        node: Function,
        marks: Sequence[ast.expr],
        parametrised: Sequence[ast.Call],
        scopes: tuple[Scope, ...],
    ) -> Iterable[str]:
        found = dict.fromkeys(_used(marks, self._names))
        if not scopes[-1].of_unittest:
            given = {name for mark in parametrised for name in _parameters(mark)}
            found |= dict.fromkeys(
                name
                for name in requested(node, self._names, method=len(scopes) > 1)
                if name not in given
            )
        return found


def is_fixture(decorator: ast.expr, names: Names) -> bool:
    """Whether a decorator makes a fixture, be it pytest's or a plug-in's."""
    return names.called(decorator).rpartition(".")[2] in {"fixture", "yield_fixture"}


def requested(node: Function, names: Names, *, method: bool) -> Sequence[str]:
    """The fixtures that the parameters of a test or fixture ask for.

    Left out is what has a default, what `patch` passes first, and what hypothesis fills in.
    """
    positional = [*node.args.posonlyargs, *node.args.args]
    asked = [one.arg for one in positional[: len(positional) - len(node.args.defaults)]]
    static = any(names.of(one) == "staticmethod" for one in node.decorator_list)
    if method and not static:
        asked = asked[1:]
    asked = asked[sum(_passes(one, names) for one in node.decorator_list) :]
    only_named = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    asked += [one.arg for one, default in only_named if default is None]
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and names.called(decorator) == "hypothesis.given":
            asked = asked[: len(asked) - len(decorator.args)]
            filled = {one.arg for one in decorator.keywords}
            asked = [name for name in asked if name not in filled]
    return asked


def _passes(decorator: ast.expr, names: Names) -> bool:
    """Whether a decorator is a `patch` that passes a mock to the function."""
    if not isinstance(decorator, ast.Call):
        return False
    name = names.called(decorator)
    for module in _MOCKS:
        position = _PATCHES.get(name.removeprefix(module)) if name.startswith(module) else None
        if position is not None:
            return len(decorator.args) <= position and keyword(decorator, "new") is None
    return False


def _used(marks: Iterable[ast.expr], names: Names) -> Iterator[str]:
    """The fixtures of `usefixtures`."""
    for mark in marks:
        if isinstance(mark, ast.Call) and names.called(mark) == f"{_MARK}usefixtures":
            yield from (text for one in mark.args if (text := string(one)) is not None)


def _parameters(mark: ast.Call) -> Iterator[str]:
    """The names that a parametrisation gives values to; indirect ones are fixtures."""
    indirect = keyword(mark, "indirect")
    if isinstance(indirect, ast.Constant) and indirect.value is True:
        return
    kept = _strings(indirect)
    named = mark.args[0] if mark.args else keyword(mark, "argnames")
    text = string(named)
    given = [part.strip() for part in text.split(",")] if text is not None else _strings(named)
    yield from (name for name in given if name not in kept)


def _strings(node: ast.expr | None) -> Sequence[str]:
    if not isinstance(node, ast.List | ast.Tuple):
        return ()
    return [text for one in node.elts if (text := string(one)) is not None]


def _cases(mark: ast.Call) -> int | None:
    """How many sets of values a parametrisation has; None where they are computed."""
    values = mark.args[1] if len(mark.args) > 1 else keyword(mark, "argvalues")
    if not isinstance(values, ast.List | ast.Tuple | ast.Set):
        return None
    return None if any(isinstance(one, ast.Starred) for one in values.elts) else len(values.elts)


def _assigned_marks(body: Sequence[ast.stmt]) -> list[ast.expr]:
    """The marks of a module or class: `pytestmark = ...`."""
    marks: list[ast.expr] = []
    for statement in flat(body):
        if isinstance(statement, ast.Assign) and _assigns(statement, "pytestmark"):
            value = statement.value
            marks += value.elts if isinstance(value, ast.List | ast.Tuple) else [value]
    return marks


def _performed(body: Sequence[ast.stmt]) -> Iterator[ast.expr]:
    """What a module does when it is loaded, such as to skip itself."""
    for statement in body:
        if isinstance(statement, ast.Expr):
            yield statement.value
        elif isinstance(statement, ast.Raise) and statement.exc is not None:
            yield statement.exc


def _is_no_test(statement: ast.stmt) -> bool:
    """Whether a class says that it is none: `__test__ = False`."""
    return (
        isinstance(statement, ast.Assign)
        and _assigns(statement, "__test__")
        and isinstance(statement.value, ast.Constant)
        and statement.value.value is False
    )


def _assigns(statement: ast.Assign, name: str) -> bool:
    return any(isinstance(one, ast.Name) and one.id == name for one in statement.targets)
