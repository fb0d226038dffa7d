"""State that all users of a module share, by what is done to it in functions.

What changes a container is told by how that is written: a method that changes a builtin container,
or an assignment to a subscript.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Container, Iterator
from typing import Final

from bot.scanner.caches import cached_functions
from bot.scanner.matches import State
from bot.scanner.nodes import Places
from bot.scanner.owners import Owners, Variable
from bot.scanner.program import Program
from bot.scanner.scopes import Block, Scope
from bot.scanner.state_hints import CONSTRUCTORS, MUTATORS

_INSTANCE: Final = re.compile(r"_+(\w+_)?instances?")
_COPYING: Final = ("pydantic.", "pydantic_settings.", "sqlmodel.")  # each object gets its own
_MOST_LINES: Final = 20

_DISPLAYS: Final = (ast.Dict, ast.DictComp, ast.List, ast.ListComp, ast.Set, ast.SetComp)

_Node = ast.Name | ast.Attribute | ast.Global


def shared_state(program: Program, text: bytes, constructs: Container[str]) -> list[State]:
    """Each piece of state, once, by the first construct (of those named) that makes it shared."""
    module = _Module(program, text)
    found = [*module.states(constructs)]
    if "cached-factory" in constructs:
        found += cached_functions(program, module.owners, module.containers, Places(text))
    return sorted(found, key=lambda one: (one.line, one.column, one.name))


class _Module:
    def __init__(self, program: Program, text: bytes) -> None:
        self._program = program
        self._places = Places(text)
        self.owners = Owners(program)
        self._declared: dict[Variable, tuple[_Node, str]] = {}
        self.containers: set[Variable] = set()
        self._changed: defaultdict[Variable, list[int]] = defaultdict(list)
        self._rebound: defaultdict[Variable, list[tuple[_Node, str]]] = defaultdict(list)
        self._set: defaultdict[Variable, list[tuple[_Node, str]]] = defaultdict(list)
        for assignment, block in program.assignments:
            if block.scope.kind in {"module", "class"}:
                self._declare(assignment, block)
        self._see_changes()
        self._see_assignments()

    def states(self, constructs: Container[str]) -> Iterator[State]:
        for variable in dict.fromkeys([*self._rebound, *self._set, *self._changed]):
            for construct in self._constructs(variable):
                if construct in constructs:
                    yield self._state(variable, construct)
                    break

    def _constructs(self, variable: Variable) -> Iterator[str]:
        """What makes a variable shared state, the most telling first."""
        of_module = variable.owner is self._program.module
        changed = variable in self._changed and variable in self.containers
        rebound = variable in (self._rebound if of_module else self._set)
        if _INSTANCE.fullmatch(variable.name) and (changed or rebound):
            yield "singleton"
        if of_module and rebound:
            yield "global"
        if changed:
            yield "module-mutable" if of_module else "class-mutable"

    def _state(self, variable: Variable, construct: str) -> State:
        rebound = [*self._rebound[variable], *self._set[variable]]
        declared = self._declared.get(variable)
        node, context = rebound[0] if declared is None or construct == "global" else declared
        place = (
            (node.lineno, self._places.column(node))
            if isinstance(node, ast.Global)
            else self._places.of_name(node)
        )
        lines = sorted({*self._changed[variable], *(node.lineno for node, _ in rebound)})
        owner = variable.owner.name
        name = f"{owner}.{variable.name}" if owner else variable.name
        return State(*place, construct, name, context, tuple(lines[:_MOST_LINES]))

    def _declare(self, assignment: ast.stmt, block: Block) -> None:
        """Remember the names that an assignment declares, and which of them are containers."""
        if isinstance(assignment, ast.Assign):
            pairs = [(target, assignment.value) for target in assignment.targets]
        elif isinstance(assignment, ast.AnnAssign) and assignment.value is not None:
            pairs = [(assignment.target, assignment.value)]
        else:
            return
        for target, value in pairs:
            for name, part in _each(target, value):
                variable = Variable(block.scope, name.id)
                self._declared.setdefault(variable, (name, block.context))
                if self._is_container(part, block.scope) and not self._copies(assignment, block):
                    self.containers.add(variable)

    def _copies(self, assignment: ast.stmt, block: Block) -> bool:
        """Whether every object gets its own copy of a default."""
        if not isinstance(assignment, ast.AnnAssign) or block.scope.kind != "class":
            return False
        words = (getattr(node, "id", getattr(node, "attr", "")) for node in ast.walk(assignment))
        if "ClassVar" in words:
            return False
        return any(path.startswith(_COPYING) for path in self.owners.bases(block.scope))

    def _is_container(self, value: ast.expr, scope: Scope) -> bool:
        """Whether a value is made to be a container, at least in some case."""
        pending = [value]
        while pending:
            one = pending.pop()
            if isinstance(one, _DISPLAYS):
                return True
            if isinstance(one, ast.Call):
                made = one.func.value if isinstance(one.func, ast.Subscript) else one.func
                if not CONSTRUCTORS.isdisjoint(self._program.resolver.paths(made, scope)):
                    return True
            if isinstance(one, ast.BinOp):
                pending += [side for side in (one.left, one.right) if isinstance(side, ast.List)]
            elif isinstance(one, ast.IfExp):
                pending += [one.body, one.orelse]
            elif isinstance(one, ast.BoolOp):
                pending += one.values
        return False

    def _see_changes(self) -> None:
        """What functions do to containers in their place."""
        for subscript, block in self._program.subscripts:
            if not isinstance(subscript.ctx, ast.Load):
                self._change(subscript.value, block, subscript.lineno)
        for called in self._program.calls:
            function = called.function
            if isinstance(function, ast.Attribute) and function.attr in MUTATORS:
                self._change(function.value, called.block, function.end_lineno or function.lineno)
        for assignment, block in self._program.assignments:
            if isinstance(assignment, ast.AugAssign):
                self._change(assignment.target, block, assignment.lineno)

    def _change(self, node: ast.expr, block: Block, line: int) -> None:
        while isinstance(node, ast.Subscript):  # what is in a container belongs to it
            node = node.value
        if block.scope.function is not None:
            variable = self.owners.variable(node, block.scope)
            if variable is not None:
                self._changed[variable].append(line)

    def _see_assignments(self) -> None:
        """What functions bind anew: names of the module, and attributes of classes."""
        for statement, block in self._program.globals:
            for name in statement.names if block.scope.function is not None else ():
                if (block.scope, name) in self._program.rebound:
                    named = Variable(self._program.module, name)
                    self._rebound[named].append((statement, block.context))
        for node, block in self._program.attributes:
            if (
                isinstance(node.ctx, ast.Store)
                and _INSTANCE.fullmatch(node.attr)
                and block.scope.function is not None
                and (receiver := self.owners.receiver(node.value, block.scope))
                and receiver.is_class
                and (variable := self.owners.variable(node, block.scope))
            ):
                self._set[variable].append((node, block.context))


def _each(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.Name, ast.expr]]:
    """The names among the targets of an assignment, with what they get."""
    if isinstance(target, ast.Name):
        yield target, value
    elif isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
        pairs = zip(target.elts, value.elts, strict=False)
        yield from ((one, part) for one, part in pairs if isinstance(one, ast.Name))
