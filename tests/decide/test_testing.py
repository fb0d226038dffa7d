import pytest

from bot.decide.testing import judge
from bot.domain.configuration import Migration
from bot.domain.phase import Phase
from bot.domain.suite import Category, Expectation
from bot.domain.tested import MigrationTests, TestVerdict
from bot.domain.testing import (
    CategoryOutcome,
    CategoryResult,
    Totals,
)
from bot.domain.verdict import Outcome
from bot.suites.assessment import not_run

PASS, FAIL, ANY = Expectation.PASS, Expectation.FAIL, Expectation.ANY
EXPECTED, FINDING, UNKNOWN = CategoryOutcome


def result(expect: Expectation, outcome: CategoryOutcome, **more: object) -> CategoryResult:
    return CategoryResult(
        category="unit",
        phase=Phase.DETECT,
        expect=expect,
        outcome=outcome,
        **more,  # type: ignore[arg-type]
    )


def judged(*results: CategoryResult, blocking: bool = True, waiting: bool = False) -> TestVerdict:
    migration = Migration(
        issue=7, title="Realtime", phase=Phase.DETECT, rules=(), blocking=blocking
    )
    one: MigrationTests = judge(migration, results, waiting=waiting)
    return TestVerdict((one,))


@pytest.mark.parametrize(
    ("expect", "outcome", "verdict"),
    [
        (PASS, EXPECTED, Outcome.PASS),
        (PASS, FINDING, Outcome.FAIL),
        (PASS, UNKNOWN, Outcome.ERROR),
        (FAIL, EXPECTED, Outcome.PASS),
        (FAIL, FINDING, Outcome.NEUTRAL),
        (FAIL, UNKNOWN, Outcome.NEUTRAL),
        (ANY, EXPECTED, Outcome.PASS),
        (ANY, UNKNOWN, Outcome.NEUTRAL),
    ],
)
def test_only_what_must_pass_can_fail_the_gate(
    expect: Expectation, outcome: CategoryOutcome, verdict: Outcome
) -> None:
    assert judged(result(expect, outcome)).outcome is verdict


@pytest.mark.parametrize("expect", [PASS, FAIL, ANY])
def test_code_that_waits_for_an_approval_never_passes(expect: Expectation) -> None:
    assert judged(result(expect, UNKNOWN), waiting=True).outcome is Outcome.ERROR


@pytest.mark.parametrize("outcome", [FINDING, UNKNOWN])
def test_a_migration_that_does_not_block_only_reports(outcome: CategoryOutcome) -> None:
    verdict = judged(result(PASS, outcome), blocking=False)
    assert verdict.outcome is Outcome.NEUTRAL
    assert verdict.categories[0].reason is not None


def test_a_failure_outranks_what_could_not_be_run() -> None:
    verdict = judged(result(PASS, UNKNOWN), result(PASS, FINDING), result(PASS, EXPECTED))
    assert verdict.outcome is Outcome.FAIL


def test_no_category_is_no_objection() -> None:
    assert judged().outcome is Outcome.PASS


def reason(of: CategoryResult) -> str:
    found = judged(of).categories[0].reason
    assert found is not None
    return found.text


def test_the_reason_counts_the_tests_that_failed() -> None:
    totals = Totals(total=15, unexpected_failure=2, as_expected=13)
    assert reason(result(PASS, FINDING, totals=totals)) == (
        "unit: of 15 tests 2 did not pass, and all must pass in phase detect"
    )


def test_the_reason_says_what_a_detecting_test_that_passes_means() -> None:
    totals = Totals(total=15, unexpected_pass=3, as_expected=12)
    assert reason(result(FAIL, FINDING, totals=totals)) == (
        "unit: of 15 tests 3 did not fail, and all must fail in phase detect; a test that does not"
        " fail proves nothing, or the phase can advance"
    )


def test_the_reason_says_why_nothing_was_run() -> None:
    category = Category(
        name="unit",
        run="pytest",
        expect=dict.fromkeys(Phase, PASS),
        timeout=60,
        listed=("tests/test_a.py",),
    )
    assert reason(not_run(category, Phase.DETECT, "there is no sandbox")) == (
        "unit: there is no sandbox"
    )
