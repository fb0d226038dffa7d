"""How a check run ends, as one function of what was found out."""

from typing import Final, assert_never

from bot.domain.comparison import Comparison
from bot.domain.errors import CanonError, InputError, SupersededError
from bot.domain.publication import Conclusion
from bot.domain.tested import TestVerdict
from bot.domain.verdict import Outcome


def conclude(
    result: Comparison | CanonError,
    tests: TestVerdict | None = None,
    *,
    blocking: bool | None = None,
) -> Conclusion:
    """The conclusion for a comparison and the tests, or for the error that took their place.

    `blocking` says whether any migration may fail the check, None where that is not known; a
    comparison knows it itself. What could not be checked is a failure unless nothing is blocking.
    A broken configuration is always a failure: a gate that cannot be read is no open gate.
    """
    if isinstance(result, Comparison):
        found = {_of_outcome(result), _of_tests(tests.outcome if tests else Outcome.PASS)}
        return next(conclusion for conclusion in _GRAVEST_FIRST if conclusion in found)
    if isinstance(result, SupersededError):
        return Conclusion.CANCELLED
    if isinstance(result, InputError):
        return Conclusion.FAILURE
    return Conclusion.NEUTRAL if blocking is False else Conclusion.FAILURE


_GRAVEST_FIRST: Final = (
    Conclusion.FAILURE,
    Conclusion.ACTION_REQUIRED,
    Conclusion.NEUTRAL,
    Conclusion.SUCCESS,
)


def _of_tests(outcome: Outcome) -> Conclusion:
    """Tests that guard and could not be run are nobody's failure, and no success."""
    match outcome:
        case Outcome.PASS:
            return Conclusion.SUCCESS
        case Outcome.NEUTRAL:
            return Conclusion.NEUTRAL
        case Outcome.FAIL:
            return Conclusion.FAILURE
        case Outcome.ERROR:
            return Conclusion.ACTION_REQUIRED
    assert_never(outcome)


def _of_outcome(comparison: Comparison) -> Conclusion:
    match comparison.verdict:
        case Outcome.PASS:
            return Conclusion.SUCCESS
        case Outcome.NEUTRAL:
            return Conclusion.NEUTRAL
        case Outcome.FAIL:
            return Conclusion.FAILURE
        case Outcome.ERROR:
            blocking = any(migration.blocking for migration in comparison.migrations)
            return Conclusion.FAILURE if blocking else Conclusion.NEUTRAL
    assert_never(comparison.verdict)
