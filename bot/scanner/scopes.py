"""The scopes of a Python module, and what its names stand for; nothing is imported or run.

Names are resolved by the rules of the language (Language Reference, "Naming and binding"), not by
the flow of control: a name that is bound more than once stands for each of its bindings.
"""

import ast
import builtins
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

from bot.scanner.matches import LOCAL, OWN
from bot.scanner.nodes import unfolded

# Hostile modules bind one name thousands of times.
_MOST_BINDINGS: Final = 16
_MOST_FOLLOWED: Final = 64
_MOST_PATHS: Final = 16
_BUILTINS: Final = frozenset(dir(builtins))
_OWN: Final = {"module": OWN, "class": OWN}


class Imported(NamedTuple):
    """What an import binds a name to: a dotted path, with leading dots where it is relative."""

    path: str


# What a name stands for: something imported, another name, or a text; None for anything else.
Binding = Imported | ast.Name | ast.Attribute | ast.Constant | None


class Scope:
    """A module, class or function body, or a comprehension; `name` is its dotted name.

    `bindings` hold what each name that is bound here stands for, as far as that is known;
    `variables` the names that loops and the like bind to one thing after another; `elsewhere` the
    names that are declared "global" or "nonlocal".
    """

    __slots__ = ("bindings", "elsewhere", "kind", "name", "node", "parent", "variables")

    def __init__(self, kind: str, parent: "Scope | None", node: ast.AST, name: str) -> None:
        self.kind = kind
        self.parent = parent
        self.node = node
        self.name = name
        self.bindings: dict[str, list[Binding]] = {}
        self.elsewhere: dict[str, str] = {}
        self.variables: set[str] = set()

    def bind(self, name: str, binding: Binding) -> None:
        """Remember a binding where it takes effect."""
        scope = self
        declared = scope.elsewhere.get(name)
        if declared == "global":
            scope = self.module
        elif declared == "nonlocal":
            scope = self._enclosing(name) or self
        known = scope.bindings.setdefault(name, [])
        if len(known) < _MOST_BINDINGS and (binding is not None or None not in known):
            known.append(binding)

    @property
    def module(self) -> "Scope":
        """The scope of the whole module."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    @property
    def function(self) -> "Scope | None":
        """The innermost function that this scope is, or is inside of."""
        scope: Scope | None = self
        while scope is not None and scope.kind != "function":
            scope = scope.parent
        return scope

    def find(self, name: str) -> "Scope | None":
        """The scope in which a name that is used here is bound; None for one that is not."""
        declared = self.elsewhere.get(name)
        if declared == "global":
            return self.module if name in self.module.bindings else None
        if name in self.bindings and declared is None:
            return self
        return self._enclosing(name)

    def _enclosing(self, name: str) -> "Scope | None":
        scope = self.parent
        while scope is not None:
            if scope.elsewhere.get(name) == "global":
                scope = scope.module
            if scope.kind != "class" and name in scope.bindings:
                return scope
            scope = scope.parent
        return None


class Block(NamedTuple):
    """What is around a piece of code: its scope, and its context (see `Import`)."""

    scope: Scope
    context: str

    def within(self, context: str) -> "Block":
        """The same scope in another context."""
        return self._replace(context=context)


class Resolver:
    """Follows the names of one module to what they stand for; `stars` are its star imports."""

    def __init__(self, stars: Sequence[str]) -> None:
        self._stars = stars

    def paths(self, node: ast.expr, scope: Scope) -> Sequence[str]:
        """All dotted paths that a name, or attributes of one, may stand for.

        Absolute, relative (with leading dots), `:path` for what this module binds at its top, and
        `?name.path` for what a function binds; a root without a name is `?`.
        """
        followed: set[tuple[Scope, str]] = set()
        return tuple(islice(dict.fromkeys(self._paths(node, scope, followed)), _MOST_PATHS))

    def _paths(
        self, node: ast.expr, scope: Scope, followed: set[tuple[Scope, str]]
    ) -> Iterator[str]:
        root, attributes = unfolded(node)
        rest = "".join(f".{name}" for name in attributes)
        if isinstance(root, ast.Name):
            for path in self._roots(root.id, scope, followed):
                yield join(path, rest)
        else:
            yield LOCAL + rest

    def _roots(self, name: str, scope: Scope, followed: set[tuple[Scope, str]]) -> Iterator[str]:
        found = scope.find(name)
        if found is None:
            yield from self._unbound(name)
            return
        if (found, name) in followed or len(followed) == _MOST_FOLLOWED:
            return
        followed.add((found, name))
        bindings = found.bindings[name]
        if not all(isinstance(binding, Imported) for binding in bindings):
            own = f"{found.name}.{name}" if found.kind == "class" else name
            yield _OWN.get(found.kind, LOCAL) + own
        for binding in bindings:
            if isinstance(binding, Imported):
                yield binding.path
            elif isinstance(binding, ast.Name | ast.Attribute):
                yield from self._paths(binding, found, followed)

    def _unbound(self, name: str) -> Iterator[str]:
        yield name
        if name in _BUILTINS:
            yield f"builtins.{name}"
        yield from (join(star, f".{name}") for star in self._stars)


def join(module: str, rest: str) -> str:
    """`rest` begins with a dot, which what is all dots has already."""
    return module + (rest[1:] if module.endswith(".") else rest)
