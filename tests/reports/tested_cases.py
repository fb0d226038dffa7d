"""Verdicts on test categories, for the reports that show them."""

from collections.abc import Sequence

from bot.domain.phase import Phase
from bot.domain.suite import Expectation
from bot.domain.tested import CategoryVerdict, LeftOut, MigrationTests, TestVerdict
from bot.domain.testing import (
    CategoryOutcome,
    CategoryResult,
    CountDifference,
    Judgement,
    TestOutcome,
    TestResult,
    Totals,
)
from bot.domain.verdict import Outcome, Reason
from bot.reports.testing import Tested

PAGE = "https://canon.example.com/runs/12/00000000000000000000000000000012"


def failed(name: str, message: str) -> TestResult:
    return TestResult(
        id=name,
        outcome=TestOutcome.FAILED,
        judged=Judgement.UNEXPECTED_FAILURE,
        message=message,
        seconds=0.1,
    )


def guard(tests: Sequence[TestResult], log: str, *, name: str = "guard") -> CategoryVerdict:
    """A guarding category of which these tests failed."""
    result = CategoryResult(
        category=name,
        phase=Phase.MIGRATE,
        expect=Expectation.PASS,
        outcome=CategoryOutcome.FINDING,
        tests=tuple(tests),
        totals=Totals(
            total=15,
            failed=len(tests),
            passed=15 - len(tests),
            as_expected=15 - len(tests),
            unexpected_failure=len(tests),
        ),
        differences=(CountDifference("failing", 0, len(tests)),),
        notes=("submodules are left empty",),
        exit=1,
        seconds=3.25,
        log_tail=log,
    )
    text = f"{name}: of 15 tests {len(tests)} did not pass, and all must pass in phase migrate"
    return CategoryVerdict(result, Outcome.FAIL, Reason(text=text))


def passing(name: str = "unit", *, untrusted: bool = False) -> CategoryVerdict:
    """A category that is as expected."""
    result = CategoryResult(
        category=name,
        phase=Phase.MIGRATE,
        expect=Expectation.ANY,
        outcome=CategoryOutcome.AS_EXPECTED,
        totals=Totals(total=12, passed=12, as_expected=12),
        exit=0,
        seconds=61.0,
        log_tail="12 passed\n",
        untrusted=untrusted,
    )
    return CategoryVerdict(result, Outcome.PASS)


def of(*categories: CategoryVerdict, waiting: str | None = None, page: str | None = PAGE) -> Tested:
    """The verdict on the categories of one migration."""
    one = MigrationTests(
        issue=1098,
        title="One registry",
        phase=Phase.MIGRATE,
        blocking=True,
        categories=categories,
        left_out=(LeftOut("nightly", "it is run for pushes only"),),
    )
    return Tested(TestVerdict((one,), waiting), page)


def waiting() -> Tested:
    """Nothing was run, because nobody has read the code."""
    reason = (
        "the code comes from a fork: it is run when somebody with the role write or above has read"
        " it and comments `/canon ok-to-test aaaaaaaaaaaa`; each push asks again"
    )
    result = CategoryResult(
        category="guard",
        phase=Phase.MIGRATE,
        expect=Expectation.PASS,
        outcome=CategoryOutcome.COULD_NOT_CHECK,
        reasons=(reason,),
    )
    verdict = CategoryVerdict(result, Outcome.ERROR, Reason(text=f"guard: {reason}"))
    return of(verdict, waiting=reason)
