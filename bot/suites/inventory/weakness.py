"""Tests that prove less than they seem to, as far as the test's own statements show it."""

import ast
import builtins
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from bot.domain.inventory import Weakness
from bot.suites.inventory.assertions import asserts_by_name, is_constant
from bot.suites.inventory.collect import FoundTest
from bot.suites.inventory.syntax import (
    DEFINITIONS,
    Function,
    Names,
    children,
    keyword,
    walk,
    without_docstring,
)

_SKIPS: Final = {
    "pytest.skip",
    "unittest.skip",
    "unittest.SkipTest",
    "self.skipTest",
    "pytest.mark.skip",
}
_SKIPPING_IF: Final = {
    "pytest.mark.skipif": True,
    "unittest.skipIf": True,
    "unittest.skipUnless": False,
}
_CATCHING: Final = {"AssertionError", "Exception", "BaseException"}
_NOTING: Final = {"append", "add", "set", "put", "exit", "_exit"}
_MOCK_MODULES: Final = {"unittest", "mock"}
_NEUTRAL: Final = {"asyncio", "datetime", "json", "pytest", "time", "typing", "uuid"}
_BUILTINS: Final = frozenset(dir(builtins))
_GUARDS: Final = (ast.Try, ast.TryStar, ast.With, ast.AsyncWith)


@dataclass(frozen=True, slots=True)
class Trial:
    """What a test's own statements come to.

    `weakness` and its `reason` where they settle it. `open`: they assert nothing themselves, so
    that it depends on what they call.
    """

    found: FoundTest
    weakness: Weakness | None = None
    line: int = 0
    reason: str = ""
    open: bool = False


def try_out(found: FoundTest, names: Names) -> Trial:
    """Look for the gravest weakness of a test."""
    marks = [mark for scope in found.scopes for mark in scope.marks]
    for mark in (*marks, *found.function.decorator_list):
        if _skips_always(mark, names):
            return Trial(
                found, Weakness.ALWAYS_SKIPPED, mark.lineno, "it is skipped wherever it runs"
            )
    return _Body(found, names).trial()


class _Assertion(NamedTuple):
    node: ast.Assert | ast.Call | ast.Raise
    caught_at: int | None


class _Body:
    """The statements of a test that can be reached."""

    def __init__(self, found: FoundTest, names: Names) -> None:
        self._found = found
        self._names = names
        self._line = found.function.lineno
        self._statements = _reachable(without_docstring(found.function.body))

    def trial(self) -> Trial:
        statements = [one for one in self._statements if not _does_nothing(one)]
        if not statements:
            return self._weak(Weakness.EMPTY, self._line, "it does nothing")
        if self._skips(statements[0]):
            line = statements[0].lineno
            return self._weak(Weakness.ALWAYS_SKIPPED, line, "it begins by skipping itself")
        return self._judged(statements)

    def _judged(self, statements: Sequence[ast.stmt]) -> Trial:
        """The first assertion that can fail, and does not do so in vain, makes a test sound."""
        vain: Trial | None = None
        for assertion, caught_at in self._assertions(statements):
            if caught_at is not None:
                reason = f"what its assertions raise is caught on line {caught_at}"
                vain = vain or self._weak(Weakness.SWALLOWED, caught_at, reason)
            elif not isinstance(assertion, ast.Raise) and is_constant(assertion, self._names):
                reason = "its assertions hold whatever the code does"
                line = assertion.lineno
                vain = vain or self._weak(Weakness.CONSTANT_ASSERTION, line, reason)
            elif _only_mocks(self._found.function, statements, self._names):
                reason = "it uses nothing but its own mocks"
                return self._weak(Weakness.MOCK_ONLY, assertion.lineno, reason)
            else:
                return Trial(self._found)
        return vain or self._without_assertions(statements)

    def _without_assertions(self, statements: Sequence[ast.stmt]) -> Trial:
        blocks = [one for one in statements if not _is_plain(one)]
        lines = [_swallower(one, self._names) for one in blocks if not _has_rest(one)]
        if len(lines) == len(blocks) and all(lines):
            line = next(filter(None, lines), self._line)
            reason = f"whatever it raises is caught on line {line}"
            return self._weak(Weakness.SWALLOWED, line, reason)
        return Trial(self._found, open=True)

    def _weak(self, weakness: Weakness, line: int, reason: str) -> Trial:
        return Trial(self._found, weakness, line, reason)

    def _skips(self, statement: ast.stmt) -> bool:
        node = statement.exc if isinstance(statement, ast.Raise) else None
        node = statement.value if isinstance(statement, ast.Expr) else node
        return node is not None and self._names.called(node) in _SKIPS

    def _assertions(self, statements: Sequence[ast.stmt]) -> Iterator[_Assertion]:
        """Every assertion, with the line of what keeps it from failing the test, if anything."""
        pending: list[tuple[ast.AST, int | None]] = [(one, None) for one in reversed(statements)]
        while pending:
            node, caught_at = pending.pop()
            if self._is_assertion(node):
                assert isinstance(node, ast.Assert | ast.Call | ast.Raise)
                yield _Assertion(node, caught_at)
            line = _swallower(node, self._names) if isinstance(node, _GUARDS) else None
            if line is None:
                pending += [(child, caught_at) for child in children(node)]
                continue
            guarded = set(map(id, getattr(node, "body", ())))
            for child in children(node):
                pending.append((child, caught_at or line if id(child) in guarded else caught_at))

    def _is_assertion(self, node: ast.AST) -> bool:
        match node:
            case ast.Assert():
                return True
            case ast.Raise(exc=exc):
                return exc is None or self._names.called(exc) not in _SKIPS
            case ast.Call(func=ast.Attribute(attr=name)):
                return asserts_by_name(name)
            case ast.Call():
                return asserts_by_name(self._names.called(node))
            case _:
                return False


def _skips_always(mark: ast.expr, names: Names) -> bool:
    name = names.called(mark)
    if name in _SKIPS:
        return True
    when = _SKIPPING_IF.get(name)
    if when is None or not isinstance(mark, ast.Call):
        return False
    condition = mark.args[0] if mark.args else keyword(mark, "condition")
    return isinstance(condition, ast.Constant) and bool(condition.value) is when


def _reachable(body: Sequence[ast.stmt]) -> Sequence[ast.stmt]:
    for position, statement in enumerate(body):
        if isinstance(statement, ast.Return | ast.Raise):
            return body[: position + 1]
    return body


def _does_nothing(statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass() | ast.Return(value=None) | ast.Expr(value=ast.Constant()):
            return True
        case _:
            return False


def _is_plain(statement: ast.stmt) -> bool:
    """Whether a statement only gives a constant a name."""
    return isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)


def _has_rest(statement: ast.stmt) -> bool:
    """Whether a `try` has parts whose exceptions nobody catches."""
    return bool(getattr(statement, "orelse", ()) or getattr(statement, "finalbody", ()))


def _swallower(node: ast.AST, names: Names) -> int | None:
    """The line on which the exceptions of a block are caught and forgotten, if they are."""
    if isinstance(node, ast.Try | ast.TryStar):
        for handler in node.handlers:
            if _catches(handler.type, names):
                return handler.lineno if _forgets(handler, names) else None
    if isinstance(node, ast.With | ast.AsyncWith):
        for call in (item.context_expr for item in node.items):
            if not isinstance(call, ast.Call) or names.called(call) != "contextlib.suppress":
                continue
            if any(_catches(one, names) for one in call.args):
                return node.lineno
    return None


def _catches(caught: ast.expr | None, names: Names) -> bool:
    """Whether a failed assertion is among what is caught."""
    if caught is None:
        return True
    kinds = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(names.of(one).removeprefix("builtins.") in _CATCHING for one in kinds)


def _forgets(handler: ast.ExceptHandler, names: Names) -> bool:
    """Whether nothing of what was caught can fail the test after all.

    A handler that notes something down may be asked for it later, so it is trusted.
    """
    for node in walk(handler.body):
        match node:
            case ast.Raise(exc=exc) if exc is None or names.called(exc) not in _SKIPS:
                return False
            case ast.Assert() | ast.Assign() | ast.AugAssign() | ast.AnnAssign() | ast.NamedExpr():
                return False
            case ast.Call(func=ast.Attribute(attr=name)) if name in _NOTING or asserts_by_name(
                name
            ):
                return False
            case ast.Call() if asserts_by_name(names.called(node)):
                return False
    return True


def _only_mocks(function: Function, statements: Sequence[ast.stmt], names: Names) -> bool:
    """Whether a test makes mocks, and neither calls nor looks at anything else.

    A parameter may bring in anything, and so may a definition of its own, or `self`.
    """
    if any(one.arg != "self" for one in walk([function.args]) if isinstance(one, ast.arg)):
        return False
    own: set[str] = set()
    used: set[str] = set()
    for node in walk(statements):
        match node:
            case ast.Name(id=name, ctx=context):
                (used if isinstance(context, ast.Load) else own).add(name)
            case ast.Attribute(value=ast.Name(id="self"), attr=attribute):
                if not asserts_by_name(attribute):
                    return False
            case ast.Import() | ast.ImportFrom() | ast.Lambda():
                return False
            case _ if isinstance(node, DEFINITIONS):
                return False
    foreign = {names.resolve(name).partition(".")[0] for name in used - own - _BUILTINS - {"self"}}
    return bool(foreign & _MOCK_MODULES) and foreign <= _MOCK_MODULES | _NEUTRAL
