import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from bot.suites.plan.checks.tree import File, absolute

UNKNOWN = "?"
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
DEFINITIONS = (*FUNCTIONS, ast.ClassDef)
REFERENCES = (ast.Name, ast.Attribute)


class Use(NamedTuple):
    """A name that is used, as an absolute path; `?` begins what a function binds.

    `node` is the whole name, `within` the dotted name of the definitions around it, `call` what
    calls it, if anything does: a call, or the definition that it decorates.
    """

    node: ast.Name | ast.Attribute
    path: str
    within: str
    call: ast.AST | None


def uses(file: File, tree: ast.Module) -> Iterator[Use]:
    """Every use of a name, as far as imports and assignments of its file explain it."""
    called = dict(calls(tree))
    top = bindings(tree.body, f"{file.module or UNKNOWN}.", file, ())
    pending: list[Any] = [(tree, (top,), "")]
    while pending:
        node, scopes, within = pending.pop()
        if isinstance(node, (ast.Name, ast.Attribute)):
            path = meaning(node, scopes)
            if path and isinstance(node.ctx, ast.Load):
                yield Use(node, path, within, called.get(id(node)))
            pending.append((start(node), scopes, within))
            continue
        outside: list[ast.AST] = []
        inside = list(ast.iter_child_nodes(node))
        names, around = scopes, within
        if isinstance(node, DEFINITIONS):
            outside, inside = parts(node)
            name = getattr(node, "name", "<lambda>")
            around = f"{within}.{name}" if within else name
            is_class = isinstance(node, ast.ClassDef)
            prefix = f"{file.module}.{around}." if is_class else UNKNOWN
            own = bindings(inside, prefix, file, scopes, node)
            names = (*(one for one in scopes if not one.get("")), own)
        pending.extend((one, scopes, within) for one in reversed(outside))
        pending.extend((one, names, around) for one in reversed(inside))


def parts(node: ast.AST) -> tuple[list[ast.AST], list[ast.AST]]:
    """What a definition evaluates where it stands, and what is inside of it."""
    if isinstance(node, ast.Lambda):
        return [*node.args.defaults], [node.body]
    inside = list(getattr(node, "body", ()))
    within = set(map(id, inside))
    outside = [one for one in ast.iter_child_nodes(node) if id(one) not in within]
    return outside, inside


def start(node: ast.expr) -> ast.AST:
    """What the attributes are of, in a dotted name; nothing to look at for a plain one."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return ast.Pass() if isinstance(node, ast.Name) else node


def bindings(
    body: Iterable[ast.AST],
    prefix: str,
    file: File,
    around: tuple[Mapping[str, str], ...],
    owner: ast.AST | None = None,
) -> dict[str, str]:
    """What the names stand for that some statements bind; `""` marks those of a class."""
    bound = {name: f"{prefix}{name}" for name in arguments(owner)}
    imported: dict[str, str] = {}
    renamed: dict[str, ast.expr] = {}
    foreign: set[str] = set()
    for node in own(body):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            imported.update(aliases(node, file))
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            foreign.update(node.names)
        elif isinstance(node, ast.Assign) and isinstance(node.value, REFERENCES):
            named = [one.id for one in node.targets if isinstance(one, ast.Name)]
            renamed.update(dict.fromkeys(named, node.value))
        else:
            name = binds(node)
            bound.update({name: f"{prefix}{name}"} if name else {})
    found = {**bound, **imported}
    for name, value in renamed.items():
        path = meaning(value, (*around, {**found, name: ""}))
        if name not in imported:
            found[name] = path or f"{prefix}{name}"
    if isinstance(owner, ast.ClassDef):
        found[""] = UNKNOWN
    return {name: path for name, path in found.items() if name not in foreign}


def own(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Some statements and what is in them, but not what definitions among them hold."""
    pending = list(body)
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, DEFINITIONS):
            pending.extend(ast.iter_child_nodes(node))


def binds(node: ast.AST) -> str:
    """The name that a node binds; empty for none."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return node.name
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return node.id
    return ""


def arguments(owner: ast.AST | None) -> Iterator[str]:
    """The parameters of a function."""
    given = getattr(owner, "args", None)
    if isinstance(given, ast.arguments):
        yield from (one.arg for one in ast.walk(given) if isinstance(one, ast.arg))


def aliases(node: ast.Import | ast.ImportFrom, file: File) -> Iterator[tuple[str, str]]:
    """The names that an import statement binds, and their absolute paths."""
    if isinstance(node, ast.Import):
        for name in node.names:
            first = name.name.partition(".")[0]
            yield (name.asname, name.name) if name.asname else (first, first)
        return
    module = "." * node.level + (node.module or "")
    dot = "" if module.endswith(".") else "."
    for name in node.names:
        yield name.asname or name.name, absolute(file, f"{module}{dot}{name.name}")


def meaning(node: ast.AST, scopes: tuple[Mapping[str, str], ...]) -> str:
    """The path that a name stands for; empty where it is bound by itself."""
    attributes = []
    while isinstance(node, ast.Attribute):
        attributes.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ".".join([UNKNOWN, *reversed(attributes)])
    first = node.id
    for scope in reversed(scopes):
        if first in scope:
            first = scope[first]
            break
    return ".".join([first, *reversed(attributes)]) if first else ""


def calls(tree: ast.Module) -> Iterator[tuple[int, ast.AST]]:
    """The names that are called, by the identity of their nodes."""
    for node in ast.walk(tree):
        called: list[ast.expr] = []
        if isinstance(node, ast.Call):
            called = [node.func]
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            called = [*node.decorator_list]
        for one in called:
            yield id(unsubscripted(one)), node


def unsubscripted(node: ast.expr) -> ast.expr:
    """What `Name[int]` is of."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return node


def ends_in(path: str, name: str) -> bool:
    """Whether a path is, or ends in, a dotted name; a bare local variable does not."""
    if path.startswith(UNKNOWN):
        path = path[1:]
        return path.endswith(f".{name}") or (path == name and "." in name)
    return path == name or path.endswith(f".{name}")
