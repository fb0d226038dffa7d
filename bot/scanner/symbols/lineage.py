"""Classes, what they inherit from, and the methods that they have."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final, NamedTuple

from bot.scanner.symbols.facts import Alias, Binding, Class, Deleted, Function, Made, Meaning
from bot.scanner.symbols.table import Origin, Table

_MOST_ANCESTORS: Final = 200
# Bases that have no methods of their own which anybody would look for.
_BARE: Final = {
    "builtins.object",
    "abc.ABC",
    *(f"{module}.{name}" for module in ("typing", "typing_extensions") for name in ("Generic",)),
    *(f"{module}.{name}" for module in ("typing", "typing_extensions") for name in ("Protocol",)),
}
_PROPERTIES: Final = {"property", "cached_property", "abstractproperty"}
_ACCESSORS: Final = {"setter", "deleter", "getter"}
_ABSTRACT: Final = {
    *("abstractmethod", "abstractproperty", "abstractclassmethod", "abstractstaticmethod")
}


class Method(NamedTuple):
    """What a class has under a name: the class that it comes from, and the place there.

    `kind` is one of: method, staticmethod, classmethod, property; empty where that is not known.
    `function` is None where its parameters are not known.
    """

    owner: Origin
    binding: Binding
    kind: str
    function: Function | None
    abstract: bool


class Lineage:
    """A class with all it inherits from, as far as that is in the repository.

    `unresolved` are the bases that are not, by their names.
    """

    def __init__(self, table: Table, origin: Origin) -> None:
        self._table = table
        self.origin = origin
        self.unresolved: list[str] = []
        self._bases: dict[Origin, list[Origin]] = {}

    @cached_property
    def classes(self) -> Sequence[Origin]:
        """The class and its bases, in the order in which Python looks for attributes (C3)."""
        self._explore()
        order = self._linear(self.origin, ())
        return order if order is not None else list(self._bases)

    def method(self, name: str) -> Method | None:
        """What the class has under a name; None if no class of the repository gives it any."""
        for owner in self.classes:
            found = self._own(owner, name)
            if found is not None:
                return found
        return None

    def methods(self) -> Iterator[str]:
        """The names of all public methods and properties."""
        seen = set()
        for owner in self.classes:
            for one in _class(owner).members:
                if one.name not in seen and not one.name.startswith("_"):
                    seen.add(one.name)
                    if isinstance(one.what, Function):
                        yield one.name

    @property
    def is_open(self) -> bool:
        """Whether a class has attributes that nobody can see."""
        return any(
            one.name in {"__getattr__", "__getattribute__"}
            for owner in self.classes
            for one in _class(owner).members
        )

    def _explore(self) -> None:
        pending = [self.origin]
        while pending:
            one = pending.pop()
            if one in self._bases or len(self._bases) >= _MOST_ANCESTORS:
                continue
            self._bases[one] = list(self._bases_of(one))
            pending.extend(self._bases[one])

    def _bases_of(self, origin: Origin) -> Iterator[Origin]:
        order = self._table.placed(origin.path, origin.name, origin.binding)
        for written in _class(origin).bases:
            if written.startswith("="):
                self._note(written[1:])
                continue
            for found in self._table.name_at(origin.path, written, order):
                if found.kind == "class":
                    yield found._replace(hops=())
                elif found.kind != "outside" or found.module not in _BARE:
                    self._note(found.module if found.kind == "outside" else written)

    def _note(self, base: str) -> None:
        if base not in self.unresolved:
            self.unresolved.append(base)

    def _linear(self, origin: Origin, below: tuple[Origin, ...]) -> list[Origin] | None:
        """The classes in C3's order; None where there is none."""
        bases = self._bases.get(origin, [])
        if origin in below or len(below) > _MOST_ANCESTORS:
            return None
        rows = [self._linear(one, (*below, origin)) for one in bases]
        sequences = [list(row) for row in rows if row is not None]
        if len(sequences) < len(bases):
            return None
        return _merged([origin], [*sequences, list(bases)])

    def _own(self, owner: Origin, name: str) -> Method | None:
        """What a class itself gives under a name."""
        statement = _class(owner)
        of_name = [one for one in statement.members if one.name == name]
        if of_name and isinstance(of_name[-1].what, Deleted) and not of_name[-1].conditional:
            of_name = []
        bound = [one for one in of_name if not isinstance(one.what, Deleted)]
        plain = [one for one in bound if not _is_aside(one)]
        if bound:
            return self._described(owner, (plain or bound)[-1])
        if name in statement.attributes:
            assert owner.binding is not None
            return Method(owner, owner.binding, "", None, abstract=False)
        return None

    def _described(self, owner: Origin, binding: Binding) -> Method:
        what: Meaning | None = binding.what
        if isinstance(what, Alias):
            what = self._aliased(owner, what.path, binding)
        if isinstance(what, Made):
            kind = what.by.rpartition(".")[2]
            known = kind in {"staticmethod", "classmethod", "property"}
            return Method(owner, binding, kind if known else "", None, abstract=False)
        if not isinstance(what, Function):
            return Method(owner, binding, "", None, abstract=False)
        last = {one.rpartition(".")[2] for one in what.decorators}
        kind = "method"
        for name in ("staticmethod", "classmethod"):
            kind = name if {name, f"abstract{name}"} & last else kind
        kind = "property" if last & (_PROPERTIES | _ACCESSORS) else kind
        function = None if "overload" in last else what
        return Method(owner, binding, kind, function, abstract=bool(last & _ABSTRACT))

    def _aliased(self, owner: Origin, path: str, binding: Binding) -> Meaning | None:
        """The function that another name of a class body, or of its module, stands for."""
        for one in reversed(_class(owner).members):
            before = (one.line, one.column) < (binding.line, binding.column)
            if one.name == path and before and not isinstance(one.what, Alias):
                return one.what
        order = self._table.placed(owner.path, owner.name, owner.binding)
        found = self._table.name_at(owner.path, path, order)
        functions = [one.binding.what for one in found if one.kind == "function" and one.binding]
        return functions[0] if len(functions) == 1 else None


def _class(origin: Origin) -> Class:
    assert origin.binding is not None
    assert isinstance(origin.binding.what, Class)
    return origin.binding.what


def _is_aside(binding: Binding) -> bool:
    """Whether a binding only says more about another one: overloads, accessors of a property."""
    what = binding.what
    last = {one.rpartition(".")[2] for one in getattr(what, "decorators", ())}
    return isinstance(what, Function) and bool(last & {"overload", *_ACCESSORS})


def _merged(start: list[Origin], sequences: list[list[Origin]]) -> list[Origin] | None:
    """C3's merge of linearisations (docs.python.org/3/howto/mro.html)."""
    found = start
    while sequences := [one for one in sequences if one]:
        for sequence in sequences:
            head = sequence[0]
            if not any(head in other[1:] for other in sequences):
                break
        else:
            return None
        found.append(head)
        sequences = [[one for one in sequence if one != head] for sequence in sequences]
    return found
