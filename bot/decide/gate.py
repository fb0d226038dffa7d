"""What the gate says of one rule, and of one migration, in its phase.

| phase | asks of every rule |
|---|---|
| detect | nothing: what was added is reported |
| migrate | nothing added, and no more than `targets.migrate` where that is given |
| validate, done | no more than its target |

From the day after a milestone on, its count is asked for too (except in detect). Waived
violations do not count. A rule that could not be checked is never met; one that could not be
checked at the merge base cannot have added anything.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from bot.decide.difference import Difference
from bot.domain.comparison import RuleDelta
from bot.domain.configuration import Migration, Rule
from bot.domain.phase import Phase
from bot.domain.verdict import Outcome, Reason
from bot.domain.violation import Violation

_REPORTED_ONLY = "reported only, because the migration is set to `blocking: false`"


class _Bound(NamedTuple):
    at_most: int
    name: str


class _Finding(NamedTuple):
    outcome: Outcome
    text: str


def judge(rule: Rule, migration: Migration, difference: Difference, *, today: date) -> RuleDelta:
    """One rule's counts, and what they mean in the migration's phase."""
    phase = migration.phase
    bounds = tuple(_bounds(rule, phase, difference, today))
    findings = tuple(_findings(phase, difference, bounds))
    outcome = Outcome.worst([finding.outcome for finding in findings])
    if outcome is Outcome.FAIL and not migration.blocking:
        outcome = Outcome.NEUTRAL
    return RuleDelta(
        id=rule.id,
        base=difference.base,
        head=difference.head,
        limit=min((bound.at_most for bound in bounds), default=None),
        met=not difference.fault and difference.head <= final_target(rule, phase),
        added=0 if difference.base_fault else _counted(difference.added),
        removed=_counted(difference.removed),
        unchecked=difference.fault,
        outcome=outcome,
        reasons=tuple(
            Reason(rule=rule.id, text=f"{rule.id}: {finding.text}") for finding in findings
        ),
    )


def explain(migration: Migration, rules: Sequence[RuleDelta]) -> tuple[Reason, ...]:
    """Why a migration's verdict is what it is: its rules' reasons, or why there are none."""
    reasons = tuple(reason for rule in rules for reason in rule.reasons)
    if not reasons:
        return (Reason(text=_all_well(rules)),)
    return reasons if migration.blocking else (*reasons, Reason(text=_REPORTED_ONLY))


def next_phase(phase: Phase, rules: Sequence[RuleDelta]) -> Phase | None:
    """The phase that a migration is ready for by its violations; None where it is not ready.

    Detection has done its work when every rule found something; each later phase when every rule
    is at its target.
    """
    ready = all(rule.head > 0 if phase is Phase.DETECT else rule.met for rule in rules)
    return phase.next if rules and ready else None


def _bounds(rule: Rule, phase: Phase, difference: Difference, today: date) -> Iterator[_Bound]:
    if phase is Phase.DETECT:
        return
    if phase is Phase.MIGRATE and not difference.base_fault:
        yield _Bound(difference.base, "count at the merge base")
    target = rule.target_in(phase)
    if target is not None:
        yield _Bound(target, f"target for {phase}")
    for milestone in rule.milestones:
        if date.fromisoformat(milestone.until) < today:
            yield _Bound(milestone.at_most, f"milestone of {milestone.until}")


def _findings(phase: Phase, difference: Difference, bounds: Sequence[_Bound]) -> Iterator[_Finding]:
    if difference.fault:
        outcome = Outcome.NEUTRAL if phase is Phase.DETECT else Outcome.ERROR
        yield _Finding(outcome, f"could not be checked: {difference.fault}")
        return
    added, unwaived = _counted(difference.added), len(difference.unwaived)
    if difference.base_fault:
        text = f"could not be checked at the merge base: {difference.base_fault}"
        yield _Finding(Outcome.NEUTRAL, text)
        added = 0
    now = difference.head
    if phase is Phase.DETECT:
        if added or unwaived:
            text = f"{added + unwaived} added (before {difference.base}, now {now})"
            yield _Finding(Outcome.NEUTRAL, f"{text}; detect only reports")
        return
    if not bounds:
        return
    tightest = min(bounds, key=lambda bound: bound.at_most)
    over = now - tightest.at_most
    numbers = f"(limit {tightest.at_most}, now {now})"
    none_may_be_added = phase is Phase.MIGRATE or over > 0
    if added and none_may_be_added:
        yield _Finding(Outcome.FAIL, f"{added} added {numbers}")
    if unwaived and none_may_be_added:
        yield _Finding(Outcome.FAIL, f"{unwaived} no longer waived {numbers}")
    if over > 0 and (difference.base_fault or tightest.at_most < difference.base):
        yield _Finding(Outcome.FAIL, f"{over} over the {tightest.name} {numbers}")
    if difference.unchecked:
        yield _Finding(Outcome.ERROR, _unchecked(difference.unchecked))


def _unchecked(violations: Sequence[Violation]) -> str:
    paths = sorted({violation.path for violation in violations})
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return (
        f"{len(violations)} could not be checked, because the file is skipped at the head: "
        f"{paths[0]}{more}"
    )


def _all_well(rules: Sequence[RuleDelta]) -> str:
    added = sum(rule.added for rule in rules)
    removed = sum(rule.removed for rule in rules)
    parts = [f"{added} added, within the limits" if added else "nothing added"]
    if removed:
        before, now = sum(rule.base for rule in rules), sum(rule.head for rule in rules)
        parts.append(f"{removed} removed ({before} -> {now})")
    return ", ".join(parts)


def final_target(rule: Rule, phase: Phase) -> int:
    """The count at which the rule is met: that of the phase, or of `validate` before it."""
    target = rule.target_in(phase if phase is Phase.DONE else Phase.VALIDATE)
    assert target is not None
    return target


def _counted(violations: Sequence[Violation]) -> int:
    return sum(violation.waiver is None for violation in violations)
