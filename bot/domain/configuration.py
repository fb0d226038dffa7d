"""The configuration as values, after `config` has read and validated canon.yml.

Everything downstream (scanner, decide, reports) sees these values only, never YAML or pydantic.
They survive a round trip through msgspec, so that a warm run need not load the YAML at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.domain.decision import DecisionMatrix
from bot.domain.phase import Phase
from bot.domain.plan import Risk, Step, SuccessCriterion
from bot.domain.probe import CoverageGoal, Probe
from bot.domain.severity import Severity
from bot.domain.suite import Category


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one scan: bytes of one file, number of files, seconds in all."""

    file_size: int = 1024 * 1024
    files: int = 200_000
    time: float = 300.0


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a configuration file; line and column are 1-based."""

    path: str
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """From the day after `until` (ISO date) on, the rule's count may be `at_most` at the most."""

    until: str
    at_most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of a migration.

    `parameters` is an instance of the parameter class that the module of this kind defines in
    `bot.scanner.rules`; only that module looks inside.
    """

    id: str
    kind: str
    parameters: Any
    severity: Severity = Severity.P2
    message: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    target: int = 0
    targets: Mapping[Phase, int] = field(default_factory=dict)
    milestones: tuple[Milestone, ...] = ()
    place: Place | None = None

    def target_in(self, phase: Phase) -> int | None:
        """The count this rule must not exceed in `phase`; None where only the ratchet holds."""
        if phase in self.targets:
            return self.targets[phase]
        return self.target if phase in {Phase.VALIDATE, Phase.DONE} else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What is at stake, as stated by people; reports always mark it as stated."""

    summary: str | None = None
    value_at_risk: str | None = None
    segments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One migration, known by the number of its tracked issue.

    `blocking` False: it is reported only and never fails the check. `rollback` holds the steps of
    the way back, in order.
    """

    issue: int
    title: str
    phase: Phase
    rules: tuple[Rule, ...]
    owners: tuple[str, ...] = ()
    blocking: bool = True
    impact: Impact | None = None
    tests: tuple[Category, ...] = ()
    probes: tuple[Probe, ...] = ()
    coverage: tuple[CoverageGoal, ...] = ()
    decision: DecisionMatrix | None = None
    plan: tuple[Step, ...] = ()
    risks: tuple[Risk, ...] = ()
    rollback: tuple[str, ...] = ()
    success: tuple[SuccessCriterion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """All of a repository's configuration at one commit.

    `digest` is the SHA-256 (hex) of the configuration files' paths and bytes; every report names
    it. `roots`, `include` and `exclude` are globs as written.
    """

    digest: str
    migrations: tuple[Migration, ...]
    roots: tuple[str, ...] = (".", "src")
    include: tuple[str, ...] = ("**/*.py", "**/*.pyi")
    exclude: tuple[str, ...] = ()
    limits: Limits = Limits()
    sources: tuple[str, ...] = ()
