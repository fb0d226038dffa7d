"""What counts as an assertion, and which assertions say nothing."""

import ast
import re
from collections.abc import Callable, Mapping
from typing import Final

from bot.suites.inventory.syntax import Names, dotted, walk

_STRONG: Final = re.compile(
    r"_*(?:assert|fail(?:_|[A-Z]|$)|raises$|warns$|deprecated_call$|eq_$|ok_$).*"
)
_WEAK: Final = re.compile(
    r"_*(?:check|compare|ensure|expect|must|require|should|validate|verify).*", re.IGNORECASE
)
_LITERAL: Final = (ast.Constant, ast.Tuple, ast.List, ast.Dict, ast.Set)


def asserts_by_name(called: str) -> bool:
    """Whether a function asserts, as its last name says: assertEqual, fail, pytest.raises ..."""
    return bool(_STRONG.fullmatch(called.rpartition(".")[2]))


def may_assert(called: str) -> bool:
    """Whether the name of a function that is not at hand lets it pass for an assertion."""
    return bool(_WEAK.fullmatch(called.rpartition(".")[2]))


def is_constant(assertion: ast.Assert | ast.Call, names: Names) -> bool:
    """Whether an assertion holds whatever the tested code does."""
    if isinstance(assertion, ast.Assert):
        return _always(assertion.test)
    name = names.called(assertion).rpartition(".")[2]
    arguments = assertion.args
    if len(arguments) > 1 and name in _COMPARING:
        return _COMPARING[name](arguments[0], arguments[1])
    return bool(arguments) and name in _LOOKING and _LOOKING[name](arguments[0])


def _always(test: ast.expr) -> bool:
    """Whether a condition is true by itself."""
    match test:
        case ast.BoolOp(op=operator, values=values):
            return (any if isinstance(operator, ast.Or) else all)(map(_always, values))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _never(operand)
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            compare = _OPERATORS.get(type(operator))
            return compare is not None and compare(left, right)
        case ast.Tuple(elts=[_, *_]) | ast.Lambda():  # the comma of `assert (x, "text")`
            return True
        case _:
            return _is_value(test) and _truth(test)


def _never(test: ast.expr) -> bool:
    return _is_value(test) and not _truth(test)


def _equal(left: ast.expr, right: ast.expr) -> bool:
    """Whether both sides are the same constant. A name may have an `__eq__` that is tested."""
    return _is_value(left) and _is_value(right) and ast.dump(left) == ast.dump(right)


def _identical(left: ast.expr, right: ast.expr) -> bool:
    """Whether both sides are the same variable."""
    return isinstance(left, ast.Name) and dotted(left) == dotted(right)


def _is_something(left: ast.expr, right: ast.expr | None = None) -> bool:
    """Whether a value that is written out is compared with None."""
    return _is_value(left) and not _is_none(left) and (right is None or _is_none(right))


def _is_value(node: ast.expr) -> bool:
    """Whether an expression is written out in full, with nothing that is looked up."""
    return all(isinstance(one, _LITERAL) for one in walk([node]))


def _truth(node: ast.expr) -> bool:
    """What a value that is written out counts as in a condition."""
    match node:
        case ast.Constant(value=value):
            return bool(value)
        case ast.Dict(keys=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts):
            return bool(parts)
        case _:
            return True


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


_OPERATORS: Final[Mapping[type, Callable[[ast.expr, ast.expr], bool]]] = {
    ast.Eq: _equal,
    ast.Is: _identical,
    ast.IsNot: _is_something,
}
_COMPARING: Final[Mapping[str, Callable[[ast.expr, ast.expr], bool]]] = {
    "assertEqual": _equal,
    "assertEquals": _equal,
    "assertIs": _identical,
}
_LOOKING: Final[Mapping[str, Callable[[ast.expr], bool]]] = {
    "assertTrue": _always,
    "assertFalse": _never,
    "assertIsNotNone": _is_something,
}
