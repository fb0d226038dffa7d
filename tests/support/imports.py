"""A slow, plain reading of imports with `ast`: what the lexer and the walk are held against."""

import ast
from collections.abc import Iterator

Found = tuple[int, int, str, str | None, str]  # line, column, module, name, context


def imports_of(text: bytes) -> list[Found]:
    """Every imported name of a module in UTF-8, in source order; raises what `ast.parse` raises."""
    lines = text.splitlines()

    def place(alias: ast.alias) -> tuple[int, int]:
        before = lines[alias.lineno - 1][: alias.col_offset]
        return alias.lineno, len(before.decode("utf-8")) + 1

    found: list[Found] = []
    for node, context in _in_context(ast.parse(text.decode("utf-8")), "module"):
        if isinstance(node, ast.Import):
            found += [(*place(alias), alias.name, None, context) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            found += [(*place(alias), module, alias.name, context) for alias in node.names]
    return sorted(found, key=lambda one: one[:2])


def _in_context(node: ast.AST, context: str) -> Iterator[tuple[ast.AST, str]]:
    yield node, context
    for field, value in ast.iter_fields(node):
        inner = _context_within(node, field) or context
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _in_context(child, inner)


def _context_within(node: ast.AST, field: str) -> str | None:
    if field == "body" and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return "function"
    if field == "body" and isinstance(node, ast.ClassDef):
        return "class"
    if isinstance(node, ast.Try | ast.TryStar | ast.ExceptHandler) and field != "type":
        return "try"
    if field == "body" and isinstance(node, ast.If):
        name = ast.unparse(node.test).rpartition(".")[2]
        return "type_checking" if name == "TYPE_CHECKING" else None
    return None
