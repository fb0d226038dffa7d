"""How a check run ends, as one function of what was found out."""

from typing import assert_never

from bot.domain.comparison import Comparison
from bot.domain.errors import CanonError, InputError, SupersededError
from bot.domain.publication import Conclusion
from bot.domain.verdict import Outcome


def conclude(result: Comparison | CanonError, *, blocking: bool | None = None) -> Conclusion:
    """The conclusion for a comparison, or for the error that took its place.

    `blocking` says whether any migration may fail the check, None where that is not known; a
    comparison knows it itself. What could not be checked is a failure unless nothing is blocking.
    A broken configuration is always a failure: a gate that cannot be read is no open gate.
    """
    if isinstance(result, Comparison):
        return _of_outcome(result)
    if isinstance(result, SupersededError):
        return Conclusion.CANCELLED
    if isinstance(result, InputError):
        return Conclusion.FAILURE
    return Conclusion.NEUTRAL if blocking is False else Conclusion.FAILURE


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
