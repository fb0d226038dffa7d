import ast
import re
from collections.abc import Iterator
from typing import Any

from bot.suites.plan.checks.tree import Tree, parsed

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def violations(
    tree: Tree,
    *,
    name: str,
    is_class: bool,
    canonical: str,
    nested: bool = True,
) -> Iterator[str]:
    """Every definition of a matching name outside of its canonical place."""
    place, _, only = canonical.partition(":")
    kinds = (ast.ClassDef,) if is_class else FUNCTIONS
    for file, module in parsed(tree):
        kept = set()
        for node, within, in_class in definitions(module):
            method = in_class and not is_class
            if not isinstance(node, kinds) or method or (within and not nested):
                continue
            own = f"{within}.{node.name}" if within else node.name
            here = (file.module, own) == (place, only) if only else file.path == place
            if not re.fullmatch(name, node.name, re.ASCII):
                continue
            if here and own not in kept:
                kept.add(own)
                continue
            yield f"{file.path}:{node.lineno}: {own}; the one is {canonical}"


def definitions(module: ast.Module) -> Iterator[tuple[Any, str, bool]]:
    """Every class and function, what it is within, and whether that is a class."""
    pending: list[tuple[ast.AST, str, bool]] = [(module, "", False)]
    while pending:
        node, within, in_class = pending.pop()
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            yield node, within, in_class
            within = f"{within}.{node.name}" if within else node.name
            in_class = isinstance(node, ast.ClassDef)
        inner = reversed(list(ast.iter_child_nodes(node)))
        pending.extend((one, within, in_class) for one in inner)
