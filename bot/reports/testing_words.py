"""What is expected of tests and what came of it, in the same words everywhere."""

from typing import Final

from bot.domain.suite import Expectation
from bot.domain.testing import CategoryOutcome, Judgement

EXPECTED: Final = {
    Expectation.PASS: "must pass",
    Expectation.FAIL: "must fail",
    Expectation.ANY: "may pass or fail",
}
OUTCOMES: Final = {
    CategoryOutcome.AS_EXPECTED: "as expected",
    CategoryOutcome.FINDING: "not as expected",
    CategoryOutcome.COULD_NOT_CHECK: "could not be checked",
}
JUDGED: Final = {
    Judgement.AS_EXPECTED: "as expected",
    Judgement.UNEXPECTED_PASS: "did not fail, though it had to",
    Judgement.UNEXPECTED_FAILURE: "failed, though it had to pass",
    Judgement.COULD_NOT_CHECK: "could not be checked",
}
