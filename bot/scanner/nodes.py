"""Small questions about nodes of Python's syntax tree."""

import ast
import re
from collections.abc import Sequence

Function = ast.FunctionDef | ast.AsyncFunctionDef


_IDENTIFIER = re.compile(r"\w+\Z")


class Places:
    """Lines and columns, 1-based and in characters (the parser counts bytes of UTF-8)."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._ascii = text.isascii()
        self._lines: list[bytes] = []

    def column(self, node: ast.stmt | ast.expr | ast.alias) -> int:
        """The column of a node that begins on its `lineno`."""
        if self._ascii:
            return node.col_offset + 1
        return len(self._before(node.lineno, node.col_offset)) + 1

    def of_name(self, node: ast.Name | ast.Attribute) -> tuple[int, int]:
        """The place of a name, or of the attribute itself."""
        if isinstance(node, ast.Name):
            return node.lineno, self.column(node)
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        if self._ascii:
            return node.end_lineno, node.end_col_offset - len(node.attr) + 1
        # As it is written, it may be longer or shorter than its normal form, which the tree has.
        written = _IDENTIFIER.sub("", self._before(node.end_lineno, node.end_col_offset))
        return node.end_lineno, len(written) + 1

    def _before(self, line: int, offset: int) -> str:
        # Before Python 3.12 the parser is not sure where the fields of f-strings are.
        self._lines = self._lines or self._text.splitlines()
        found = self._lines[line - 1] if line <= len(self._lines) else b""
        return found[:offset].decode("utf-8", "replace")


def dotted(node: ast.expr) -> str | None:
    """A name with its attributes, such as `a.b.c`; None for anything else."""
    root, attributes = unfolded(node)
    return ".".join([root.id, *attributes]) if isinstance(root, ast.Name) else None


def unfolded(node: ast.expr) -> tuple[ast.expr, list[str]]:
    """What attributes are taken of, and the attributes in the order in which they are written."""
    attributes = []
    while isinstance(node, ast.Attribute):
        attributes.append(node.attr)
        node = node.value
    attributes.reverse()
    return node, attributes


def is_guard(test: ast.expr) -> bool:
    """Whether a condition is `TYPE_CHECKING`, however it is imported."""
    return (dotted(test) or "").rpartition(".")[2] == "TYPE_CHECKING"


def parameters_of(arguments: ast.arguments) -> Sequence[ast.arg]:
    """All parameters of a function, those with stars last."""
    starred = [one for one in (arguments.vararg, arguments.kwarg) if one is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *starred]
