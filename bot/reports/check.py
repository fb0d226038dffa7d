"""The completed check: title, summary, text and annotations, each within GitHub's bounds."""

from collections.abc import Sequence
from typing import Final

from bot.domain.comparison import Comparison
from bot.domain.publication import CheckOutput, Conclusion
from bot.reports.annotations import annotations
from bot.reports.context import ReportContext
from bot.reports.findings import MigrationFindings
from bot.reports.markdown import visible
from bot.reports.rendering import fitted, render
from bot.reports.sections import report_view
from bot.reports.views import Budget
from bot.reports.words import headline

LONGEST_OUTPUT: Final = 65_535
"""Bytes of a check's summary, and of its text (docs.github.com/rest/checks/runs)."""

_LONGEST_TITLE: Final = 200
_SUMMARY: Final = (Budget(20, 50, 0, 0), Budget(10, 20, 0, 0), Budget(3, 5, 0, 0))
_TEXT: Final = (
    Budget(20, 50, 400, 400),
    Budget(20, 50, 200, 200),
    Budget(20, 50, 50, 100),
    Budget(10, 20, 10, 30),
    Budget(3, 5, 3, 5),
    Budget(1, 1, 0, 0),
)


def check_output(
    comparison: Comparison,
    found: Sequence[MigrationFindings],
    context: ReportContext,
    conclusion: Conclusion,
) -> CheckOutput:
    """The check of a comparison; `found` are its findings."""
    remarks, left_out = annotations(found)

    def summary(budget: Budget) -> str:
        report = report_view(comparison, found, context, budget, everything=True)
        return render("check_summary", report=report, annotations_left_out=left_out)

    def text(budget: Budget) -> str:
        report = report_view(comparison, found, context, budget, everything=True)
        return render("check_text", report=report)

    return CheckOutput(
        conclusion=conclusion,
        title=visible(headline(comparison), _LONGEST_TITLE),
        summary=fitted(_SUMMARY, LONGEST_OUTPUT, summary),
        text=fitted(_TEXT, LONGEST_OUTPUT, text),
        annotations=remarks,
    )
