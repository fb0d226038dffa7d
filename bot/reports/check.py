"""The completed check: title, summary, text and annotations, each within GitHub's bounds."""

from typing import Final

from bot.domain.publication import CheckOutput, Conclusion
from bot.reports.annotations import annotations
from bot.reports.limits import LONGEST_OUTPUT, LONGEST_TITLE
from bot.reports.markdown import Markdown
from bot.reports.plain import visible
from bot.reports.problems import problem_annotations
from bot.reports.rendering import fitted, render
from bot.reports.sections import report_view
from bot.reports.subject import Subject
from bot.reports.views import Budget

_SUMMARY: Final = (Budget(20, 50, 0, 0), Budget(10, 20, 0, 0), Budget(3, 5, 0, 0))
_TEXT: Final = (
    Budget(20, 50, 400, 400),
    Budget(20, 50, 200, 200),
    Budget(20, 50, 50, 100),
    Budget(10, 20, 10, 30),
    Budget(3, 5, 3, 5),
    Budget(1, 1, 0, 0),
)


def check_output(subject: Subject, conclusion: Conclusion) -> CheckOutput:
    """The completed check of a comparison."""
    remarks, left_out = annotations(subject.findings, subject.comparison.waivers)
    tests = subject.tests
    table = tests.table() if tests else Markdown("")
    details = tests.details() if tests else Markdown("")

    def summary(budget: Budget) -> str:
        report = report_view(subject, budget, everything=True)
        return render("check_summary", report=report, tests=table, annotations_left_out=left_out)

    def text(budget: Budget) -> str:
        report = report_view(subject, budget, everything=True)
        return render("check_text", report=report, tests=details)

    return CheckOutput(
        conclusion=conclusion,
        title=visible(subject.headline, LONGEST_TITLE),
        summary=fitted(_SUMMARY, LONGEST_OUTPUT, summary),
        text=fitted(_TEXT, LONGEST_OUTPUT, text),
        annotations=(*problem_annotations(subject.problems), *remarks),
    )
