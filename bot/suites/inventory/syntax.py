"""Small questions about syntax trees, none of which recurses: trees come from anybody."""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = Function | ast.ClassDef

FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)
DEFINITIONS: Final = (*FUNCTIONS, ast.ClassDef)


def dotted(node: ast.expr | None) -> str | None:
    """The dotted name that an expression is, None for any other expression."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return ".".join([node.id, *reversed(parts)])


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes directly below one, without those that only say how a name is used."""
    found: list[ast.AST] = []
    for name in _FIELDS[type(node)]:
        value = getattr(node, name, None)
        if type(value) is list:
            found.extend(item for item in value if isinstance(item, ast.AST))
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


_PLAIN: Final = {"attr", "ctx", "id", "kind", "level", "op", "ops", "type_comment", "type_ignores"}
_FIELDS: Final[Mapping[type, Sequence[str]]] = {
    kind: [name for name in kind._fields if name not in _PLAIN]
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}


def walk(roots: Iterable[ast.AST], without: tuple[type[ast.AST], ...] = ()) -> Iterator[ast.AST]:
    """The roots and every node below them, in no order; `without` are not entered."""
    pending = list(roots)
    while pending:
        node = pending.pop()
        if not isinstance(node, without):
            yield node
            pending.extend(children(node))


def flat(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module or class, with those in its `if`, `try` and `with` blocks."""
    pending = list(reversed(body))
    while pending:
        statement = pending.pop()
        yield statement
        if isinstance(statement, ast.If | ast.Try | ast.With | ast.TryStar):
            inner = [child for child in children(statement) if isinstance(child, ast.stmt)]
            for handler in getattr(statement, "handlers", ()):
                inner.extend(handler.body)
            pending.extend(reversed(inner))


def definitions(body: Sequence[ast.stmt]) -> Iterator[Definition]:
    """The functions and classes of a module or class."""
    for statement in flat(body):
        if isinstance(statement, DEFINITIONS):
            yield statement


def without_docstring(body: Sequence[ast.stmt]) -> Sequence[ast.stmt]:
    """The statements of a function after its docstring."""
    return body[1:] if body and is_text(body[0]) else body


def is_text(statement: ast.stmt) -> bool:
    """Whether a statement is nothing but a string: a docstring, or a comment of sorts."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


class Names:
    """What the names of a file stand for, by its imports."""

    def __init__(self, aliases: Mapping[str, str]) -> None:
        self._aliases = aliases

    def resolve(self, name: str) -> str:
        """A dotted name as written, made absolute where an import says how."""
        first, dot, rest = name.partition(".")
        return self._aliases.get(first, first) + dot + rest

    def of(self, node: ast.expr | None) -> str:
        """The dotted path that an expression names; empty for what is no name."""
        name = dotted(node)
        return "" if name is None else self.resolve(name)

    def called(self, node: ast.AST) -> str:
        """The dotted path that is called, or that stands without a call (as decorators may)."""
        return self.of(node.func if isinstance(node, ast.Call) else _as_expression(node))


def _as_expression(node: ast.AST) -> ast.expr | None:
    return node if isinstance(node, ast.expr) else None


def string(node: ast.AST | None) -> str | None:
    """The text of a string constant."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """The value of a keyword argument."""
    return next((one.value for one in call.keywords if one.arg == name), None)
