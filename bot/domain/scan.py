from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.phase import Phase
from bot.domain.severity import Severity
from bot.domain.violation import Violation


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A file that was read in part (degraded) or not at all (skipped), and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class WaiverProblem:
    """A waiver that does nothing, and why: it expired, or there is nothing for it to waive."""

    path: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCount:
    """What one rule found: `count` leaves out the `waived`.

    `unchecked` says why the rule could not be checked, and is empty where it was.
    """

    id: str
    kind: str
    severity: Severity
    count: int
    files: int
    target: int
    waived: int
    unchecked: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationCounts:
    """The counts of one migration, one entry a rule, in the configuration's order."""

    issue: int
    phase: Phase
    rules: tuple[RuleCount, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Wall seconds of the scan, and how many blobs the facts cache did and did not know."""

    seconds: float
    cache_hits: int
    cache_misses: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What one configuration finds in one commit (or working directory).

    `commit` is 40 hex digits, with the suffix `+worktree` for a working directory that differs
    from it. Violations are sorted by migration, path, line, column, rule. `waivers`
    are those that do nothing.
    """

    commit: str
    config_digest: str
    considered: int
    scanned: int
    degraded: tuple[FileProblem, ...]
    skipped: tuple[FileProblem, ...]
    migrations: tuple[MigrationCounts, ...]
    violations: tuple[Violation, ...]
    timing: Timing
    waivers: tuple[WaiverProblem, ...] = ()

    def counts(self) -> Mapping[tuple[int, str], int]:
        """(migration, rule) -> count."""
        return {(m.issue, r.id): r.count for m in self.migrations for r in m.rules}
