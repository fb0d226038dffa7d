"""What one set of rules found in one tree: the state that the next scan starts from."""

from itertools import chain
from typing import Any

import msgspec

from bot.scanner.facts import Problem, WaiverComment


class Finding(msgspec.Struct, frozen=True, array_like=True):
    """One place in a file that breaks a rule; `message` is the kind's own text."""

    line: int
    column: int
    symbol: str
    message: str
    context: str = "module"
    via: str = "import"
    replacement: str | None = None
    details: dict[str, Any] = {}

    @property
    def place(self) -> tuple[int, int]:
        """Line and column, to sort by."""
        return self.line, self.column


class FileResult(msgspec.Struct, frozen=True, array_like=True):
    """What there is to say of one file; `findings` are by the position of their rule.

    So are the `notes` (msgpack) that rules about the whole repository took of it.
    """

    problem: Problem | None
    findings: tuple[tuple[int, Finding], ...]
    waivers: tuple[WaiverComment, ...] = ()
    notes: tuple[tuple[int, bytes], ...] = ()


class Conclusion(msgspec.Struct, frozen=True, array_like=True):
    """A finding or a problem of the rule at a position, at some path; one of them is there."""

    rule: int
    finding: Finding | None = None
    problem: Problem | None = None


class Snapshot(msgspec.Struct, frozen=True, array_like=True):
    """The files of a tree that have a result, by path, and how many were considered in all.

    `conclusions` are what rules about the whole repository say, by path too; an empty one stands
    for the place where the rule is configured.
    """

    considered: int
    results: dict[str, FileResult]
    conclusions: dict[str, tuple[Conclusion, ...]] = {}

    @property
    def lasting(self) -> bool:
        """Whether it would be the same the next time."""
        of_files = (one.problem for one in self.results.values())
        of_rules = (one.problem for several in self.conclusions.values() for one in several)
        return all(one is None or one.lasting for one in chain(of_files, of_rules))
