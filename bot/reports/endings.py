"""What a check says that ended without a verdict on the code, or with a special one."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.domain.publication import CheckOutput, Conclusion, Publication
from bot.reports.markdown import code, prose
from bot.reports.plain import visible

_MOST_CATEGORIES: Final = 10


def withdrawn() -> CheckOutput:
    """The check of a run whose pull request was closed, or whose branch is gone."""
    return CheckOutput(
        conclusion=Conclusion.CANCELLED,
        title="Withdrawn",
        summary="What this check was about was closed or deleted before the check had ended.",
    )


def cancelled(by: str) -> CheckOutput:
    """The check of a run that somebody (a login) ended by command."""
    return CheckOutput(
        conclusion=Conclusion.CANCELLED,
        title=f"Cancelled by {visible(by)}",
        summary=f"{prose(by)} ended this check by command. To try again, press Re-run on it.",
    )


def repairing(publication: Publication) -> Publication:
    """The publication of a pull request that repairs a configuration broken on the base.

    It was judged by its own configuration, which nobody has accepted yet, so it cannot be green.
    """
    check = publication.check
    conclusion = check.conclusion
    return replace(
        publication,
        check=replace(
            check,
            conclusion=Conclusion.NEUTRAL if conclusion is Conclusion.SUCCESS else conclusion,
            title=f"Repairs the configuration: {check.title}",
            summary="The configuration on the base branch cannot be read. This pull request "
            f"repairs it, and was judged by its own.\n\n{check.summary}",
        ),
    )


def with_tests_not_run(publication: Publication, categories: Sequence[str]) -> Publication:
    """The publication under a configuration that nobody has accepted yet: its tests are not run.

    Its commands are anybody's words. What was not checked is not called checked: a success becomes
    neutral, and the check says why.
    """
    if not categories:
        return publication
    check = publication.check
    conclusion = check.conclusion
    names = ", ".join(code(name) for name in categories[:_MOST_CATEGORIES])
    more = len(categories) - _MOST_CATEGORIES
    listed = f"{names} and {more} more" if more > 0 else names
    return replace(
        publication,
        check=replace(
            check,
            conclusion=Conclusion.NEUTRAL if conclusion is Conclusion.SUCCESS else conclusion,
            title=f"{check.title}; tests not run",
            summary=f"{check.summary}\n\nTest categories that were not run, because they are "
            f"configured by this pull request and not by its base: {listed}.",
        ),
    )
