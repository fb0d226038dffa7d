"""All that a run says about a head on GitHub: the check, and the comment of a pull request."""

from typing import Final

from bot.decide.conclusion import conclude
from bot.domain.comparison import Comparison
from bot.domain.publication import Publication
from bot.domain.scan import Scan
from bot.reports.check import check_output
from bot.reports.context import ReportContext
from bot.reports.findings import findings
from bot.reports.rendering import fitted, render
from bot.reports.sections import report_view
from bot.reports.views import Budget

LONGEST_COMMENT: Final = 65_000
"""Bytes; GitHub takes 65,536 characters, and the publisher adds its marker."""

_COMMENT: Final = (
    Budget(10, 15, 10, 40),
    Budget(5, 10, 5, 20),
    Budget(3, 5, 3, 5),
    Budget(1, 1, 0, 0),
)


def publication(comparison: Comparison, head: Scan, context: ReportContext) -> Publication:
    """What a comparison says; `head` is the scan of its head, under the same configuration."""
    found = findings(comparison, head)
    check = check_output(comparison, found, context, conclude(comparison))

    def comment(budget: Budget) -> str:
        return render(
            "comment",
            report=report_view(comparison, found, context, budget, everything=False),
        )

    return Publication(check=check, comment=fitted(_COMMENT, LONGEST_COMMENT, comment))
