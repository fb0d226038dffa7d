from dataclasses import dataclass

from bot.domain.phase import Phase
from bot.domain.verdict import Outcome, Reason
from bot.domain.violation import Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDelta:
    """One rule at both ends. `limit` is the highest count the gate accepts at the head."""

    id: str
    base: int
    head: int
    limit: int | None
    met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationComparison:
    """The ratchet's answer for one migration."""

    issue: int
    title: str
    phase: Phase
    blocking: bool
    added: tuple[Violation, ...]
    removed: tuple[Violation, ...]
    kept: int
    rules: tuple[RuleDelta, ...]
    verdict: Outcome
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two commits under one configuration; `verdict` is the worst of the migrations'."""

    base: str
    head: str
    merge_base: str
    config_digest: str
    migrations: tuple[MigrationComparison, ...]
    verdict: Outcome
