"""Uses and calls of names in one module, by what the names stand for there."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Final, TypeVar

from bot.scanner.matches import (
    CONSTANT,
    HERE,
    LOCAL,
    Emission,
    Match,
    Reference,
    Registration,
)
from bot.scanner.names import well_formed
from bot.scanner.nodes import Function, Places, unfolded
from bot.scanner.probes import (
    CallProbe,
    EmissionProbe,
    NameProbe,
    RegistrationProbe,
    StateProbe,
    SyntaxProbe,
)
from bot.scanner.program import Called, Program
from bot.scanner.scopes import Block, Imported, Scope
from bot.scanner.state import shared_state

_Placed = TypeVar("_Placed", Reference, Emission, Registration)

_LONGEST_CODE: Final = 200
_OWN_ATTRIBUTES: Final = {"self", "cls"}


class References:
    """Answers probes about names; every answer is in source order."""

    def __init__(self, program: Program, text: bytes) -> None:
        self._program = program
        self._text = text
        self._places = Places(text)
        self._paths = program.resolver.paths
        self._known_as = _known_as(program)
        self._decorated: dict[ast.expr, Function | ast.ClassDef] = {
            called.function: called.target for called in program.calls if called.target is not None
        }

    def answer(self, probe: SyntaxProbe) -> Iterable[Match]:
        """What a probe finds."""
        match probe:
            case NameProbe():
                return self.uses(probe)
            case CallProbe():
                return self.calls(probe)
            case EmissionProbe():
                return self.emissions(probe)
            case RegistrationProbe():
                return self.registrations(probe)
            case StateProbe(constructs=constructs):
                return shared_state(self._program, self._text, constructs)

    def uses(self, probe: NameProbe) -> Iterable[Reference]:
        """Calls, attributes and bare references whose last part is one of the names'."""
        last = {name.rpartition(".")[2] for name in probe.names}
        wanted = self._spellings(last)
        program = self._program
        found: list[Reference] = []
        functions = {called.function for called in program.calls}
        nodes: list[tuple[ast.Name | ast.Attribute, Block]] = [*program.names, *program.attributes]
        for node, block in nodes:
            if _last(node) not in wanted or self._defines(node):
                continue
            paths = self._paths(node, block.scope)
            if any(path.rpartition(".")[2].lstrip(":") in last for path in paths):
                via = "attribute" if isinstance(node, ast.Attribute) else "name"
                via = "call" if node in functions else via
                found.append(self._reference(node, paths, block, via))
        return _ordered(found)

    def calls(self, probe: CallProbe) -> Iterable[Reference]:
        """Calls of what may be one of the dotted paths; a decorator is called, too."""
        last = {path.rpartition(".")[2] for path in probe.paths}
        found = []
        for called, function in self._calls_of(last):
            paths = self._paths(function, called.block.scope)
            found.append(self._reference(function, paths, called.block, "call"))
        return _ordered(found)

    def emissions(self, probe: EmissionProbe) -> Iterable[Emission]:
        """Texts that are events, among the arguments of calls of the emitting functions."""
        found = []
        for called, function in self._calls_of(name.rpartition(".")[2] for name in probe.calls):
            emitter = tuple(self._paths(function, called.block.scope))
            for argument in _arguments(called.call):
                for node, text in self._texts(argument, called.block.scope):
                    if text in probe.events:
                        place = (node.lineno, self._places.column(node))
                        found.append(Emission(*place, text, emitter, called.block.context))
        return _ordered(found)

    def registrations(self, probe: RegistrationProbe) -> Iterable[Registration]:
        """Calls that bind a key to something, or decorate it."""
        found = []
        for called, function in self._calls_of([probe.call.rpartition(".")[2]]):
            call, scope = called.call, called.block.scope
            node = _key(call, probe.key) if call is not None else None
            if call is None or node is None:
                continue
            key, handler = self._key(node, scope), self._handler(call, node, scope)
            if key and handler:
                place = (node.lineno, self._places.column(node))
                register = tuple(self._paths(function, scope))
                context = called.block.context
                found.append(Registration(*place, *key, handler, register, context))
        return _ordered(found)

    def _calls_of(self, last: Iterable[str]) -> Iterator[tuple[Called, ast.Name | ast.Attribute]]:
        """The calls of what may have one of these names."""
        wanted = self._spellings(last)
        for called in self._program.calls:
            function = called.function
            while isinstance(function, ast.Subscript):  # Cache[str]() makes a Cache
                function = function.value
            if isinstance(function, ast.Name | ast.Attribute) and _last(function) in wanted:
                yield called, function

    def _spellings(self, last: Iterable[str]) -> set[str]:
        """All names that things with such names may go by in this module."""
        found: set[str] = set()
        pending = list(last)
        while pending:
            name = pending.pop()
            if name not in found:
                found.add(name)
                pending.extend(self._known_as.get(name, ()))
        return found

    def _defines(self, node: ast.Name | ast.Attribute) -> bool:
        """Whether this is where an object gets an attribute of that name."""
        return (
            isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store)
            and isinstance(node.value, ast.Name)
            and node.value.id in _OWN_ATTRIBUTES
            and node not in self._program.augmented
        )

    def _reference(
        self, node: ast.Name | ast.Attribute, paths: Sequence[str], block: Block, via: str
    ) -> Reference:
        place = self._places.of_name(node)
        within, context = block.scope.name, block.context
        return Reference(*place, _written(node), tuple(paths), within, context, via)

    def _texts(self, node: ast.expr, scope: Scope) -> Iterator[tuple[ast.expr, str]]:
        """The texts that an expression may be, each with its place."""
        pending = [node]
        while pending:
            one = pending.pop()
            match one:
                case (
                    ast.Constant(value=str(text))
                    | ast.JoinedStr(values=[ast.Constant(value=str(text))])
                ):
                    yield one, text
                case ast.IfExp(body=body, orelse=orelse):
                    pending += [orelse, body]
                case ast.Name(id=name):
                    home = scope.find(name)
                    for binding in home.bindings[name] if home is not None else ():
                        if isinstance(binding, ast.Constant) and isinstance(binding.value, str):
                            yield one, binding.value

    def _key(self, node: ast.expr, scope: Scope) -> tuple[str, tuple[str, ...]] | None:
        """A key, for people and as it is compared; None if only running the program tells it."""
        for _, text in self._texts(node, scope):
            return well_formed(text), (CONSTANT + repr(text),)
        if isinstance(node, ast.Constant):
            return repr(node.value), (CONSTANT + repr(node.value),)
        root, _ = unfolded(node)
        if not isinstance(root, ast.Name) or not isinstance(node, ast.Name | ast.Attribute):
            return None
        home = scope.find(root.id)
        paths = tuple(path for path in self._paths(node, scope) if not path.startswith(LOCAL))
        varies = home is not None and root.id in home.variables
        return (_written(node), paths) if paths and not varies else None

    def _handler(self, call: ast.Call, key: ast.expr, scope: Scope) -> tuple[tuple[str, ...], ...]:
        target = self._decorated.get(call)
        if target is not None:
            return (("", f"{HERE}{target.name}:{target.lineno}"),)
        named = [(argument.arg or "**", argument.value) for argument in call.keywords]
        given = [*(("", argument) for argument in call.args), *sorted(named, key=_keyword)]
        return tuple(
            (keyword, *self._argument(value, scope)) for keyword, value in given if value is not key
        )

    def _argument(self, node: ast.expr, scope: Scope) -> Sequence[str]:
        if isinstance(node, ast.Constant):
            return (CONSTANT + repr(node.value)[:_LONGEST_CODE],)
        root, _ = unfolded(node)
        paths = self._paths(node, scope) if isinstance(root, ast.Name) else ()
        if paths and not paths[0].startswith(LOCAL):
            return paths
        code = f"{node.lineno}:{node.col_offset}"
        with suppress(RecursionError):
            code = ast.unparse(node)
        return (f"{HERE}{scope.name if paths else ''}:{code[:_LONGEST_CODE]}",)


def _known_as(program: Program) -> dict[str, list[str]]:
    """The last part of a name -> names that stand for something with such a name."""
    found = defaultdict(list)
    for name, value in program.aliases:
        last = value.path.rpartition(".")[2] if isinstance(value, Imported) else _last(value)
        found[last].append(name)
    return found


def _last(node: ast.Name | ast.Attribute) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr


def _written(node: ast.Name | ast.Attribute) -> str:
    root, attributes = unfolded(node)
    return ".".join([root.id if isinstance(root, ast.Name) else "(...)", *attributes])


def _arguments(call: ast.Call | None) -> Sequence[ast.expr]:
    return [] if call is None else [*call.args, *(argument.value for argument in call.keywords)]


def _key(call: ast.Call, key: int | str) -> ast.expr | None:
    """The argument at a position or with a keyword."""
    if isinstance(key, int):
        before = call.args[: key + 1]
        starred = any(isinstance(argument, ast.Starred) for argument in before)
        return call.args[key] if len(before) > key and not starred else None
    return next((one.value for one in call.keywords if one.arg == key), None)


def _keyword(argument: tuple[str, ast.expr]) -> str:
    return argument[0]


def _ordered(found: Iterable[_Placed]) -> list[_Placed]:
    return sorted(found, key=lambda one: (one.line, one.column))
