"""One import statement as it is written: where its parts are, to the byte."""

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Self

_BEGINS: Final = re.compile(rb"([ \t\f]*+)(?:from|import)(?![\w\x80-\xff])")
_FROM: Final = re.compile(
    rb"from(?:[ \t]++|(?=\.))([.\w\x80-\xff]++)[ \t]++import(?![\w\x80-\xff])"
)
_TOKEN: Final = re.compile(rb"[^()#;\\\n]++|#[^\n]*+|\\\r?\n|[()\n]")
_CONTINUED: Final = (b"\\\n", b"\\\r\n")
_MOST_LINES: Final = 200
_MOST_BYTES: Final = 20_000


class Name(NamedTuple):
    """One imported name: `start` to `end` is the name, to `stop` with what it is called here."""

    line: int
    column: int
    start: int
    end: int
    stop: int
    name: str
    alias: str | None

    @property
    def bound(self) -> str:
        """What a `from` import, or one with an alias, binds."""
        return self.alias or self.name


@dataclass(frozen=True, slots=True)
class Statement:
    """An import statement that has its lines, from `first` to `last` (1-based), for itself.

    `body` is their text from the keyword on, `module` the bounds in it of what a `from` import
    imports from; None for a plain import. `level` counts the dots before it.
    """

    first: int
    last: int
    indentation: bytes
    body: bytes
    names: Sequence[Name]
    module: tuple[int, int] | None
    level: int

    @property
    def origin(self) -> str:
        """What a `from` import imports from, as written."""
        assert self.module is not None
        return self.body[slice(*self.module)].decode()

    @classmethod
    def at(cls, lines: Sequence[bytes], line: int) -> Self | None:
        """The statement that a line (1-based) is part of; `lines` keep their ends.

        None where it shares its lines with others, or is written in a way that is not followed.
        """
        first = _first(lines, line - 1)
        last = _last(lines, first) if first is not None else None
        if first is None or last is None or last < line - 1:
            return None
        text = b"".join(lines[first : last + 1])
        begins = _BEGINS.match(text)
        assert begins is not None  # `_first` has looked
        indentation = begins[1]
        body = text[len(indentation) :]
        node = _parsed(body)
        if node is None:
            return None
        names = _names(node, body, first, len(indentation))
        module = _module(node, body)
        if names is None or (module is None and isinstance(node, ast.ImportFrom)):
            return None
        level = node.level if isinstance(node, ast.ImportFrom) else 0
        return cls(first + 1, last + 1, indentation, body, names, module, level)


def _first(lines: Sequence[bytes], row: int) -> int | None:
    for candidate in range(row, max(row - _MOST_LINES, -1), -1):
        continued = candidate > 0 and lines[candidate - 1].endswith(_CONTINUED)
        if not continued and _BEGINS.match(lines[candidate]):
            return candidate
    return None


def _last(lines: Sequence[bytes], first: int) -> int | None:
    """The row on which the statement ends that begins on `first`; None if it ends nowhere near."""
    text = b"".join(lines[first : first + _MOST_LINES])[:_MOST_BYTES]
    position, depth = 0, 0
    while token := _TOKEN.match(text, position):
        position = token.end()
        depth += (token[0] == b"(") - (token[0] == b")")
        if token[0] == b"\n" and depth == 0:
            return first + text.count(b"\n", 0, position) - 1
    at_the_end = position == len(text) < _MOST_BYTES and depth == 0
    return len(lines) - 1 if at_the_end else None


def _parsed(body: bytes) -> ast.Import | ast.ImportFrom | None:
    try:
        statements = ast.parse(body.decode()).body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    if len(statements) == 1 and isinstance(statements[0], ast.Import | ast.ImportFrom):
        return statements[0]
    return None


def _names(
    node: ast.Import | ast.ImportFrom, body: bytes, row: int, indented: int
) -> Sequence[Name] | None:
    starts = [0]
    for line in body.split(b"\n"):
        starts.append(starts[-1] + len(line) + 1)
    found = []
    for alias in node.names:
        assert alias.end_lineno is not None
        assert alias.end_col_offset is not None
        begin = starts[alias.lineno - 1]
        start = begin + alias.col_offset
        end = start + len(alias.name.encode())
        stop = starts[alias.end_lineno - 1] + alias.end_col_offset
        if body[start:end] != alias.name.encode():  # dots with space, names that are not in NFKC
            return None
        column = len(body[begin:start].decode()) + 1 + (indented if alias.lineno == 1 else 0)
        found.append(Name(row + alias.lineno, column, start, end, stop, alias.name, alias.asname))
    return found


def _module(node: ast.Import | ast.ImportFrom, body: bytes) -> tuple[int, int] | None:
    written = _FROM.match(body) if isinstance(node, ast.ImportFrom) else None
    return None if written is None else written.span(1)
