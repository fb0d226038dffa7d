import pytest

from bot.domain import testing
from bot.domain.suite import Expectation
from bot.domain.testing import Judgement
from bot.suites.judgement import judge

Outcome = testing.TestOutcome
FAIL, PASS, ANY = Expectation.FAIL, Expectation.PASS, Expectation.ANY
OK, U_PASS, U_FAIL, UNKNOWN = (
    Judgement.AS_EXPECTED,
    Judgement.UNEXPECTED_PASS,
    Judgement.UNEXPECTED_FAILURE,
    Judgement.COULD_NOT_CHECK,
)


@pytest.mark.parametrize(
    ("outcome", "where_fail", "where_pass", "where_any"),
    [
        (Outcome.PASSED, U_PASS, OK, OK),
        (Outcome.FAILED, OK, U_FAIL, OK),
        (Outcome.XPASSED, U_PASS, U_FAIL, OK),
        (Outcome.ERROR, UNKNOWN, U_FAIL, UNKNOWN),
        (Outcome.COLLECT_ERROR, UNKNOWN, U_FAIL, UNKNOWN),
        (Outcome.CRASHED, UNKNOWN, U_FAIL, UNKNOWN),
        (Outcome.TIMED_OUT, UNKNOWN, U_FAIL, UNKNOWN),
        (Outcome.XFAILED, U_PASS, OK, OK),
        (Outcome.SKIPPED, U_PASS, OK, OK),
        (Outcome.NOT_RUN, UNKNOWN, UNKNOWN, UNKNOWN),
        (Outcome.FLAKY, U_PASS, OK, OK),
    ],
)
def test_an_outcome_means_what_the_phase_makes_of_it(
    outcome: testing.TestOutcome,
    where_fail: Judgement,
    where_pass: Judgement,
    where_any: Judgement,
) -> None:
    judged = [judge(outcome, expect).judgement for expect in (FAIL, PASS, ANY)]
    assert judged == [where_fail, where_pass, where_any]


def test_every_outcome_is_judged_in_every_phase() -> None:
    for expect in Expectation:
        for outcome in Outcome:
            assert judge(outcome, expect).judgement in Judgement


@pytest.mark.parametrize("outcome", [Outcome.SKIPPED, Outcome.XFAILED, Outcome.NOT_RUN])
def test_a_listed_test_that_must_pass_has_to_run_in_earnest(outcome: testing.TestOutcome) -> None:
    assert judge(outcome, PASS, listed=True).judgement is U_FAIL
    assert judge(outcome, FAIL, listed=True).judgement is not OK


@pytest.mark.parametrize("outcome", [Outcome.XFAILED, Outcome.SKIPPED, Outcome.FLAKY])
def test_what_does_not_speak_for_itself_is_explained(outcome: testing.TestOutcome) -> None:
    assert judge(outcome, FAIL).why


@pytest.mark.parametrize(
    ("message", "warned"),
    [
        ("ImportError: cannot import name 'x'", True),
        ("ModuleNotFoundError: No module named 'x'", True),
        ("NameError: name 'x' is not defined", True),
        ("importlib.errors.ImportError: x", True),
        ("AssertionError: ImportError was not raised", False),
        ("ImportErrors: x", False),
        ("assert NameError", False),
        ("", False),
    ],
)
def test_a_failure_for_a_doubtful_reason_warns(message: str, warned: bool) -> None:
    judged = judge(Outcome.FAILED, FAIL, message=message)
    assert judged.judgement is OK
    assert bool(judged.why) is warned
    assert judge(Outcome.FAILED, PASS, message=message).why is None
