"""Functions that remember results for all users of a module."""

import ast
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from bot.scanner.matches import State
from bot.scanner.nodes import Function, Places, dotted, parameters_of
from bot.scanner.owners import Owners, Variable
from bot.scanner.program import Program
from bot.scanner.scopes import Scope

_CACHES: Final = {"functools.cache", "functools.lru_cache"}


class _Store(NamedTuple):
    key: ast.expr
    value: ast.expr


class _Use(NamedTuple):
    """What a function puts into a container, and the expressions that read from it."""

    stores: list[_Store]
    reads: list[ast.expr]


def cached_functions(
    program: Program, owners: Owners, containers: Container[Variable], places: Places
) -> Iterator[State]:
    """Functions behind `lru_cache`, and those with a shared dict whose key leaves something out."""
    yield from _behind_decorators(program, places)
    uses = _Uses(program, owners, containers).of
    for scope, around in program.bodies:
        for variable, use in uses.get(scope, {}).items():
            if not isinstance(scope.node, Function):  # the type parameters of a class
                continue
            parameters = [one.arg for one in parameters_of(scope.node.args)]
            parameters = [one for one in parameters if not owners.is_receiver(scope, one)]
            left_out = _Flow(scope.node).left_out(use, parameters)
            if left_out:
                place = (scope.node.lineno, places.column(scope.node))
                detail = f"the key of {variable.name} leaves out {', '.join(left_out)}"
                yield State(*place, "cached-factory", scope.name, around.context, (), detail)


def _behind_decorators(program: Program, places: Places) -> Iterator[State]:
    """Functions that are given to `lru_cache` or `cache`, as a decorator or by a call."""
    decorators = {called.function for called in program.calls if called.target is not None}
    bodies = {scope.node: (scope, around) for scope, around in program.bodies}
    for called in program.calls:
        function = called.function
        made = function.func if isinstance(function, ast.Call) else function
        paths = program.resolver.paths(made, called.block.scope)
        cache = next((one for one in paths if one in _CACHES or one.endswith(".lru_cache")), None)
        if cache is None:
            continue
        node: ast.stmt | ast.expr
        if isinstance(called.target, Function):
            node, (scope, around) = called.target, bodies[called.target]
            name, context = scope.name, around.context
        elif called.call is not None and called.call not in decorators:
            given = called.call.args[0] if called.call.args else None
            if not isinstance(given, ast.Name | ast.Attribute | ast.Lambda):
                continue
            node, context = called.call, called.block.context
            name = dotted(given) or "lambda"
        else:
            continue
        place = (node.lineno, places.column(node))
        detail = f"{cache.rpartition('.')[2]} is shared by all callers"
        yield State(*place, "cached-factory", name, context, (), detail)


class _Uses:
    """The shared containers that functions put something into, and get something out of."""

    def __init__(self, program: Program, owners: Owners, containers: Container[Variable]) -> None:
        self._owners = owners
        self._containers = containers
        self.of: defaultdict[Scope, dict[Variable, _Use]] = defaultdict(dict)
        for assignment, block in program.assignments:
            if isinstance(assignment, ast.Assign):
                self._assigned(assignment, block.scope)
        for subscript, block in program.subscripts:
            if isinstance(subscript.ctx, ast.Load):
                self._read(subscript.value, subscript, block.scope)
        for called in program.calls:
            if called.call is not None and isinstance(called.function, ast.Attribute):
                self._called(called.function, called.call, called.block.scope)

    def _assigned(self, assignment: ast.Assign, scope: Scope) -> None:
        for target in assignment.targets:
            if isinstance(target, ast.Subscript) and (use := self._use(target.value, scope)):
                use.stores.append(_Store(target.slice, assignment.value))

    def _called(self, method: ast.Attribute, call: ast.Call, scope: Scope) -> None:
        if method.attr in {"get", "setdefault"} and call.args:
            self._read(method.value, call, scope)
            use = self._use(method.value, scope)
            if use is not None and method.attr == "setdefault" and len(call.args) == 2:
                use.stores.append(_Store(*call.args))

    def _read(self, container: ast.expr, read: ast.expr, scope: Scope) -> None:
        if use := self._use(container, scope):
            use.reads.append(read)

    def _use(self, node: ast.expr, scope: Scope) -> _Use | None:
        """What the function around does with a container, if that is shared."""
        function = scope.function
        while function is not None and isinstance(function.node, ast.Lambda):
            function = function.parent.function if function.parent is not None else None
        variable = self._owners.variable(node, scope) if function is not None else None
        if function is None or variable is None or variable not in self._containers:
            return None
        return self.of[function].setdefault(variable, _Use([], []))


class _Flow:
    """What flows where in one function, whatever the order of its statements."""

    def __init__(self, function: Function) -> None:
        self._assigned: defaultdict[str, list[ast.expr]] = defaultdict(list)
        self._results: list[ast.expr] = []
        for node in ast.walk(function):
            match node:
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        self._assign(target, value)
                case ast.AnnAssign(target=target, value=ast.expr() as value):
                    self._assign(target, value)
                case (
                    ast.AugAssign(target=target, value=value)
                    | ast.NamedExpr(target=target, value=value)
                ):
                    self._assign(target, value)
                case ast.For(target=target, iter=value) | ast.AsyncFor(target=target, iter=value):
                    self._assign(target, value)
                case ast.comprehension(target=target, iter=value):
                    self._assign(target, value)
                case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
                    self._assign(target, value)
                case ast.Return(value=ast.expr() as value) | ast.Yield(value=ast.expr() as value):
                    self._results.append(value)

    def left_out(self, use: _Use, parameters: Sequence[str]) -> list[str]:
        """The parameters that the key of a cache says nothing about; none if it is no cache.

        A cache gives back what it remembers, and remembers what is made, not what is given.
        """
        returned = set(map(id, self._reached(self._results)))
        if not any(id(read) in returned for read in use.reads):
            return []
        for store in use.stores:
            known = {one.id for one in self._reached([store.key]) if isinstance(one, ast.Name)}
            left_out = [one for one in parameters if one not in known]
            if left_out and not self._is_given(store.value, parameters):
                return left_out
        return []

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self._assigned[target.id].append(value)
        elif isinstance(target, ast.Tuple | ast.List | ast.Starred):
            for one in ast.walk(target):
                if isinstance(one, ast.Name):
                    self._assigned[one.id].append(value)

    def _reached(self, roots: Iterable[ast.expr]) -> list[ast.AST]:
        """All parts of some expressions, and of what their names are assigned."""
        found: list[ast.AST] = []
        names: set[str] = set()
        pending: list[ast.AST] = list(roots)
        while pending:
            node = pending.pop()
            found.append(node)
            pending += ast.iter_child_nodes(node)
            if isinstance(node, ast.Name) and node.id not in names:
                names.add(node.id)
                pending += self._assigned.get(node.id, ())
        return found

    def _is_given(self, value: ast.expr, parameters: Sequence[str]) -> bool:
        """Whether a value is a parameter itself."""
        if not isinstance(value, ast.Name):
            return False
        sources = self._assigned.get(value.id, [value])
        return all(isinstance(one, ast.Name) and one.id in parameters for one in sources)
