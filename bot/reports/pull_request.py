"""All that a run says on GitHub about a head: the check, and a pull request's one comment.

This is the face of the package: whoever publishes imports what is named in `__all__` from here.
"""

from typing import Final

from bot.decide.conclusion import conclude
from bot.domain.comparison import Comparison
from bot.domain.publication import Conclusion, Publication
from bot.domain.scan import Scan
from bot.reports.check import check_output
from bot.reports.configuration_change import (
    ConfigurationChange,
    InvalidChange,
    RemovedChange,
    ValidChange,
)
from bot.reports.context import ReportContext
from bot.reports.failure import failed, superseded, unconfigured
from bot.reports.findings import findings
from bot.reports.limits import LONGEST_COMMENT
from bot.reports.markdown import Markdown
from bot.reports.preview import preview, preview_invalid
from bot.reports.rendering import fitted, render
from bot.reports.sections import report_view
from bot.reports.stamp import stamp
from bot.reports.subject import Subject
from bot.reports.testing import Tested
from bot.reports.views import Budget

__all__ = [
    "ConfigurationChange",
    "InvalidChange",
    "RemovedChange",
    "ReportContext",
    "Tested",
    "ValidChange",
    "failed",
    "preview",
    "preview_invalid",
    "publication",
    "superseded",
    "unconfigured",
]

_COMMENT: Final = (
    Budget(10, 15, 10, 30),
    Budget(5, 10, 5, 15),
    Budget(3, 5, 3, 5),
    Budget(1, 1, 0, 0),
)


def publication(
    comparison: Comparison,
    head: Scan,
    context: ReportContext,
    change: ConfigurationChange | None = None,
    tests: Tested | None = None,
) -> Publication:
    """What a comparison says; `head` is the scan of its head under the same configuration.

    `change` is what the pull request does to the configuration, None where it leaves it alone. A
    configuration that cannot be read fails the check whatever the comparison says. `tests` is
    None where there are no categories. There is no comment where there is nothing to say.
    """
    subject = Subject(
        comparison=comparison,
        head=head,
        findings=findings(comparison, head),
        change=change,
        context=context,
        tests=tests,
    )
    verdict = tests.verdict if tests else None
    conclusion = Conclusion.FAILURE if subject.problems else conclude(comparison, verdict)
    check = check_output(subject, conclusion)
    if not _worth_a_comment(subject):
        resolved = render("resolved", subject=context.subject, stamp=stamp(context))
        return Publication(check=check, resolved=resolved)
    return Publication(check=check, comment=_comment(subject))


def _worth_a_comment(subject: Subject) -> bool:
    return (
        subject.change is not None
        or bool(subject.comparison.skipped or subject.comparison.waivers)
        or (subject.tests is not None and subject.tests.worth_a_comment)
        or any(rule.changed for migration in subject.findings for rule in migration.rules)
    )


def _comment(subject: Subject) -> str:
    table = subject.tests.table() if subject.tests else Markdown("")

    def comment(budget: Budget) -> str:
        report = report_view(subject, budget, everything=False)
        return render("comment", report=report, tests=table)

    return fitted(_COMMENT, LONGEST_COMMENT, comment)
