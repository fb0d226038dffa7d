"""What is posted when there is no comparison: the reason, and what to do about it."""

import re
from typing import Final

from bot.decide.conclusion import conclude
from bot.domain.errors import (
    CanonError,
    ConfigurationInvalidError,
    DeadlineExceededError,
    InputError,
)
from bot.domain.publication import CheckOutput, Conclusion, Publication
from bot.reports.context import ReportContext
from bot.reports.limits import LONGEST_COMMENT, LONGEST_OUTPUT, LONGEST_TITLE
from bot.reports.plain import visible
from bot.reports.problems import problem_list
from bot.reports.rendering import fitted, render
from bot.reports.stamp import short, stamp
from bot.reports.words import plural

_MOST_PROBLEMS: Final = (30, 10, 3, 1)
_COMMIT: Final = re.compile("[0-9a-f]{40}")


def failed(
    error: CanonError, context: ReportContext, *, blocking: bool | None = None
) -> Publication:
    """A run that ended in an error; `blocking` as `conclude` takes it.

    Nothing new is said in a comment: the check says it, and authors of pull requests can do
    nothing about most of it. A comment from earlier is told that it is out of date.
    """
    title = visible(_title(error), LONGEST_TITLE)

    def text(template: str, most: int) -> str:
        problems = None
        if isinstance(error, ConfigurationInvalidError):
            problems = problem_list(error.problems, context, commit=context.base, most=most)
        return render(
            template,
            title=title,
            problems=problems,
            reason=None if problems else str(error),
            next_step=_next_step(error),
            stamp=stamp(context),
        )

    return Publication(
        check=CheckOutput(
            conclusion=conclude(error, blocking=blocking),
            title=title,
            summary=fitted(_MOST_PROBLEMS, LONGEST_OUTPUT, lambda most: text("failed", most)),
        ),
        resolved=fitted(_MOST_PROBLEMS, LONGEST_COMMENT, lambda most: text("failed_comment", most)),
    )


def superseded(by: str) -> CheckOutput:
    """The check of a run that was overtaken; `by` is a commit, or the reason in words."""
    what = f"commit `{short(by)}`" if _COMMIT.fullmatch(by) else by
    return CheckOutput(
        conclusion=Conclusion.CANCELLED,
        title=visible(f"Superseded by {what.replace('`', '')}", LONGEST_TITLE),
        summary=render("superseded", by=what),
    )


def unconfigured() -> Publication:
    """A check was begun, and it turned out that no configuration concerns the head."""
    return Publication(
        check=CheckOutput(
            conclusion=Conclusion.NEUTRAL,
            title="No configuration, nothing is gated",
            summary=render("unconfigured"),
        )
    )


def _title(error: CanonError) -> str:
    match error:
        case ConfigurationInvalidError():
            return f"The configuration has {plural(len(error.problems), 'problem')}"
        case DeadlineExceededError():
            return "Could not be checked in time"
        case InputError():
            return "The input is wrong"
        case _:
            return "Could not be checked"


def _next_step(error: CanonError) -> str:
    if isinstance(error, ConfigurationInvalidError):
        return (
            "The gate is read from the base branch, so it has to be corrected there. "
            "`canon config check` lists the same problems."
        )
    return "This says nothing about the code. To try again, press Re-run on the check."
