"""Remarks on the lines that a pull request added violations to."""

from collections.abc import Iterator, Sequence

from bot.domain.publication import Annotation, AnnotationLevel
from bot.domain.scan import WaiverProblem
from bot.domain.severity import Severity
from bot.domain.verdict import Outcome
from bot.domain.violation import Violation
from bot.reports.findings import Fate, MigrationFindings, RuleFindings
from bot.reports.limits import LONGEST_REMARK, LONGEST_REMARK_TITLE, MOST_REMARKS
from bot.reports.plain import visible
from bot.reports.suggested import shown


def annotations(
    found: Sequence[MigrationFindings], waivers: Sequence[WaiverProblem]
) -> tuple[tuple[Annotation, ...], int]:
    """The annotations to post, the gravest first, and how many violations get none.

    `waivers` are those that do nothing any more; they come last.

    GitHub shows their texts as they are, without Markdown. A path that is no UTF-8 cannot be
    named to GitHub, so its violations get none.
    """
    wanted = sorted(
        (
            (violation, _level(rule, violation))
            for migration in found
            for rule in migration.rules
            for violation in _new(rule)
        ),
        key=lambda one: (one[0].severity, one[0].path, one[0].line, one[0].column),
    )
    made = [_annotation(*one) for one in wanted if _nameable(one[0].path)][:MOST_REMARKS]
    idle = [_idle(one) for one in waivers if _nameable(one.path)]
    return (*made, *idle)[:MOST_REMARKS], len(wanted) - len(made)


def _new(rule: RuleFindings) -> Iterator[Violation]:
    yield from rule.violations.get(Fate.ADDED, ())
    yield from rule.violations.get(Fate.UNWAIVED, ())


def _level(rule: RuleFindings, violation: Violation) -> AnnotationLevel:
    if rule.delta.outcome in {Outcome.FAIL, Outcome.ERROR}:
        return AnnotationLevel.FAILURE
    grave = violation.severity in {Severity.P0, Severity.P1}
    return AnnotationLevel.WARNING if grave else AnnotationLevel.NOTICE


def _annotation(violation: Violation, level: AnnotationLevel) -> Annotation:
    return Annotation(
        path=violation.path,
        start_line=violation.line,
        end_line=violation.line,
        start_column=violation.column,
        end_column=violation.column,
        level=level,
        title=visible(violation.rule, LONGEST_REMARK_TITLE),
        message=_message(violation),
    )


def _idle(waiver: WaiverProblem) -> Annotation:
    return Annotation(
        path=waiver.path,
        start_line=waiver.line,
        end_line=waiver.line,
        level=AnnotationLevel.WARNING,
        title="Waiver",
        message=visible(waiver.reason, LONGEST_REMARK),
    )


def _message(violation: Violation) -> str:
    what = visible(violation.message or violation.symbol, LONGEST_REMARK)
    if violation.replacement is None:
        return what
    instead = f"{what}\n→ write `{visible(violation.replacement)}` instead"
    lines = shown(violation)
    return instead if lines is None else f"{instead}:\n{lines}"


def _nameable(path: str) -> bool:
    return path.isascii() or not any("\ud800" <= char <= "\udfff" for char in path)
