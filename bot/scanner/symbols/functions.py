"""Functions as a caller sees them."""

import ast
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from bot.scanner.nodes import Function as FunctionNode
from bot.scanner.nodes import dotted
from bot.scanner.symbols.facts import Function, Parameter, ParameterKind

_LONGEST_CODE: Final = 200


def function(node: FunctionNode) -> Function:
    """A function statement."""
    manner = ""
    if isinstance(node, ast.AsyncFunctionDef):
        manner = "async generator" if _yields(node) else "async"
    called = (one.func if isinstance(one, ast.Call) else one for one in node.decorator_list)
    decorators = tuple(dotted(one) or "" for one in called)
    return Function(tuple(_parameters(node.args)), _code(node.returns), manner, decorators)


def lambda_(node: ast.Lambda) -> Function:
    """A lambda."""
    return Function(tuple(_parameters(node.args)), None, "", ())


def _parameters(arguments: ast.arguments) -> Iterator[Parameter]:
    positional = [*arguments.posonlyargs, *arguments.args]
    required = len(positional) - len(arguments.defaults)
    for number, one in enumerate(positional):
        only = number < len(arguments.posonlyargs)
        kind = ParameterKind.POSITIONAL_ONLY if only else ParameterKind.POSITIONAL_OR_KEYWORD
        default = arguments.defaults[number - required] if number >= required else None
        yield _parameter(one, kind, default)
    if arguments.vararg is not None:
        yield _parameter(arguments.vararg, ParameterKind.VAR_POSITIONAL, None)
    for one, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield _parameter(one, ParameterKind.KEYWORD_ONLY, value)
    if arguments.kwarg is not None:
        yield _parameter(arguments.kwarg, ParameterKind.VAR_KEYWORD, None)


def _parameter(one: ast.arg, kind: ParameterKind, default: ast.expr | None) -> Parameter:
    return Parameter(one.arg, kind, _code(default), _code(one.annotation))


def _yields(node: ast.AsyncFunctionDef) -> bool:
    """Whether the function itself yields, and not one inside it."""
    pending: list[ast.AST] = list(node.body)
    while pending:
        one = pending.pop()
        if isinstance(one, ast.Yield):
            return True
        if not isinstance(one, FunctionNode | ast.ClassDef | ast.Lambda):
            pending.extend(ast.iter_child_nodes(one))
    return False


def _code(node: ast.expr | None) -> str | None:
    """The code of an expression, as it is normally written."""
    if node is None:
        return None
    with suppress(RecursionError):
        return ast.unparse(node)[:_LONGEST_CODE]
    return "..."
