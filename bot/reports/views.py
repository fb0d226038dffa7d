"""What the templates of the pull-request report are given: plain values, already in bounds.

Texts are as users wrote them; the templates' escaping makes them safe.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Budget:
    """How much of a report is written out.

    So many migrations, rules of each, places under one heading, and places in all.
    """

    migrations: int
    rules: int
    places: int
    places_in_all: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What was found at one place or at several, and what to write instead.

    `note` is the rule's message, or the waiver. Each is None where it has nothing to say.
    """

    symbol: str | None
    replacement: str | None
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One violation: `name` is path:line. `advice` is None where the group's holds for it.

    `suggestion` are the lines to write in the place of its own, exactly; None where an earlier
    place has the same.
    """

    name: str
    url: str | None
    advice: Advice | None
    suggestion: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Places of one rule under one heading; `advice` holds for all; `left_out` are not shown."""

    rule: str
    heading: str
    advice: Advice | None
    places: Sequence[Place]
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """One line of a migration's table; without `checked` its `head` says nothing."""

    rule: str
    severity: str
    base: int
    head: int
    checked: bool
    limit: int | None
    change: str
    failing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationSection:
    """One migration: its table, the reasons that the table does not show, and its places."""

    title: str
    issue: str
    issue_url: str | None
    phase: str
    blocking: bool
    limited: bool
    rows: Sequence[RuleRow]
    rows_left_out: int
    reasons: Sequence[str]
    groups: Sequence[Group]
    thanks: str | None
    next_phase: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that was not read, or not in full, or the place of a waiver; and why it is listed."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Such files, some of them."""

    shown: Sequence[File]
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A commit or a configuration by its first digits."""

    short: str
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What a report was made from."""

    base: Reference
    merge_base: Reference | None
    head: Reference
    configuration: Reference | None
    version: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One fault of a configuration file, at path:line:column."""

    place: str
    url: str | None
    text: str
    expected: str | None
    hint: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problems:
    """Such faults, some of them."""

    shown: Sequence[Problem]
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that a new configuration changes; `weaker` where the gate would ask for less."""

    text: str
    weaker: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow:
    """What one rule finds at the head under two configurations; a dash where it is in one only."""

    rule: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationSection:
    """What a pull request would change in the gate: exactly one of the three ways is filled.

    `problems` where the new configuration is invalid; `removed`; else `differences`, `counts` and
    what the gate would then say in `verdict`.
    """

    problems: Problems | None = None
    removed: bool = False
    differences: Sequence[Difference] = ()
    differences_left_out: int = 0
    counts: Sequence[CountRow] = ()
    verdict: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRow:
    """What one rule finds at one commit."""

    rule: str
    severity: str
    count: int
    files: int
    target: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSection:
    """What one migration finds at one commit."""

    title: str
    issue: str
    phase: str
    rows: Sequence[FoundRow]
    rows_left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """A whole report on one comparison."""

    glyph: str
    headline: str
    migrations: Sequence[MigrationSection]
    migrations_left_out: int
    skipped: Files
    degraded: Files
    waivers: Files
    configuration: ConfigurationSection | None
    command: str
    check_name: str
    stamp: Stamp
