"""What the statements of one function or class say, in one walk over them."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from bot.scanner.modules import File, absolute
from bot.scanner.syntax import CALLED_WITH_TARGETS
from bot.suites.inventory.syntax import children, dotted, is_text, keyword, string

_TARGETED: Final = frozenset(CALLED_WITH_TARGETS)

SUPER: Final = "super()"
ANYTHING: Final = "()"


class ImportedName(NamedTuple):
    """One name of an import statement, made absolute: `symbol` is `module` or lies below it.

    `alias` is the name that the file has it under, and what that stands for (`a` for
    `import a.b`); None for a star.
    """

    line: int
    module: str
    symbol: str
    alias: tuple[str, str] | None


class Text(NamedTuple):
    """A string constant; `target`: it tells a function such as `patch` what to work on."""

    text: str
    target: bool


@dataclass(slots=True)
class Gathered:
    """What statements name, each with the first line where they do.

    Names are as written, until `View` resolves them by the imports of the whole file. `requests`
    are fixtures asked for by name. `asserts`: a plain `assert`, or a `raise`.
    """

    names: dict[str, int] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)
    texts: dict[Text, int] = field(default_factory=dict)
    imports: list[ImportedName] = field(default_factory=list)
    requests: set[str] = field(default_factory=set)
    asserts: bool = False

    def add(self, other: "Gathered") -> None:
        """Take over what other statements say."""
        self.names = other.names | self.names
        self.calls = other.calls | self.calls
        self.texts = other.texts | self.texts
        self.imports += other.imports
        self.requests |= other.requests
        self.asserts = self.asserts or other.asserts


def gather(roots: Iterable[ast.AST], file: File) -> Gathered:
    """Walk over some statements, and whatever is below them."""
    found = Gathered()
    targets: set[int] = set()
    pending = list(roots)
    while pending:
        node = pending.pop()
        match node:
            case ast.Name() | ast.Attribute():
                name = dotted(node)
                if name is not None:
                    found.names.setdefault(name, node.lineno)
                    continue
            case ast.Constant(value=str() as text):
                found.texts.setdefault(Text(text, id(node) in targets), node.lineno)
                continue
            case ast.Call():
                _take_call(node, found, targets)
            case ast.Import() | ast.ImportFrom():
                found.imports.extend(imported(node, file))
                continue
            case ast.Assert() | ast.Raise():
                found.asserts = True
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                wrapping = filter(None, map(dotted, node.decorator_list))
                found.calls.update((name, node.lineno) for name in wrapping)
            case ast.Expr() if is_text(node):
                continue
        pending.extend(children(node))
    return found


def _take_call(call: ast.Call, found: Gathered, targets: set[int]) -> None:
    name = dotted(call.func) or _method_called(call.func)
    found.calls.setdefault(name, call.lineno)
    parts = name.split(".")
    if not _TARGETED.isdisjoint(parts) or any("patch" in part.lower() for part in parts):
        for node in (*call.args[:1], keyword(call, "target")):
            if string(node) is not None:
                targets.add(id(node))
    if parts[-1] == "getfixturevalue" or parts[-1] == "usefixtures":
        found.requests.update(text for node in call.args if (text := string(node)) is not None)


def _method_called(function: ast.expr) -> str:
    """A method of what an expression gives: of `super()`, or of anything else, "().name"."""
    if not isinstance(function, ast.Attribute):
        return ""
    inner = function.value
    of_super = isinstance(inner, ast.Call) and dotted(inner.func) == "super"
    return f"{SUPER if of_super else ANYTHING}.{function.attr}"


def imported(statement: ast.Import | ast.ImportFrom, file: File) -> Iterable[ImportedName]:
    """The names of an import statement; a relative one that leads nowhere has none."""
    if isinstance(statement, ast.Import):
        for name in statement.names:
            first = name.name.partition(".")[0]
            alias = (name.asname, name.name) if name.asname else (first, first)
            yield ImportedName(name.lineno, name.name, name.name, alias)
        return
    module = absolute(file.package, "." * statement.level + (statement.module or ""))
    if module is None:
        return
    for name in statement.names:
        symbol = f"{module}.{name.name}" if module else name.name
        bound = None if name.name == "*" else (name.asname or name.name, symbol)
        yield ImportedName(name.lineno, module, symbol, bound)
