"""From sorted findings to views under a budget."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.scan import FileProblem, WaiverProblem
from bot.domain.verdict import Outcome
from bot.domain.violation import Violation
from bot.reports.configuration_change import section
from bot.reports.context import ReportContext
from bot.reports.findings import Fate, MigrationFindings, RuleFindings
from bot.reports.stamp import command, stamp
from bot.reports.subject import Subject
from bot.reports.suggested import suggestions
from bot.reports.views import (
    Advice,
    Budget,
    ConfigurationSection,
    File,
    Files,
    Group,
    MigrationSection,
    Place,
    ReportView,
    RuleRow,
)
from bot.reports.words import GLYPHS


@dataclass(frozen=True, slots=True)
class _Frame:
    """What every part of one report needs; `allotted` says how many places each group shows."""

    context: ReportContext
    budget: Budget
    everything: bool
    allotted: Mapping[tuple[int, str, Fate], int]


def report_view(subject: Subject, budget: Budget, *, everything: bool) -> ReportView:
    """The report; with `everything` also what did not change, and where violations were removed."""
    comparison, context = subject.comparison, subject.context
    worth = [
        one for one in subject.findings if everything or any(rule.changed for rule in one.rules)
    ]
    shown = worth[: budget.migrations]
    frame = _Frame(context, budget, everything, _allotted(shown, budget, everything=everything))
    return ReportView(
        glyph=GLYPHS[subject.outcome],
        headline=subject.headline,
        migrations=[_section(one, frame) for one in shown],
        migrations_left_out=len(worth) - len(shown),
        skipped=_files(comparison.skipped, budget),
        degraded=_files(comparison.degraded, budget),
        waivers=_waivers(subject.head.waivers if everything else comparison.waivers, budget),
        configuration=_configuration(subject, budget),
        command=command(context),
        check_name=context.check_name,
        stamp=stamp(context),
    )


def _configuration(subject: Subject, budget: Budget) -> ConfigurationSection | None:
    if subject.change is None:
        return None
    return section(subject.change, subject.head, subject.context, most=budget.rules)


def _allotted(
    shown: Sequence[MigrationFindings], budget: Budget, *, everything: bool
) -> Mapping[tuple[int, str, Fate], int]:
    """(migration, rule, fate) -> places to show; what comes first may use all of them up."""
    left = budget.places_in_all
    allotted = {}
    for fate in Fate:
        if fate is Fate.REMOVED and not everything:
            continue
        for one in shown:
            for rule in _worth(one, everything=everything)[: budget.rules]:
                violations = rule.violations.get(fate, ())
                places = min(len(violations), budget.places, left)
                allotted[one.comparison.issue, rule.delta.id, fate] = places
                left -= places
    return allotted


def _worth(found: MigrationFindings, *, everything: bool) -> Sequence[RuleFindings]:
    return [rule for rule in found.rules if everything or rule.changed]


def _section(found: MigrationFindings, frame: _Frame) -> MigrationSection:
    one = found.comparison
    worth = _worth(found, everything=frame.everything)
    shown = worth[: frame.budget.rules]
    return MigrationSection(
        title=one.title,
        issue=f"#{one.issue}",
        issue_url=frame.context.issue(one.issue) if frame.everything else None,
        phase=str(one.phase),
        blocking=one.blocking,
        limited=any(rule.delta.limit is not None for rule in shown),
        rows=[_row(rule) for rule in shown],
        rows_left_out=len(worth) - len(shown),
        reasons=[reason for rule in shown for reason in _reasons(rule)],
        groups=list(_groups(one.issue, shown, frame)),
        thanks=_thanks(found),
        next_phase=_next_phase(found, everything=frame.everything),
    )


def _row(rule: RuleFindings) -> RuleRow:
    return RuleRow(
        rule=rule.delta.id,
        severity=str(rule.severity),
        base=rule.delta.base,
        head=rule.delta.head,
        checked=not rule.delta.unchecked,
        limit=rule.delta.limit,
        change=rule.change,
        failing=rule.delta.outcome in {Outcome.FAIL, Outcome.ERROR},
    )


def _reasons(rule: RuleFindings) -> Iterator[str]:
    """What the table does not show: why a rule could not be checked, or which limit it is over."""
    if rule.delta.unchecked or Fate.STANDING in rule.violations:
        for reason in rule.delta.reasons:
            yield reason.text


def _groups(issue: int, rules: Sequence[RuleFindings], frame: _Frame) -> Iterator[Group]:
    if not frame.budget.places:
        return
    for fate in Fate:
        for rule in rules:
            places = frame.allotted.get((issue, rule.delta.id, fate))
            if places is not None and fate in rule.violations:
                yield _group(rule, fate, places, frame.context)


def _group(rule: RuleFindings, fate: Fate, places: int, context: ReportContext) -> Group:
    violations = rule.violations[fate]
    shown = violations[:places]
    advice = [_advice(violation, fate) for violation in shown]
    common, own = _shared(advice)
    commit = context.head if fate.at_head else context.merge_base
    return Group(
        rule=rule.delta.id,
        heading=str(fate),
        advice=common,
        places=[
            Place(
                name=f"{violation.path}:{violation.line}",
                url=context.blob(violation.path, violation.line, commit=commit),
                advice=one,
                suggestion=suggestion,
            )
            for violation, one, suggestion in zip(shown, own, suggestions(shown), strict=True)
        ],
        left_out=len(violations) - len(shown),
    )


def _shared(
    advice: Sequence[Advice | None],
) -> tuple[Advice | None, Sequence[Advice | None]]:
    """What holds for all places, said once, and what is left to say at each."""
    first = advice[0] if advice else None
    if first is None or len(advice) == 1 or all(one == first for one in advice):
        return first, [None] * len(advice)
    if first.note is None or any(one is None or one.note != first.note for one in advice):
        return None, advice
    common = Advice(symbol=None, replacement=None, note=first.note)
    return common, [one and replace(one, note=None) for one in advice]


def _advice(violation: Violation, fate: Fate) -> Advice | None:
    """What a reader can do about a violation; what is gone or excused needs less said."""
    symbol = violation.symbol if violation.symbol != violation.path else None
    match fate:
        case Fate.UNCHECKED:
            return None
        case Fate.REMOVED:
            return Advice(symbol=symbol, replacement=None, note=None)
        case Fate.WAIVED:
            return Advice(symbol=symbol, replacement=None, note=_excuse(violation))
        case _:
            note = _own_words(violation)
            named = violation.replacement is None and violation.symbol in (note or "")
            return Advice(
                symbol=None if named else symbol, replacement=violation.replacement, note=note
            )


def _excuse(violation: Violation) -> str | None:
    if violation.waiver is None:
        return None
    waiver = violation.waiver
    return f"until {waiver.until} by {waiver.by}: {waiver.reason}"


def _own_words(violation: Violation) -> str | None:
    """The message, unless all it says is what to write instead."""
    instead = violation.replacement
    repeats = instead is not None and instead in violation.message
    return None if repeats else violation.message or None


def _thanks(found: MigrationFindings) -> str | None:
    removed = sum(rule.delta.removed for rule in found.rules)
    if not removed:
        return None
    left = sum(max(0, rule.delta.head - rule.target) for rule in found.rules)
    to_go = f"{left:,} to go" if left else "every rule is at its target"
    return f"{removed:,} removed, thank you; {to_go}"


def _next_phase(found: MigrationFindings, *, everything: bool) -> str | None:
    """The phase the migration is ready for; in short reports only if this change made it so."""
    ready = found.comparison.next_phase
    made_so = any(rule.delta.met and rule.delta.removed for rule in found.rules)
    return str(ready) if ready and (everything or made_so) else None


def _waivers(problems: Sequence[WaiverProblem], budget: Budget) -> Files:
    return _files([FileProblem(f"{one.path}:{one.line}", one.reason) for one in problems], budget)


def _files(problems: Sequence[FileProblem], budget: Budget) -> Files:
    shown = problems[: budget.places]
    return Files(
        shown=[File(path=problem.path, reason=problem.reason) for problem in shown],
        left_out=len(problems) - len(shown),
    )
