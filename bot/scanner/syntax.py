"""Facts that take Python's own parser.

Deep nesting can end the interpreter, so this runs in a process that may die.
"""

import ast
import re
import warnings
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.scanner.facts import Definition, Import, StringTarget, Syntax
from bot.scanner.names import well_formed

CALLED_WITH_TARGETS = ("__import__", "import_module", "patch", "setattr", "delattr")

_PATCHES = ("patch", "patch.dict", "patch.multiple")
_TAKING_TARGETS = {
    "__import__",
    "builtins.__import__",
    "import_module",
    "importlib.import_module",
    "monkeypatch.setattr",
    "monkeypatch.delattr",
    *(owner + patch for owner in ("", "mock.", "mocker.", "unittest.mock.") for patch in _PATCHES),
}


class UnparsableError(Exception):
    """The parser refused the text; the message is fit for a report."""


def parse(text: bytes) -> tuple[tuple[Import, ...], Syntax]:
    """The imports of a module in UTF-8, and the rest of what a parser knows.

    Raises `UnparsableError`.
    """
    return extract(text, tree(text))


def extract(text: bytes, parsed: ast.Module) -> tuple[tuple[Import, ...], Syntax]:
    """The same as `parse`, of a text whose tree is there already."""
    walk = _Walk(text)
    walk.module(parsed.body)
    return tuple(sorted(walk.imports, key=_place)), Syntax(
        tuple(sorted(walk.definitions, key=_place)), tuple(sorted(walk.targets(), key=_place))
    )


def tree(text: bytes) -> ast.Module:
    """The syntax tree of a module in UTF-8; raises `UnparsableError`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text.decode("utf-8"))
    except SyntaxError as error:
        line, column = error.lineno or 1, max(error.offset or 1, 1)
        raise UnparsableError(f"syntax error at {line}:{column}") from None
    except ValueError as error:
        raise UnparsableError(str(error)) from None
    except (RecursionError, MemoryError):
        raise UnparsableError("nested too deeply for the parser") from None


def _place(found: Import | Definition | StringTarget) -> tuple[int, int]:
    return found.line, found.column


class _Block(NamedTuple):
    """Statements, and what is around them."""

    statements: Sequence[ast.stmt]
    context: str = "module"
    within: str = ""
    in_class: bool = False

    def holding(self, statements: Sequence[ast.stmt], context: str | None = None) -> "_Block":
        return self._replace(statements=statements, context=context or self.context)


class _Walk:
    """Goes through the statements of a module without recursion."""

    def __init__(self, text: bytes) -> None:
        self.imports: list[Import] = []
        self.definitions: list[Definition] = []
        self._statements: list[tuple[ast.stmt, str]] = []
        self._aliases: dict[str, str] = {}
        self._text = text
        self._ascii = text.isascii()
        self._lines: list[bytes] = []

    def module(self, body: Sequence[ast.stmt]) -> None:
        pending = [_Block(body)]
        while pending:
            block = pending.pop()
            for statement in block.statements:
                self._take(statement, block)
                self._statements.append((statement, block.context))
                pending.extend(_blocks(statement, block))

    def targets(self) -> Iterator[StringTarget]:
        """What calls name as strings; to be asked when all aliases are known."""
        lines = self._lines_with_calls()
        for statement, context in self._statements if lines else ():
            decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
            first = min([statement.lineno, *(decorator.lineno for decorator in decorators)])
            near = bisect_left(lines, first)
            if near < len(lines) and lines[near] <= (statement.end_lineno or first):
                for call in _calls(statement):
                    yield from self._target(call, context)

    def _lines_with_calls(self) -> Sequence[int]:
        """The lines on which a function may stand that takes a target, in order."""
        names = {*CALLED_WITH_TARGETS}
        names |= {alias for alias, name in self._aliases.items() if name in _TAKING_TARGETS}
        if not any(name.encode() in self._text for name in names):
            return ()
        wanted = re.compile("|".join(map(re.escape, names)).encode())
        lines = enumerate(self._text.splitlines(), start=1)
        return [number for number, line in lines if wanted.search(line)]

    def _target(self, call: ast.Call, context: str) -> Iterator[StringTarget]:
        function = self._resolved(_dotted(call.func) or "")
        target = _string(call, 0, "target") if function in _TAKING_TARGETS else None
        if target is not None:
            relative = _string(call, 1, "package") if "import_module" in function else None
            package = well_formed(str(relative.value)) if relative is not None else None
            place = (target.lineno, self._column(target))
            yield StringTarget(*place, well_formed(str(target.value)), package, context)

    def _take(self, statement: ast.stmt, block: _Block) -> None:
        kind = type(statement)
        if kind is ast.ImportFrom:
            assert isinstance(statement, ast.ImportFrom)
            module = "." * statement.level + (statement.module or "")
            for alias in statement.names:
                self._aliases[alias.asname or alias.name] = f"{module}.{alias.name}"
                place = (alias.lineno, self._column(alias))
                self.imports.append(Import(*place, module, alias.name, block.context))
        elif kind is ast.Import:
            assert isinstance(statement, ast.Import)
            for alias in statement.names:
                if alias.asname:
                    self._aliases[alias.asname] = alias.name
                place = (alias.lineno, self._column(alias))
                self.imports.append(Import(*place, alias.name, None, block.context))
        elif isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            is_class = kind is ast.ClassDef
            place = (statement.lineno, self._column(statement))
            method = block.in_class and not is_class
            self.definitions.append(
                Definition(*place, statement.name, is_class, block.within, method, block.context)
            )

    def _resolved(self, name: str) -> str:
        """The name, with what an import of this file calls otherwise put back."""
        first, dot, rest = name.partition(".")
        return self._aliases.get(first, first) + dot + rest if name not in _TAKING_TARGETS else name

    def _column(self, node: ast.stmt | ast.expr | ast.alias) -> int:
        """1-based, in characters (the parser counts bytes of UTF-8)."""
        if self._ascii:
            return node.col_offset + 1
        self._lines = self._lines or self._text.splitlines()
        line = self._lines[node.lineno - 1]
        return len(line[: node.col_offset].decode("utf-8")) + 1


def _blocks(statement: ast.stmt, around: _Block) -> Iterator[_Block]:
    """The blocks that a compound statement holds."""
    match statement:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            is_class = type(statement) is ast.ClassDef
            within = f"{around.within}.{name}" if around.within else name
            yield _Block(statement.body, "class" if is_class else "function", within, is_class)
        case ast.If(test=test):
            yield around.holding(statement.body, "type_checking" if _is_guard(test) else None)
            yield around.holding(statement.orelse)
        case ast.Try() | ast.TryStar():
            suites = (statement.body, statement.orelse, statement.finalbody)
            for suite in (*suites, *(handler.body for handler in statement.handlers)):
                yield around.holding(suite, "try")
        case ast.For() | ast.AsyncFor() | ast.While():
            yield around.holding(statement.body)
            yield around.holding(statement.orelse)
        case ast.With() | ast.AsyncWith():
            yield around.holding(statement.body)
        case ast.Match(cases=cases):
            for case in cases:
                yield around.holding(case.body)


def _calls(statement: ast.stmt) -> Iterator[ast.Call]:
    """Every call in the expressions of a statement, not in the statements below it."""
    pending: list[ast.AST] = [statement]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Call):
            yield node
        pending.extend(
            child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.stmt)
        )


def _string(call: ast.Call, position: int, keyword: str) -> ast.Constant | None:
    """An argument, if it is a string constant."""
    named = [argument.value for argument in call.keywords if argument.arg == keyword]
    for node in [*call.args[position : position + 1], *named]:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node
    return None


def _is_guard(test: ast.expr) -> bool:
    return (_dotted(test) or "").rpartition(".")[2] == "TYPE_CHECKING"


def _dotted(node: ast.expr) -> str | None:
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return ".".join([node.id, *reversed(parts)])
