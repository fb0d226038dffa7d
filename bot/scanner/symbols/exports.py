"""What a module lists in `__all__`."""

import ast
from collections.abc import Iterator
from typing import Final, NamedTuple

from bot.scanner.nodes import Function as FunctionNode
from bot.scanner.nodes import dotted

_ALL: Final = "__all__"
_OWN: Final = f".{_ALL}"


class Exports(NamedTuple):
    """The names in `__all__`, None if there is none, and the modules whose `__all__` is in it.

    `vague` says that it may hold other names, or not all of these.
    """

    names: tuple[str, ...] | None
    of: tuple[str, ...]
    vague: bool


class _UnclearError(Exception):
    pass


def exports(tree: ast.Module) -> Exports:
    """What `__all__` is when the module has run."""
    names: dict[str, None] = {}
    modules: dict[str, None] = {}
    found = vague = False
    for statement, conditional in _statements(tree.body, conditional=False):
        if not _concerns(statement):
            continue
        found = True
        try:
            starts_anew, listed = _change(statement)
        except _UnclearError:
            vague = True
            continue
        if starts_anew and not conditional:
            names, modules, vague = {}, {}, False
        for one in listed:
            if one.startswith("-"):
                names.pop(one[1:], None)
            elif one.endswith(_OWN):
                modules[one.removesuffix(_OWN)] = None
            else:
                names[one] = None
        vague |= conditional
    return Exports(tuple(names) if found else None, tuple(modules), vague)


def _statements(body: list[ast.stmt], *, conditional: bool) -> Iterator[tuple[ast.stmt, bool]]:
    """The statements outside functions and classes, with whether they may be skipped."""
    for statement in body:
        yield statement, conditional
        if isinstance(statement, FunctionNode | ast.ClassDef):
            continue
        certain = isinstance(statement, ast.With | ast.AsyncWith)
        for name in ("body", "orelse", "finalbody"):
            inner = getattr(statement, name, [])
            yield from _statements(inner, conditional=conditional or not certain)
        for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
            yield from _statements(part.body, conditional=True)


def _concerns(statement: ast.stmt) -> bool:
    """Whether a simple statement names `__all__`, other than to read something else by it."""
    if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Delete):
        targets = getattr(statement, "targets", None) or [getattr(statement, "target", None)]
        return any(_is_all(node) for one in targets if one is not None for node in ast.walk(one))
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        call = statement.value
        return any(_is_all(node) for node in ast.walk(call))
    if isinstance(statement, ast.ImportFrom):
        return any((alias.asname or alias.name) == _ALL for alias in statement.names)
    return False


def _is_all(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == _ALL


def _change(statement: ast.stmt) -> tuple[bool, list[str]]:
    """Whether a statement sets the list, and what it adds; what it removes begins with a `-`."""
    match statement:
        case ast.Assign(targets=[ast.Name()], value=value):
            return not any(map(_is_all, ast.walk(value))), list(_listed(value))
        case ast.AnnAssign(target=ast.Name(), value=ast.expr() as value):
            return not any(map(_is_all, ast.walk(value))), list(_listed(value))
        case ast.AugAssign(target=ast.Name(), op=ast.Add(), value=value):
            return False, list(_listed(value))
        case ast.Expr(
            value=ast.Call(func=ast.Attribute(value=ast.Name(), attr=method), args=[value])
        ):
            match method, value:
                case "extend", _:
                    return False, list(_listed(value))
                case "append", ast.Constant(value=str(name)):
                    return False, [name]
                case "remove", ast.Constant(value=str(name)):
                    return False, [f"-{name}"]
    raise _UnclearError


def _listed(value: ast.expr) -> Iterator[str]:
    match value:
        case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
            for one in elements:
                if isinstance(one, ast.Starred):
                    yield from _listed(one.value)
                elif isinstance(one, ast.Constant) and isinstance(one.value, str):
                    yield one.value
                else:
                    raise _UnclearError
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield from _listed(left)
            yield from _listed(right)
        case ast.Call(func=ast.Name(id="list" | "tuple" | "sorted"), args=[inner], keywords=[]):
            yield from _listed(inner)
        case ast.Name(id=name) if name == _ALL:
            return
        case ast.Attribute(attr=attr) if attr == _ALL and (path := dotted(value)) is not None:
            yield path
        case _:
            raise _UnclearError
