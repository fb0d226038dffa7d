"""What may give a module names, or submodules, that cannot be seen in its code."""

import ast
import re
from collections.abc import Iterator
from typing import Final

from bot.scanner.nodes import Function as FunctionNode
from bot.scanner.nodes import dotted

_HINTS: Final = re.compile(
    rb"__getattr__|\b(?:exec|execfile|exec_|globals|locals|vars)[ \t]*\(|\bmodules[ \t]*\["
    rb"|\b(?:_convert_|global_enum|f_globals|_getframe|currentframe)\b"
)
_REGISTERS: Final = re.compile(rb"\bmodules[ \t]*(?:\[|\.[ \t]*setdefault\b)")
_RUNS_CODE: Final = {"exec", "execfile", "exec_"}
_NAMESPACES: Final = {"globals", "locals", "vars"}
_ONLY_READ: Final = {"get", "keys", "items", "values", "copy"}
_INJECTS: Final = {"_convert_", "global_enum", "f_globals", "_getframe", "currentframe"}
_PATH: Final = re.compile(rb"\b__path__\b|\bdeclare_namespace\b")
_MODULES: Final = {"sys.modules", "modules"}


def opened(tree: ast.Module, text: bytes) -> str:
    """Why a module may have names that nobody can see; empty if it does not."""
    if not _HINTS.search(text):
        return ""
    harmless = {id(node) for node in _reads(tree)}
    for node, at_top in _nodes(tree):
        reason = "" if id(node) in harmless else _opens(node, at_top=at_top)
        if reason:
            return reason
    return ""


def splits(text: bytes) -> bool:
    """Whether a package may have submodules elsewhere."""
    return _PATH.search(text) is not None


def registered(tree: ast.Module, text: bytes) -> tuple[str, ...]:
    """The modules that are put into `sys.modules` by name."""
    if not _REGISTERS.search(text):
        return ()
    found: dict[str, None] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Subscript(value=value, slice=key, ctx=ast.Store()) if _is_modules(value):
                pass
            case ast.Call(func=ast.Attribute(value=value, attr="setdefault"), args=[key, *_]) if (
                _is_modules(value)
            ):
                pass
            case _:
                continue
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            found[key.value] = None
    return tuple(found)


def _nodes(tree: ast.Module) -> Iterator[tuple[ast.AST, bool]]:
    """All nodes, with whether they are run with the module."""
    pending: list[tuple[ast.AST, bool]] = [(one, True) for one in tree.body]
    while pending:
        node, at_top = pending.pop()
        yield node, at_top
        inside = isinstance(node, FunctionNode | ast.Lambda | ast.ClassDef)
        pending.extend((child, at_top and not inside) for child in ast.iter_child_nodes(node))


def _reads(tree: ast.Module) -> Iterator[ast.AST]:
    """Uses of namespaces that change nothing."""
    for node in ast.walk(tree):
        match node:
            case ast.Subscript(value=used, ctx=ast.Load()):
                yield used
            case ast.Attribute(value=used, attr=attr) if attr in _ONLY_READ:
                yield used
            case ast.Compare(comparators=several):
                yield from several
            case ast.Call(func=ast.Name(id="getattr" | "hasattr"), args=[used, *_]):
                yield used


def _opens(node: ast.AST, *, at_top: bool) -> str:  # noqa: PLR0911 - one return for each reason
    match node:
        case ast.FunctionDef(name="__getattr__") | ast.Name(id="__getattr__", ctx=ast.Store()):
            return "it has a __getattr__" if at_top else ""
        case ast.alias(name=name, asname=asname) if (asname or name) == "__getattr__":
            return "it has a __getattr__" if at_top else ""
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in _INJECTS:
            return f"{name} may give it names"
        case ast.Call(func=function, args=arguments):
            name = (dotted(function) or "").rpartition(".")[2]
            if name in _RUNS_CODE and at_top:
                return f"{name}() may give it names"
            if name in _NAMESPACES and not arguments and (at_top or name == "globals"):
                return f"{name}() may give it names"
        case ast.Subscript(value=value, slice=key, ctx=context) if _is_modules(value):
            if isinstance(key, ast.Name) and key.id == "__name__":
                return "it may replace itself in sys.modules"
            if isinstance(context, ast.Store) and not isinstance(key, ast.Constant):
                return "it changes sys.modules"
    return ""


def _is_modules(node: ast.expr) -> bool:
    return dotted(node) in _MODULES
