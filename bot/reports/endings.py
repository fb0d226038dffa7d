"""What a check says that ended without a verdict on the code, or with a special one."""

from dataclasses import replace

from bot.domain.publication import CheckOutput, Conclusion, Publication


def withdrawn() -> CheckOutput:
    """The check of a run whose pull request was closed, or whose branch is gone."""
    return CheckOutput(
        conclusion=Conclusion.CANCELLED,
        title="Withdrawn",
        summary="What this check was about was closed or deleted before the check had ended.",
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
