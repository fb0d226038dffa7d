"""What was seen of one migration, from the scan to the probes: what measures are taken from.

Whatever could not be had is `Unmeasured`, with the reason that reports will give.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.domain.measurement import Link, Unmeasured
from bot.domain.scan import Scan
from bot.domain.testing import CategoryResult


@dataclass(frozen=True, slots=True)
class RecordedCount:
    """A rule's count at a commit on some day; waived violations are not in it."""

    count: int
    commit: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TestRuns:
    """The results of the categories that were run on one commit; `link` leads to their details."""

    __test__ = False  # pytest would take the name for that of a test

    commit: str
    results: tuple[CategoryResult, ...]
    link: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeHistory:
    """How often a probe was asked in a time, and how often it was up; days are UTC."""

    asked: int
    up: int
    since: date
    until: date
    link: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesCovered:
    """How many of the lines that count are covered, as a coverage file of a commit says.

    `caveats` are what the file leaves out.
    """

    covered: int
    lines: int
    commit: str
    link: Link | None = None
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixable:
    """How many of the violations at a commit a codemod can fix."""

    fixable: int
    violations: int
    commit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Observations:
    """All that is known of one migration at one time.

    `first` holds each rule's first recorded count, by the rule's id; `probes` and `coverage` are
    by name. `stated_done` says of steps of the plan, by title, whether people call them done.
    """

    scan: Scan | Unmeasured
    tests: TestRuns | Unmeasured
    codemods: Fixable | Unmeasured
    first: Mapping[str, RecordedCount] = field(default_factory=dict)
    probes: Mapping[str, ProbeHistory | Unmeasured] = field(default_factory=dict)
    coverage: Mapping[str, LinesCovered | Unmeasured] = field(default_factory=dict)
    stated_done: Mapping[str, bool] = field(default_factory=dict)
