"""For a pull request that brings the first configuration: what it would begin to gate."""

from typing import Final

from bot.domain.configuration import Configuration
from bot.domain.errors import ConfigurationInvalidError
from bot.domain.publication import CheckOutput, Conclusion, Publication
from bot.domain.scan import MigrationCounts, Scan
from bot.reports.context import ReportContext
from bot.reports.limits import LONGEST_COMMENT, LONGEST_OUTPUT, LONGEST_TITLE
from bot.reports.plain import visible
from bot.reports.problems import problem_annotations, problem_list
from bot.reports.rendering import fitted, render
from bot.reports.stamp import stamp
from bot.reports.views import FoundRow, FoundSection
from bot.reports.words import plural

_MOST_ROWS: Final = (20, 10, 3, 1)
_MOST_PROBLEMS: Final = (30, 10, 3, 1)


def preview(configuration: Configuration, head: Scan, context: ReportContext) -> Publication:
    """What a first configuration finds at the head; it gates nothing before it is merged."""
    rules = sum(len(one.rules) for one in configuration.migrations)
    found = sum(head.counts().values())
    title = f"Preview: {plural(found, 'violation')} of {plural(rules, 'rule')}"
    titles = {one.issue: one.title for one in configuration.migrations}

    def text(template: str, most: int) -> str:
        shown = head.migrations[:most]
        return render(
            template,
            title=title,
            migrations=[_section(one, titles[one.issue], most) for one in shown],
            left_out=len(head.migrations) - len(shown),
            files=head.scanned,
            skipped=len(head.skipped),
            stamp=stamp(context),
        )

    return Publication(
        check=CheckOutput(
            conclusion=Conclusion.NEUTRAL,
            title=title,
            summary=fitted(_MOST_ROWS, LONGEST_OUTPUT, lambda most: text("preview", most)),
        ),
        comment=fitted(_MOST_ROWS, LONGEST_COMMENT, lambda most: text("preview_comment", most)),
    )


def preview_invalid(error: ConfigurationInvalidError, context: ReportContext) -> Publication:
    """A first configuration that cannot be read: merged, it would gate nothing."""
    title = f"The new configuration has {plural(len(error.problems), 'problem')}"

    def text(template: str, most: int) -> str:
        problems = problem_list(error.problems, context, commit=context.head, most=most)
        return render(template, title=title, problems=problems, stamp=stamp(context))

    return Publication(
        check=CheckOutput(
            conclusion=Conclusion.FAILURE,
            title=visible(title, LONGEST_TITLE),
            summary=fitted(
                _MOST_PROBLEMS, LONGEST_OUTPUT, lambda most: text("preview_invalid", most)
            ),
            annotations=problem_annotations(error.problems),
        ),
        comment=fitted(
            _MOST_PROBLEMS, LONGEST_COMMENT, lambda most: text("preview_invalid_comment", most)
        ),
    )


def _section(counts: MigrationCounts, title: str, most: int) -> FoundSection:
    shown = counts.rules[:most]
    return FoundSection(
        title=title,
        issue=f"#{counts.issue}",
        phase=str(counts.phase),
        rows=[
            FoundRow(
                rule=rule.id,
                severity=str(rule.severity),
                count=rule.count,
                files=rule.files,
                target=rule.target,
            )
            for rule in shown
        ],
        rows_left_out=len(counts.rules) - len(shown),
    )
