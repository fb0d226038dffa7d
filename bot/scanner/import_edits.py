"""Import statements with some of their names taken from elsewhere, and bound as they were."""

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from bot.scanner.import_statements import Name, Statement

_COMMENT: Final = re.compile(rb"#[^\r\n]*")
_LINE_OF_ITS_OWN: Final = rb"[ \t]*+%b[ \t]*+,?[ \t]*+(#[^\r\n]*+)?\r?\n"
_WIDEST: Final = 100


class _Edit(NamedTuple):
    start: int
    end: int
    text: bytes


class _Bound(NamedTuple):
    """What one name of a statement imports (`module` as written, dots and all) and binds."""

    module: str | None
    name: str
    alias: str | None


def rewritten(
    statement: Statement, instead: Mapping[int, str], package: Sequence[str] | None
) -> bytes | None:
    """The lines of the statement, where some names come from elsewhere; None if not certain.

    `instead` holds dotted paths, by the positions of the names that they replace. `package` is the
    one that relative imports start from.
    """
    if statement.module is None:
        return _checked(statement, instead, None, _plain(statement, instead))
    targets = {number: _target(statement, path, package) for number, path in instead.items()}
    modules = {module for module, _ in targets.values()}
    whole = len(targets) == len(statement.names)
    made: bytes | None
    if modules == {statement.origin} or (whole and len(modules) == 1 and modules != {""}):
        made = _in_place(statement, targets, modules.pop())
    else:
        made = _split(statement, targets)
    return _checked(statement, instead, targets, made)


def replaceable(statement: Statement, name: Name) -> bool:
    """Whether another path can take the place of this name, and leave the rest as it is.

    `import a.b` cannot: it binds `a`, and what is read of that may be anything.
    """
    if name.name == "*":
        return False
    return statement.module is not None or name.alias is not None or "." not in name.name


def _target(statement: Statement, path: str, package: Sequence[str] | None) -> tuple[str, str]:
    """Where to import a path from, as relative as the statement is; and its last part."""
    parent, _, name = path.rpartition(".")
    if statement.level and package is not None:
        base = list(package[: len(package) - statement.level + 1])
        parts = parent.split(".")
        if base and parts[: len(base)] == base:
            return "." * statement.level + ".".join(parts[len(base) :]), name
    return parent, name


def _plain(statement: Statement, instead: Mapping[int, str]) -> bytes:
    edits = []
    for number, path in instead.items():
        name = statement.names[number]
        alias = "" if name.alias is not None else f" as {name.name}"
        edits.append(_Edit(name.start, name.end, f"{path}{alias}".encode()))
    return statement.indentation + _applied(statement.body, edits)


def _in_place(statement: Statement, targets: Mapping[int, tuple[str, str]], module: str) -> bytes:
    assert statement.module is not None
    edits = [_Edit(*statement.module, module.encode())]
    for number, (_, new) in targets.items():
        name = statement.names[number]
        if new != name.name:
            edits.append(_Edit(name.start, name.stop, f"{new} as {name.bound}".encode()))
    return statement.indentation + _applied(statement.body, edits)


def _split(statement: Statement, targets: Mapping[int, tuple[str, str]]) -> bytes | None:
    """The statement without some names, and statements for these."""
    end = b"\r\n" if b"\r\n" in statement.body else b"\n"
    comments: Mapping[int, bytes] = {}
    left = b""
    if len(targets) < len(statement.names):
        shortened = _without(statement, targets.keys())
        if shortened is None:
            return None
        left, comments = shortened
        left = statement.indentation + left + (b"" if left.endswith(b"\n") else end)
    elif found := _COMMENT.findall(statement.body):
        comments = {0: b"  ".join(found)}
    by_module: defaultdict[str, list[int]] = defaultdict(list)
    for number, (module, _) in sorted(targets.items()):
        by_module[module].append(number)
    lines: list[bytes] = []
    for module, numbers in by_module.items():
        said = _statements(statement, targets, module, numbers)
        lines.extend(statement.indentation + one for one in said)
        told = [comments[number] for number in numbers if number in comments]
        lines[-1] += b"".join(b"  " + comment for comment in told)
    return left + end.join(lines) + (end if statement.body.endswith(b"\n") else b"")


def _statements(
    statement: Statement,
    targets: Mapping[int, tuple[str, str]],
    module: str,
    numbers: Sequence[int],
) -> Iterator[bytes]:
    said = []
    for number in numbers:
        name, new = statement.names[number], targets[number][1]
        same = name.alias is None and new == name.name
        said.append(new if same else f"{new} as {name.bound}")
    if module:
        yield f"from {module} import {', '.join(said)}".encode()
    else:
        yield from (f"import {one}".encode() for one in said)


def _without(
    statement: Statement, numbers: Collection[int]
) -> tuple[bytes, Mapping[int, bytes]] | None:
    """The statement without some names, and the comments that stood on the lines of these."""
    body, names = statement.body, statement.names
    edits, comments = [], {}
    for number in numbers:
        name = names[number]
        begin = body.rfind(b"\n", 0, name.start) + 1
        snippet = re.escape(body[name.start : name.stop])
        listed = begin and b"(" in body[:begin]
        own = re.compile(_LINE_OF_ITS_OWN % snippet).match(body, begin) if listed else None
        if own is None:
            return _joined(statement, numbers)
        edits.append(_Edit(*own.span(), b""))
        if own[1]:
            comments[number] = own[1]
    return _applied(body, edits), comments


def _joined(
    statement: Statement, numbers: Collection[int]
) -> tuple[bytes, Mapping[int, bytes]] | None:
    """The same, with the names that stay on one line."""
    body, names = statement.body, statement.names
    start, end = names[0].start, names[-1].stop
    if b"#" in body[start:end]:
        return None
    stay = [body[one.start : one.stop] for n, one in enumerate(names) if n not in numbers]
    made = body[:start] + b", ".join(stay) + body[end:]
    widest = max(len(line) for line in made.splitlines())
    if b"\n" in body[start:end] and widest > _WIDEST:
        return None
    return made, {}


def _applied(body: bytes, edits: Sequence[_Edit]) -> bytes:
    for edit in sorted(edits, reverse=True):
        body = body[: edit.start] + edit.text + body[edit.end :]
    return body


def _checked(
    statement: Statement,
    instead: Mapping[int, str],
    targets: Mapping[int, tuple[str, str]] | None,
    made: bytes | None,
) -> bytes | None:
    """`made`, if it binds what it should and has lost no comment."""
    if made is None:
        return None
    wanted = []
    for number, name in enumerate(statement.names):
        if number not in instead:
            origin = statement.origin if statement.module is not None else None
            wanted.append(_Bound(origin, name.name, name.alias))
        elif targets is None or not targets[number][0]:
            path = instead[number]
            wanted.append(_Bound(None, path, None if path == name.bound else name.bound))
        else:
            module, new = targets[number]
            same = new == name.name
            wanted.append(_Bound(module, new, name.alias if same else name.bound))
    comments = Counter(_COMMENT.findall(statement.body))
    lost = comments - Counter(_COMMENT.findall(made))
    return made if not lost and Counter(_bindings(made)) == Counter(wanted) else None


def _bindings(text: bytes) -> Iterator[_Bound]:
    """What some statements, indented or not, import and bind; nothing if they do not parse."""
    block = b"if 1:\n" + text if text[:1].isspace() else text
    try:
        tree = ast.parse(block.decode())
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return
    first = tree.body[0]
    for node in first.body if isinstance(first, ast.If) else tree.body:
        if isinstance(node, ast.Import):
            yield from (_Bound(None, alias.name, alias.asname) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield from (_Bound(module, alias.name, alias.asname) for alias in node.names)
