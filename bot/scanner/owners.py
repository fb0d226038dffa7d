"""Whose state an expression is: a module's, or a class's through it, its objects or its heirs.

Types are not inferred: an object is known by being the first parameter of a method.
"""

import ast
from typing import Final, NamedTuple

from bot.scanner.nodes import Function
from bot.scanner.program import Program
from bot.scanner.scopes import Scope

_CLASS_METHODS: Final = {"__class_getitem__", "__init_subclass__", "__new__"}
_MOST_BASES: Final = 32


class Variable(NamedTuple):
    """A name at the top of a module or of a class, by the scope that owns it."""

    owner: Scope
    name: str


class Receiver(NamedTuple):
    """A class, or an object of it."""

    owner: Scope
    is_class: bool


class Owners:
    """The classes of one module, and who is who in their methods."""

    def __init__(self, program: Program) -> None:
        self._module = program.module
        self._paths = program.resolver.paths
        self._classes: dict[tuple[Scope, str], Scope] = {}
        self._first: dict[tuple[Scope, str], Receiver] = {}
        for scope, around in program.bodies:
            if isinstance(scope.node, ast.ClassDef):
                self._classes[around.scope, scope.node.name] = scope
        for scope, around in program.bodies:
            if isinstance(scope.node, Function) and around.scope.kind == "class":
                self._meet(scope, scope.node, around.scope)
        self._set_on_objects = {
            (receiver.owner, node.attr)
            for node, block in program.attributes
            if isinstance(node.ctx, ast.Store) and node not in program.augmented
            if (receiver := self.receiver(node.value, block.scope)) and not receiver.is_class
        }

    def variable(self, node: ast.expr, scope: Scope) -> Variable | None:
        """What an expression that is used in a scope stands for, if modules or classes share it."""
        if isinstance(node, ast.Name):
            found = scope.find(node.id)
            return Variable(found, node.id) if found is self._module else None
        if not isinstance(node, ast.Attribute):
            return None
        receiver = self.receiver(node.value, scope)
        if receiver is None:
            return None
        lineage = self.lineage(receiver.owner)
        if not receiver.is_class and any(
            (one, node.attr) in self._set_on_objects for one in lineage
        ):
            return None
        owner = next((one for one in lineage if node.attr in one.bindings), receiver.owner)
        return Variable(owner, node.attr)

    def receiver(self, node: ast.expr, scope: Scope) -> Receiver | None:
        """The class, or the object of a class, that an expression is."""
        match node:
            case (
                ast.Attribute(value=ast.Name(id=name), attr="__class__")
                | ast.Call(func=ast.Name(id="type"), args=[ast.Name(id=name)], keywords=[])
            ):
                known = self._named(name, scope)
                return known and known._replace(is_class=True)
            case ast.Name(id=name):
                return self._named(name, scope)
        return None

    def _named(self, name: str, scope: Scope) -> Receiver | None:
        found = scope.find(name)
        if found is None:
            return None
        owner = self._classes.get((found, name))
        return self._first.get((found, name)) if owner is None else Receiver(owner, is_class=True)

    def is_receiver(self, scope: Scope, parameter: str) -> bool:
        """Whether a parameter of a method is its object or class."""
        return (scope, parameter) in self._first

    def lineage(self, scope: Scope) -> list[Scope]:
        """A class and the bases that this module defines, nearest first."""
        found = [scope]
        for one in found:
            for base in one.node.bases if isinstance(one.node, ast.ClassDef) else ():
                inherited = self._class(base, one.parent)
                if inherited is not None and inherited not in found and len(found) < _MOST_BASES:
                    found.append(inherited)
        return found

    def _class(self, node: ast.expr, scope: Scope | None) -> Scope | None:
        """The class that an expression names."""
        node = node.value if isinstance(node, ast.Subscript) else node
        if not isinstance(node, ast.Name) or scope is None:
            return None
        home = scope.find(node.id)
        return self._classes.get((home, node.id)) if home is not None else None

    def bases(self, scope: Scope) -> set[str]:
        """The paths of all bases of a class, as far as this module tells."""
        return {
            path
            for one in self.lineage(scope)
            if isinstance(one.node, ast.ClassDef) and one.parent is not None
            for base in one.node.bases
            for path in self._paths(
                base.value if isinstance(base, ast.Subscript) else base, one.parent
            )
        }

    def _meet(self, scope: Scope, method: Function, owner: Scope) -> None:
        """Remember whom the first parameter of a method stands for."""
        decorators = {one.id for one in method.decorator_list if isinstance(one, ast.Name)}
        positional = [*method.args.posonlyargs, *method.args.args]
        if positional and "staticmethod" not in decorators:
            is_class = (
                "classmethod" in decorators
                or method.name in _CLASS_METHODS
                or "builtins.type" in self.bases(owner)
            )
            self._first[scope, positional[0].arg] = Receiver(owner, is_class)
