"""What probes find by themselves in one blob, whatever its path.

Paths of names are absolute, relative (with leading dots), or begin with `OWN` or `LOCAL`; what they
mean in a file is told by `bot.scanner.paths`.
"""

from typing import Final

import msgspec

OWN: Final = ":"  # before a path: something that the module itself binds at its top
LOCAL: Final = "?"  # before a path: something that a function binds, or that has no name
CONSTANT: Final = "="  # instead of a path: before a constant
HERE: Final = "#"  # instead of a path: before code


class Reference(msgspec.Struct, frozen=True, array_like=True, tag="reference", gc=False):
    """A use of a name, placed at the name itself.

    `written` is the name with what stands before its last dot, `within` the dotted name of the
    definitions around it, `via` one of: call, attribute, name.
    """

    line: int
    column: int
    written: str
    paths: tuple[str, ...]
    within: str
    context: str
    via: str


class Emission(msgspec.Struct, frozen=True, array_like=True, tag="emission", gc=False):
    """A call that is given the name of an event, placed at that text."""

    line: int
    column: int
    event: str
    emitter: tuple[str, ...]
    context: str


class Registration(msgspec.Struct, frozen=True, array_like=True, tag="registration", gc=False):
    """A call that binds a key to a handler, placed at the key.

    The key, and each other argument after its keyword, is given by the paths that it may stand for;
    or by `CONSTANT` and how it is written; or by `HERE` and code that means something in this file
    only. What is decorated stands for all other arguments. `text` is the key for people.
    """

    line: int
    column: int
    text: str
    key: tuple[str, ...]
    handler: tuple[tuple[str, ...], ...]
    register: tuple[str, ...]
    context: str


class State(msgspec.Struct, frozen=True, array_like=True, tag="state", gc=False):
    """State that all users of a module share; `changed` are the lines on which that happens."""

    line: int
    column: int
    construct: str
    name: str
    context: str
    changed: tuple[int, ...]
    detail: str = ""


class Span(msgspec.Struct, frozen=True, array_like=True, tag="span", gc=False):
    """A piece of text that matches, shortened where it is long."""

    line: int
    column: int
    text: str


class Encoded(msgspec.Struct, frozen=True, array_like=True, tag="encoded", gc=False):
    """What only those who asked for it can read, as msgpack."""

    data: bytes


Match = Reference | Emission | Registration | State | Span | Encoded


class Found(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A match, and the position of the probe that found it."""

    probe: int
    match: Match
