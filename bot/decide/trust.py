"""Whose code is run only after somebody has read it."""

from typing import Final

from bot.domain.repository import PullRequest

_FIRST: Final = frozenset({"FIRST_TIMER", "FIRST_TIME_CONTRIBUTOR"})
"""GitHub's `author_association` of those whose work nobody here has merged yet."""


def distrust(pull: PullRequest) -> str | None:
    """Why the code of a pull request must not be run without an approval; None where it may."""
    if pull.from_fork:
        return "the code comes from a fork"
    if pull.author_association in _FIRST:
        return "it is its author's first contribution"
    return None
