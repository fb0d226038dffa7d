"""Where a migration stands, in a few lines: answers to commands, and what a proposal rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.decide.assessment import Assessment
from bot.domain.configuration import Migration
from bot.domain.evidence import MigrationEvidence
from bot.domain.history import CountsOn
from bot.domain.phase import Phase
from bot.domain.progress import ChecklistItem, Standing
from bot.reports.context import ReportContext
from bot.reports.plain import visible
from bot.reports.rendering import render
from bot.reports.stamp import stamp
from bot.reports.words import plural

_MOST_RULES: Final = 40
_MOST_ITEMS: Final = 40
_STANDINGS: Final = {
    Standing.MET: "✅ met",
    Standing.UNMET: "❌ not met",
    Standing.UNKNOWN: "❔ not known",
}
_MEANINGS: Final = {
    Phase.DETECT: "Violations are then reported and block nothing; detecting tests must fail.",
    Phase.MIGRATE: "No pull request may then add a violation.",
    Phase.VALIDATE: "Every rule must then be at its target, and detecting tests must pass.",
    Phase.DONE: "Every rule must then stay at its target, for ever.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One rule; `before` is in words, since it may not be known."""

    id: str
    before: str
    now: int
    waived: int
    target: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """One line of a checklist."""

    text: str
    standing: str
    required: str
    detail: str


def standing_markdown(
    evidence: MigrationEvidence, assessment: Assessment, context: ReportContext
) -> str:
    """How far a migration is, and what keeps it from the next phase."""
    ready = assessment.readiness
    if ready.next is None:
        standing = "This is the last phase: every rule stays at its target."
    elif ready.ready:
        standing = f"Everything is met that the phase {ready.next} needs:"
    else:
        standing = f"What the phase {ready.next} needs:"
    return render(
        "standing",
        headline=_headline(evidence.migration, assessment),
        before="First counted",
        rows=_rows(evidence, _first(assessment)),
        rows_left_out=_left_out(evidence),
        standing=standing,
        items=_items(ready.items) if ready.next else [],
        stamp=stamp(context),
    )


def snapshot_markdown(
    evidence: MigrationEvidence,
    assessment: Assessment,
    last: CountsOn | None,
    context: ReportContext,
) -> str:
    """The counts that were recorded, beside those of the record before (None: the first)."""
    counts = {} if last is None else last.counts
    return render(
        "standing",
        headline=f"Recorded: {_headline(evidence.migration, assessment)}",
        before="Before" if last is None else f"On {last.on.isoformat()}",
        rows=_rows(evidence, counts),
        rows_left_out=_left_out(evidence),
        standing="",
        items=[],
        stamp=stamp(context),
    )


def proposal_title(migration: Migration, phase: Phase) -> str:
    """The title of the pull request that moves a migration to a phase."""
    return f"Move “{visible(migration.title, 120)}” to the phase {phase}"


def proposal_markdown(
    evidence: MigrationEvidence,
    assessment: Assessment,
    phase: Phase,
    asked_by: str | None,
    context: ReportContext,
) -> str:
    """Why the conditions of a phase are met, or which are not."""
    return render(
        "phase_proposal",
        issue=evidence.migration.issue,
        old=str(evidence.migration.phase),
        new=str(phase),
        asked_by=asked_by or "",
        verdict=_verdict(assessment, phase),
        meaning=_MEANINGS[phase],
        before="First counted",
        rows=_rows(evidence, _first(assessment)),
        rows_left_out=_left_out(evidence),
        items=_items(assessment.readiness.items),
        stamp=stamp(context),
    )


def _verdict(assessment: Assessment, phase: Phase) -> str:
    ready = assessment.readiness
    if ready.next is not phase:
        usual = f"the phase after {ready.phase} is {ready.next}" if ready.next else "it is done"
        return f"This is not the usual next step: {usual}. Where the migration stands:"
    if ready.ready:
        return "Every condition is met:"
    return f"Not every condition is met, {plural(len(ready.blocking), 'condition')} open:"


def _headline(migration: Migration, assessment: Assessment) -> str:
    left = f"{assessment.left:,} to go" if assessment.left else "every rule is at its target"
    now = plural(assessment.now, "violation")
    return f"{migration.title}, phase {migration.phase}: {now}, {left}"


def _first(assessment: Assessment) -> Mapping[str, int | None]:
    return {rule.id: rule.first for rule in assessment.rules}


def _rows(evidence: MigrationEvidence, before: Mapping[str, int | None]) -> list[_Row]:
    return [
        _Row(
            id=rule.id,
            before="not known" if (known := before.get(rule.id)) is None else f"{known:,}",
            now=rule.count,
            waived=rule.waived,
            target=rule.target,
        )
        for rule in evidence.counts[:_MOST_RULES]
    ]


def _left_out(evidence: MigrationEvidence) -> int:
    return max(0, len(evidence.counts) - _MOST_RULES)


def _items(items: Sequence[ChecklistItem]) -> list[_Item]:
    return [
        _Item(
            text=item.text,
            standing=_STANDINGS[item.standing],
            required="required" if item.required else "wanted",
            detail=item.detail,
        )
        for item in items[:_MOST_ITEMS]
    ]
