"""Two commits under one configuration, as a tree that explains itself.

Each level carries its outcome and its reasons: the comparison, its migrations, their rules.
"""

from dataclasses import dataclass

from bot.domain.phase import Phase
from bot.domain.scan import FileProblem, WaiverProblem
from bot.domain.verdict import Outcome, Reason
from bot.domain.violation import Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDelta:
    """One rule at both ends; waived violations are in none of the counts.

    `base` and `head` are the counts at the merge base and at the head; `added` and `removed` say
    how the one became the other. `limit` is the highest count that the gate accepts at the head,
    None where it accepts any. `met` says that the count is at the rule's target. `unchecked` says
    why the rule could not be checked at the head, and is empty where it was.
    """

    id: str
    base: int
    head: int
    limit: int | None
    met: bool
    added: int = 0
    removed: int = 0
    unchecked: str = ""
    outcome: Outcome = Outcome.PASS
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationComparison:
    """The ratchet's answer for one migration.

    `added` and `removed` are the violations of one end alone, waived ones included; `kept` is how
    many are at both ends. `waived` were counted at the base, or were not there, and are waived at
    the head; `unwaived` the other way round, where they are at both ends. `unchecked` are
    violations of the base whose file could not be read at the head. `next_phase` is the phase
    that the migration is ready for.
    """

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
    waived: tuple[Violation, ...] = ()
    unwaived: tuple[Violation, ...] = ()
    unchecked: tuple[Violation, ...] = ()
    next_phase: Phase | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two commits under one configuration; `verdict` is the worst of the migrations'.

    `skipped` and `degraded` are the files that could not be read, or not in full, at the head
    and could be at the merge base, or were not there. `waivers` are those that do nothing at the
    head, and did something at the merge base, or were not there.
    """

    base: str
    head: str
    merge_base: str
    config_digest: str
    migrations: tuple[MigrationComparison, ...]
    verdict: Outcome
    skipped: tuple[FileProblem, ...] = ()
    degraded: tuple[FileProblem, ...] = ()
    waivers: tuple[WaiverProblem, ...] = ()
