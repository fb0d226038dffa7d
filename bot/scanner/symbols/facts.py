"""What one module defines and asks of others, whatever its path.

The outline is what a lexer tells: enough for most questions about names, and cheap enough to be had
of every file. The symbols are what a parser tells, of the modules where more must be known.
"""

from enum import IntEnum

import msgspec


class Outline(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A module at a glance.

    `names` are some that it certainly binds; it may bind others. `asks` are its imports: module as
    written -> names, where an empty one stands for the module itself. `gives` are attributes that
    it may set on modules that it imports, as written: `a.b`, or `a.*` for any. `unread` says that
    nothing is certain of the names.
    """

    names: tuple[str, ...] = ()
    asks: dict[str, tuple[str, ...]] = {}
    gives: tuple[str, ...] = ()
    unread: bool = False


class Ask(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One imported name, placed and named as in `Import`; `excused` if its failure is foreseen."""

    line: int
    column: int
    module: str
    name: str | None
    context: str
    excused: bool


class ParameterKind(IntEnum):
    """The same as `inspect.Parameter.kind`, which takes long to import."""

    POSITIONAL_ONLY = 0
    POSITIONAL_OR_KEYWORD = 1
    VAR_POSITIONAL = 2
    KEYWORD_ONLY = 3
    VAR_KEYWORD = 4


class Parameter(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A parameter as it is written."""

    name: str
    kind: ParameterKind
    default: str | None = None
    annotation: str | None = None


class Function(msgspec.Struct, frozen=True, array_like=True, tag="function", gc=False):
    """A function, or a lambda.

    `manner` says what a call of it gives: "" for a result, "async" for a coroutine, "async
    generator" for that. `decorators` are dotted names, those of functions that make them if they
    are called.
    """

    parameters: tuple[Parameter, ...]
    returns: str | None
    manner: str
    decorators: tuple[str, ...]


class Class(msgspec.Struct, frozen=True, array_like=True, tag="class"):
    """A class statement, or a call that makes a class, which is then in `made`.

    `bases` are dotted names; whatever else stands there is code after a `=`. `attributes` are set
    on objects by the methods of the class.
    """

    bases: tuple[str, ...]
    members: tuple["Binding", ...]
    attributes: tuple[str, ...] = ()
    decorators: tuple[str, ...] = ()
    made: str = ""


class Imported(msgspec.Struct, frozen=True, array_like=True, tag="imported", gc=False):
    """An imported module (without a name), or a name of one; `module` has its leading dots.

    `loads` is the module that is loaded then, where it is not `module` itself: `import a.b` binds
    `a`.
    """

    module: str
    name: str | None
    loads: str = ""


class Alias(msgspec.Struct, frozen=True, array_like=True, tag="alias", gc=False):
    """Another name for something: a dotted name of the same scope."""

    path: str


class Made(msgspec.Struct, frozen=True, array_like=True, tag="made", gc=False):
    """What a call returns; `by` is the function as it is written."""

    by: str


class Value(msgspec.Struct, frozen=True, array_like=True, tag="value", gc=False):
    """Anything else."""


class Declared(msgspec.Struct, frozen=True, array_like=True, tag="declared", gc=False):
    """An annotation without a value: bound in a stub, not in a module."""


class Deleted(msgspec.Struct, frozen=True, array_like=True, tag="deleted", gc=False):
    """A `del`."""


Meaning = Function | Class | Imported | Alias | Made | Value | Declared | Deleted


class Binding(msgspec.Struct, frozen=True, array_like=True):
    """One thing that a name stands for, with the place of the name or of its definition.

    One that is not `conditional` takes the place of those before. A star import has the name `*`.
    """

    name: str
    line: int
    column: int
    what: Meaning
    conditional: bool = False


class Symbols(msgspec.Struct, frozen=True, array_like=True):
    """A module in full. Bindings are in the order in which they are executed.

    `inner` are the classes inside functions, by their dotted name. `exports` is what `__all__`
    lists, and `exports_of` the modules whose `__all__` it takes over, None if there is none; it is
    `vague` where more may be in it. `opened` says what may give the module names that nobody can
    see; one that `splits` may have submodules elsewhere, and those that it `registers` are loaded
    without a file. With a `problem` nothing of this is known.
    """

    bindings: tuple[Binding, ...] = ()
    inner: tuple[Binding, ...] = ()
    exports: tuple[str, ...] | None = None
    exports_of: tuple[str, ...] = ()
    vague: bool = False
    opened: str = ""
    splits: bool = False
    registers: tuple[str, ...] = ()
    asks: tuple[Ask, ...] = ()
    problem: str = ""
