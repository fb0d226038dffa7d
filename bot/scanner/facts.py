"""What is known of one blob, whatever its path and whatever the rules: the values that are cached.

msgspec structs and not dataclasses, because thousands of them are read back in one run.
"""

from enum import IntEnum
from typing import Final

import msgspec

from bot.scanner.matches import Found

EXTRACTOR: Final = 5  # goes up whenever the same blob would give other facts
STAR: Final = "*"
UNKNOWN: Final = ""  # the context of an import before a parser has seen it


class Import(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One imported name: `import a.b` is ("a.b", None), `from .a import b` is (".a", "b").

    `module` has its leading dots; `name` is `*` for a star import. Line and column, 1-based and in
    characters, are those of the name itself (of the module in `import a.b`). `context` is the
    innermost of: module, function, class, try, type_checking.
    """

    line: int
    column: int
    module: str
    name: str | None
    context: str = "module"

    @property
    def dotted(self) -> str:
        """The imported thing as one dotted path, still with its leading dots."""
        if self.name is None:
            return self.module
        return self.module + ("" if self.module.endswith(".") else ".") + self.name


class Definition(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A class or function statement, placed at its `class`, `def` or `async`.

    `within` is the dotted name of the definitions around it, innermost last; `method` says that the
    next one around is a class.
    """

    line: int
    column: int
    name: str
    is_class: bool
    within: str
    method: bool
    context: str


class StringTarget(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A string constant that a function like `importlib.import_module` or `patch` takes as target.

    `package` is the second argument of `import_module` where that is a constant too.
    """

    line: int
    column: int
    text: str
    package: str | None
    context: str


class Syntax(msgspec.Struct, frozen=True, array_like=True):
    """What only a parser knows."""

    definitions: tuple[Definition, ...]
    targets: tuple[StringTarget, ...]


class Problem(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Why a blob was not read (skipped) or not read in full (degraded).

    One that is not `lasting` may be gone the next time, and is not remembered.
    """

    reason: str
    skipped: bool = False
    lasting: bool = True


class WaiverComment(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A waiver as written; the 1-based lines are its own and the one that it covers besides.

    `until` is an ISO date. `fault` says what is wrong with its form, empty if nothing; the other
    fields then hold what could be read. `python` says that Python takes it for a comment; else it
    stands after a comment sign of another language.
    """

    line: int
    covers: int
    rules: tuple[str, ...]
    until: str
    by: str
    reason: str
    fault: str
    python: bool


class Depth(IntEnum):
    """How much is known of a blob; each includes the ones before."""

    NOTHING = 0
    LINES = 1
    IMPORTS = 2  # contexts only of those that are not indented
    SYNTAX = 3


class Facts(msgspec.Struct, frozen=True, array_like=True):
    """One blob, as far as `depth` goes.

    `lines` is None for what is no text, `syntax` where the parser refused or was not asked.
    """

    depth: Depth
    lines: int | None
    imports: tuple[Import, ...] = ()
    syntax: Syntax | None = None
    problem: Problem | None = None
    waivers: tuple[WaiverComment, ...] = ()


class Trouble(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What kept the probe at a position from finding all that there is."""

    probe: int
    problem: Problem


class Examined(msgspec.Struct, frozen=True, array_like=True):
    """What one blob has to say to one query.

    `hits` are the positions of the probes that may hit. `depth` is how much must be known of the
    blob to tell, by its text alone; `facts` holds that, and what else was wanted, unless the caller
    knew. `asked` are the finding probes that were asked (a bit each, little-endian), `found` and
    `troubles` their answers. A `foreign` blob was not read as Python; one that was not read at all
    has `missed`.
    """

    hits: tuple[int, ...] = ()
    depth: Depth = Depth.NOTHING
    problem: Problem | None = None
    facts: Facts | None = None
    asked: bytes = b""
    found: tuple[Found, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    foreign: bool = False
    missed: Problem | None = None

    @property
    def lasting(self) -> bool:
        """Whether it would be the same the next time."""
        return self.problem is None or self.problem.lasting
