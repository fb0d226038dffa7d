import ast
from collections.abc import Iterator
from typing import Any

from bot.suites.plan.checks.names import ends_in, uses
from bot.suites.plan.checks.tree import File, Tree, parsed


def violations(
    tree: Tree,
    *,
    register: str,
    key: int | str,
) -> Iterator[str]:
    """Every registration whose key is bound to another handler already."""
    first: dict[str, tuple[str, tuple[str, ...]]] = {}
    words = [register.rpartition(".")[2]]
    for file, module in parsed(tree, words):
        paths = {id(use.node): use.path for use in uses(file, module)}
        decorated = dict(decorators(module))
        for use in uses(file, module):
            if not isinstance(use.call, ast.Call) or not ends_in(use.path, register):
                continue
            call = use.call
            given: dict[int | str, Any] = dict(enumerate(call.args))
            given.update({one.arg or "": one.value for one in call.keywords})
            known = identity(file, given.pop(key, None), paths)
            if not known:
                continue
            rest = [one for name, one in given.items() if name != ""]
            handler = [identity(file, one, paths) for one in rest]
            if id(call) in decorated:
                handler.append(f"{file.module or file.path}.{decorated[id(call)]}")
            place = f"{file.path}:{call.lineno}"
            where, before = first.setdefault(known, (place, tuple(handler)))
            if before != tuple(handler):
                yield f"{place}: {known} is registered already at {where}"


def identity(file: File, node: Any, paths: dict[int, str]) -> str:
    """What is the same for the same thing in all files; empty for what nobody knows."""
    if isinstance(node, ast.Constant):
        return repr(node.value)
    if isinstance(node, (ast.Name, ast.Attribute)):
        return paths.get(id(node), "")
    if isinstance(node, ast.Lambda):
        return f"{file.path}:{ast.dump(node)}"
    return ""


def decorators(module: ast.Module) -> Iterator[tuple[int, str]]:
    """The calls that decorate something, and its name."""
    for node in ast.walk(module):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            for one in node.decorator_list:
                yield id(one), node.name
