"""What counts as an assertion, and which assertions say nothing."""

import ast
import re
from collections.abc import Sequence
from typing import Final

from bot.suites.inventory.syntax import Names, dotted, walk

_STRONG: Final = re.compile(
    r"_*(?:assert|fail(?:_|[A-Z]|$)|raises$|warns$|deprecated_call$|verify_all$).*"
)
_WEAK: Final = re.compile(
    r"_*(?:check|compare|ensure|expect|must|require|should|validate|verify).*", re.IGNORECASE
)
_LITERAL: Final = (ast.Constant, ast.Tuple, ast.List, ast.Dict, ast.Set, ast.Load)


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
    match name:
        case "assertTrue" if arguments:
            return _always(arguments[0])
        case "assertFalse" if arguments:
            return _is_value(arguments[0]) and not _truth(arguments[0])
        case "assertIsNotNone" if arguments:
            return _is_value(arguments[0]) and not _is_none(arguments[0])
        case "assertEqual" | "assertIs" | "assertEquals" if len(arguments) > 1:
            return _same(arguments[0], arguments[1])
        case _:
            return False


def _always(test: ast.expr) -> bool:
    """Whether a condition is true by itself."""
    match test:
        case ast.BoolOp(op=operator, values=values):
            return (any if isinstance(operator, ast.Or) else all)(map(_always, values))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _is_value(operand) and not _truth(operand)
        case ast.Compare(left=left, ops=[ast.Eq() | ast.Is() | ast.LtE() | ast.GtE()]):
            return _same(left, test.comparators[0])
        case ast.Compare(left=left, ops=[ast.IsNot()]):
            return _is_value(left) and not _is_none(left) and _is_none(test.comparators[0])
        case ast.Tuple(elts=[_, *_]) | ast.Lambda():  # the comma of `assert (x, "text")`
            return True
        case _:
            return _is_value(test) and _truth(test)


def _same(left: ast.expr, right: ast.expr) -> bool:
    """Whether both sides are the same name, or equal constants."""
    name = dotted(left)
    if name is not None:
        return name == dotted(right)
    return _is_value(left) and _is_value(right) and ast.dump(left) == ast.dump(right)


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


def all_constant(assertions: Sequence[ast.Assert | ast.Call], names: Names) -> bool:
    """Whether there are assertions, and none of them looks at anything."""
    return bool(assertions) and all(is_constant(one, names) for one in assertions)
