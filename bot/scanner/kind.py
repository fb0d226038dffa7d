from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A finding that an example must give: the path, 1-based line and column, and the symbol."""

    path: str
    line: int
    column: int
    symbol: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A small tree of files, and what the rule says of it: nothing, for a good example."""

    title: str
    parameters: Any
    files: Mapping[str, str]
    finds: tuple[Expected, ...] = ()
    roots: tuple[str, ...] = (".", "src")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of rule: its name in canon.yml, what one violation of it is, and its parameters.

    `scope` says what a finding depends on: one file alone, or the whole repository.
    """

    name: str
    summary: str
    parameters: type
    scope: Literal["file", "repository"] = "file"
    examples: tuple[Example, ...] = field(default=())
