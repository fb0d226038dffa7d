"""The symbols of a module, from its syntax tree."""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Final, NamedTuple

from bot.scanner.nodes import Function as FunctionNode
from bot.scanner.nodes import Places, dotted
from bot.scanner.reading import Reading
from bot.scanner.symbols.asks import asks, lexed_asks
from bot.scanner.symbols.exports import exports
from bot.scanner.symbols.facts import (
    Alias,
    Binding,
    Class,
    Declared,
    Deleted,
    Imported,
    Made,
    Meaning,
    Symbols,
    Value,
)
from bot.scanner.symbols.functions import function, lambda_
from bot.scanner.symbols.openness import opened, registered, splits
from bot.scanner.syntax import UnparsableError

_LONGEST_CODE: Final = 200
_GLOBAL: Final = re.compile(rb"^(?:[ \t]|[^\n]*[:;])[ \t]*global\b", re.MULTILINE)
_CLASS_MAKERS: Final = {"type", "types.new_class", "new_class"}
_OPAQUE: Final = Value()

_Node = ast.stmt | ast.expr | ast.alias
_Bound = tuple[str, _Node, Meaning]


def symbols(reading: Reading) -> Symbols:
    """The symbols of a module; of one that no parser takes, its imports and the problem."""
    try:
        return _symbols(reading.tree, reading.text)
    except UnparsableError as error:
        problem = reading.problem.reason if reading.problem is not None else str(error)
    except RecursionError:
        problem = "nested too deeply"
    return Symbols(asks=tuple(lexed_asks(reading.lexed.imports)), problem=problem)


def _symbols(tree: ast.Module, text: bytes) -> Symbols:
    walk = _Walk(text)
    bindings = walk.bindings(tree.body, "") + _declared_global(tree, text)
    listed = exports(tree)
    return Symbols(
        bindings=tuple(bindings),
        inner=tuple(walk.inner),
        exports=listed.names,
        exports_of=listed.of,
        vague=listed.vague,
        opened=opened(tree, text),
        splits=splits(text),
        registers=registered(tree, text),
        asks=tuple(asks(tree, text)),
    )


class _Suite(NamedTuple):
    statements: Iterator[ast.stmt]
    conditional: bool


class _Walk:
    def __init__(self, text: bytes) -> None:
        self._places = Places(text)
        self._walrus = b":=" in text
        self.inner: list[Binding] = []

    def bindings(self, body: Sequence[ast.stmt], within: str) -> list[Binding]:
        """What the statements of a module or class bind, in order."""
        found: list[Binding] = []
        pending = [_Suite(iter(body), conditional=False)]
        while pending:
            suite = pending[-1]
            statement = next(suite.statements, None)
            if statement is None:
                pending.pop()
                continue
            found.extend(self._bound(statement, within, conditional=suite.conditional))
            pending.extend(reversed(list(_suites(statement, suite))))
        return found

    def _bound(self, statement: ast.stmt, within: str, *, conditional: bool) -> Iterator[Binding]:
        bound = self._walruses(statement) if self._walrus else ()
        for several in (bound, self._bound_by(statement, within)):
            seen: set[str] = set()
            for name, node, what in several:
                place = (node.lineno, self._places.column(node))
                # What a name may stand for besides: `a = b or c`.
                yield Binding(name, *place, what, conditional or name in seen)
                if isinstance(statement, ast.Assign | ast.AnnAssign):
                    seen.add(name)

    def _bound_by(self, statement: ast.stmt, within: str) -> Iterator[_Bound]:
        """Name, the node at whose place it is bound, and what it stands for then."""
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                self._look_into(statement, f"{within}{name}.")
                yield name, statement, function(statement)
            case ast.ClassDef(name=name):
                yield name, statement, self._class(statement, f"{within}{name}.")
            case ast.Import() | ast.ImportFrom():
                yield from _imported(statement)
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    yield from _assigned(target, value)
            case ast.AnnAssign(target=ast.Name(id=name) as target, value=None):
                yield name, target, Declared()
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                yield from _assigned(target, value)
            case ast.AugAssign(target=ast.Name(id=name) as target):
                yield name, target, _OPAQUE
            case _:
                yield from _bound_in_passing(statement)

    def _class(self, node: ast.ClassDef, within: str) -> Class:
        return Class(
            bases=tuple(map(_base, node.bases)),
            members=tuple(self.bindings(node.body, within)),
            attributes=tuple(dict.fromkeys(_set_on_objects(node))),
            decorators=tuple(dotted(_called(one)) or "" for one in node.decorator_list),
        )

    def _look_into(self, node: FunctionNode, within: str) -> None:
        """Note the classes inside a function."""
        for one in _statements(node.body):
            if isinstance(one, ast.ClassDef):
                place = (one.lineno, self._places.column(one))
                what = self._class(one, f"{within}{one.name}.")
                self.inner.append(Binding(f"{within}{one.name}", *place, what))
            elif isinstance(one, FunctionNode):
                self._look_into(one, f"{within}{one.name}.")

    def _walruses(self, statement: ast.stmt) -> Iterator[_Bound]:
        """Names that are bound inside the expressions of a statement."""
        pending: list[ast.AST] = [statement]
        while pending:
            node = pending.pop()
            if isinstance(node, ast.NamedExpr):
                yield from _assigned(node.target, node.value)
            pending.extend(
                child
                for child in ast.iter_child_nodes(node)
                if not isinstance(child, ast.stmt | ast.Lambda)
            )


def _bound_in_passing(statement: ast.stmt) -> Iterator[_Bound]:
    """What statements bind whose purpose is another."""
    match statement:
        case ast.Delete(targets=targets):
            for target in targets:
                yield from ((one.id, one, Deleted()) for one in _names(target))
        case ast.For(target=target) | ast.AsyncFor(target=target):
            yield from _opaque(target)
        case ast.With(items=items) | ast.AsyncWith(items=items):
            for item in items:
                if item.optional_vars is not None:
                    yield from _opaque(item.optional_vars)
        case ast.Match(cases=cases):
            for case in cases:
                yield from _captures(case.pattern, statement)
        case _ if type(statement).__name__ == "TypeAlias":  # Python 3.12 and later
            target = statement.name  # type: ignore[attr-defined] # same
            yield target.id, target, _OPAQUE


def _imported(statement: ast.Import | ast.ImportFrom) -> Iterator[_Bound]:
    for alias in statement.names:
        if isinstance(statement, ast.ImportFrom):
            module = "." * statement.level + (statement.module or "")
            yield alias.asname or alias.name, alias, Imported(module, alias.name)
        elif alias.asname:
            yield alias.asname, alias, Imported(alias.name, None)
        else:
            top = alias.name.partition(".")[0]
            yield top, alias, Imported(top, None, alias.name if alias.name != top else "")


def _assigned(target: ast.expr, value: ast.expr) -> Iterator[_Bound]:
    if isinstance(target, ast.Name):
        yield from ((target.id, target, what) for what in _meanings(value))
    elif (
        isinstance(target, ast.Tuple | ast.List)
        and isinstance(value, ast.Tuple | ast.List)
        and len(target.elts) == len(value.elts)
        and not any(isinstance(one, ast.Starred) for one in (*target.elts, *value.elts))
    ):
        for each, its in zip(target.elts, value.elts, strict=True):
            yield from _assigned(each, its)
    else:
        yield from _opaque(target)


def _meanings(value: ast.expr) -> Iterator[Meaning]:
    """What an expression may stand for."""
    match value:
        case ast.Name() | ast.Attribute():
            path = dotted(value)
            yield _OPAQUE if path is None else Alias(path)
        case ast.Lambda():
            yield lambda_(value)
        case ast.Call():
            yield _made(value)
        case ast.IfExp(body=body, orelse=orelse):
            yield from _meanings(body)
            yield from _meanings(orelse)
        case ast.BoolOp(values=values):
            for one in values:
                yield from _meanings(one)
        case ast.NamedExpr(value=inner):
            yield from _meanings(inner)
        case _:
            yield _OPAQUE


def _made(call: ast.Call) -> Meaning:
    by = dotted(call.func) or _code(call.func)
    if by not in _CLASS_MAKERS or (by == "type" and len(call.args) != 3):
        return Made(by)
    bases = call.args[1] if len(call.args) > 1 else ast.Tuple([])
    if not isinstance(bases, ast.Tuple | ast.List):
        return Class((f"={_code(bases)}",), (), made=by)
    members: list[Binding] = []
    namespace = call.args[2] if by == "type" else None
    if isinstance(namespace, ast.Dict):
        for key, value in zip(namespace.keys, namespace.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                what = next(_meanings(value))
                members.append(Binding(key.value, key.lineno, key.col_offset + 1, what))
    known = namespace is None or isinstance(namespace, ast.Dict)
    written = tuple(map(_base, bases.elts))
    if by != "type" or not known:  # what it holds, only running the program tells
        written = (*written, f"={by}(...)")
    return Class(written, tuple(members), made=by)


def _base(node: ast.expr) -> str:
    """A base class as a dotted name, or as code after a `=`."""
    while isinstance(node, ast.Subscript):  # Generic[T]
        node = node.value
    return dotted(node) or f"={_code(node)}"


def _called(node: ast.expr) -> ast.expr:
    return node.func if isinstance(node, ast.Call) else node


def _code(node: ast.AST) -> str:
    with suppress(RecursionError):
        return ast.unparse(node)[:_LONGEST_CODE]
    return "..."


def _opaque(target: ast.expr) -> Iterator[_Bound]:
    yield from ((one.id, one, _OPAQUE) for one in _names(target))


def _names(target: ast.expr) -> Iterator[ast.Name]:
    """The names that a target binds or deletes."""
    pending = [target]
    while pending:
        node = pending.pop()
        match node:
            case ast.Name():
                yield node
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                pending.extend(reversed(elements))
            case ast.Starred(value=value):
                pending.append(value)


def _captures(pattern: ast.pattern, at: ast.stmt) -> Iterator[_Bound]:
    for node in ast.walk(pattern):
        match node:
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name, at, _OPAQUE
            case ast.MatchMapping(rest=str(name)):
                yield name, at, _OPAQUE


def _suites(statement: ast.stmt, around: _Suite) -> Iterator[_Suite]:
    """The blocks of a compound statement that is no definition, in the order of their execution."""
    match statement:
        case ast.If(test=test):
            certain = isinstance(test, ast.Constant) and bool(test.value)
            yield _Suite(iter(statement.body), around.conditional or not certain)
            yield _Suite(iter(statement.orelse), conditional=True)
        case ast.For() | ast.AsyncFor() | ast.While():
            yield _Suite(iter(statement.body), conditional=True)
            yield _Suite(iter(statement.orelse), conditional=True)
        case ast.Try() | ast.TryStar():
            yield _Suite(iter(statement.body), conditional=True)
            for handler in statement.handlers:
                yield _Suite(iter(handler.body), conditional=True)
            yield _Suite(iter(statement.orelse), conditional=True)
            yield _Suite(iter(statement.finalbody), around.conditional)
        case ast.With() | ast.AsyncWith():
            yield _Suite(iter(statement.body), around.conditional)
        case ast.Match(cases=cases):
            for case in cases:
                yield _Suite(iter(case.body), conditional=True)


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a function, in all its blocks but not in what it defines."""
    pending = [_Suite(iter(body), conditional=False)]
    while pending:
        statement = next(pending[-1].statements, None)
        if statement is None:
            pending.pop()
            continue
        yield statement
        pending.extend(reversed(list(_suites(statement, pending[-1]))))


def _set_on_objects(node: ast.ClassDef) -> Iterator[str]:
    """The attributes that methods set on their first parameter."""
    for method in _statements(node.body):
        if isinstance(method, FunctionNode):
            positional = [*method.args.posonlyargs, *method.args.args]
            own = positional[0].arg if positional else None
            for statement in _statements(method.body):
                for target in _targets(statement):
                    match target:
                        case ast.Attribute(value=ast.Name(id=name), attr=attr) if name == own:
                            yield attr


def _targets(statement: ast.stmt) -> Iterator[ast.expr]:
    """What a statement assigns to, piece by piece."""
    match statement:
        case ast.Assign(targets=targets):
            pending = list(targets)
        case ast.AnnAssign(target=target) | ast.For(target=target) | ast.AsyncFor(target=target):
            pending = [target]
        case ast.With(items=items) | ast.AsyncWith(items=items):
            pending = [one.optional_vars for one in items if one.optional_vars is not None]
        case _:
            return
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Tuple | ast.List):
            pending.extend(node.elts)
        else:
            yield node.value if isinstance(node, ast.Starred) else node


def _declared_global(tree: ast.Module, text: bytes) -> list[Binding]:
    """What functions bind at the top of the module by `global`, whenever they run."""
    if not _GLOBAL.search(text):
        return []
    return [
        Binding(name, node.lineno, node.col_offset + 1, _OPAQUE, conditional=True)
        for node in ast.walk(tree)
        if isinstance(node, ast.Global)
        for name in node.names
    ]
