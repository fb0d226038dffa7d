"""The imports of a module, with those whose failure is foreseen."""

import ast
import re
from collections.abc import Iterable, Iterator
from typing import Final

from bot.scanner.facts import UNKNOWN, Import
from bot.scanner.nodes import dotted
from bot.scanner.symbols.facts import Ask
from bot.scanner.syntax import extract

_MANAGED: Final = re.compile(rb"^[ \t]*(?:try|(?:async[ \t]+)?with)\b", re.MULTILINE)
_CAUGHT: Final = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}
_CAUGHT_BY_CALL: Final = {"raises", "suppress", "assertRaises", "assertRaisesRegex"}


def asks(tree: ast.Module, text: bytes) -> Iterator[Ask]:
    """Every imported name, in the order of the source."""
    imports, _ = extract(text, tree)
    suites = sorted(_excused(tree)) if _MANAGED.search(text) else []
    for one in imports:
        foreseen = any(first <= one.line <= last for first, last in suites)
        yield Ask(one.line, one.column, one.module, one.name, one.context, foreseen)


def lexed_asks(imports: Iterable[Import]) -> Iterator[Ask]:
    """The same of what cannot be parsed: which failures are foreseen, nobody can tell."""
    for one in imports:
        context = one.context if one.context != UNKNOWN else "module"
        yield Ask(one.line, one.column, one.module, one.name, context, excused=False)


def _excused(tree: ast.Module) -> Iterator[tuple[int, int]]:
    """First and last line of suites in which an import may fail."""
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        pending.extend(_inner(node))
        match node:
            case ast.Try(body=body, handlers=handlers) | ast.TryStar(body=body, handlers=handlers):
                foreseen = any(_catches(handler.type) for handler in handlers)
            case ast.With(body=body, items=items) | ast.AsyncWith(body=body, items=items):
                foreseen = any(_expects(item.context_expr) for item in items)
            case _:
                continue
        if foreseen:
            yield body[0].lineno, body[-1].end_lineno or body[-1].lineno


def _inner(node: ast.AST) -> Iterator[ast.AST]:
    """The statements of all blocks of a statement."""
    for name in ("body", "orelse", "finalbody", "handlers", "cases"):
        yield from getattr(node, name, ())


def _catches(caught: ast.expr | None) -> bool:
    if caught is None:
        return True
    several = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any((dotted(one) or "").rpartition(".")[2] in _CAUGHT for one in several)


def _expects(manager: ast.expr) -> bool:
    """Whether a context manager takes an ImportError: `suppress(ImportError)`."""
    if not isinstance(manager, ast.Call):
        return False
    name = (dotted(manager.func) or "").rpartition(".")[2]
    return name in _CAUGHT_BY_CALL and any(map(_catches, manager.args))
