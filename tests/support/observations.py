"""Short ways to write what was seen of a migration."""

from datetime import date
from typing import Any

from bot.domain.measure import Measure
from bot.domain.measurement import Evidence, Measured, Measurement, Unmeasured
from bot.domain.observation import Observations, TestRuns
from bot.domain.phase import Phase
from bot.domain.plan import Condition, Operator, Step
from bot.domain.suite import Category, Expectation
from bot.domain.testing import (
    CategoryOutcome,
    CategoryResult,
    Judgement,
    TestOutcome,
    TestResult,
    Totals,
)
from tests.support.scans import HEAD

TODAY = date(2026, 11, 21)
NOTHING = Unmeasured("nothing was looked at")


def named(name: str) -> Measure:
    """A measure by its name in the configuration."""
    found = Measure.parse(name)
    assert found is not None
    return found


def measured(value: float, basis: str = "as seen") -> Measured:
    """A value with hardly any evidence."""
    return Measured(value, Evidence(basis=basis))


def seen(**what: Any) -> Observations:
    """Observations of which only these were made."""
    return Observations(**{"scan": NOTHING, "tests": NOTHING, "codemods": NOTHING, **what})


def category(name: str = "unit", expect: Expectation = Expectation.PASS) -> Category:
    """A category that expects the same in every phase."""
    return Category(name=name, run="pytest", expect=dict.fromkeys(Phase, expect), timeout=600.0)


def result(
    name: str = "unit",
    passed: int = 0,
    failed: int = 0,
    *,
    not_run: int = 0,
    expect: Expectation = Expectation.PASS,
    phase: Phase = Phase.MIGRATE,
    **changes: Any,
) -> CategoryResult:
    """A category's result with so many tests of each outcome, judged by what is expected."""
    wanted, other = (
        (TestOutcome.FAILED, Judgement.UNEXPECTED_PASS)
        if expect is Expectation.FAIL
        else (TestOutcome.PASSED, Judgement.UNEXPECTED_FAILURE)
    )
    outcomes = (
        [TestOutcome.PASSED] * passed
        + [TestOutcome.FAILED] * failed
        + [TestOutcome.NOT_RUN] * not_run
    )
    tests = tuple(
        TestResult(id=f"{name}::test_{n}", outcome=outcome, judged=_judged(outcome, wanted, other))
        for n, outcome in enumerate(outcomes)
    )
    as_expected = sum(test.judged is Judgement.AS_EXPECTED for test in tests)
    values: dict[str, Any] = {
        "category": name,
        "phase": phase,
        "expect": expect,
        "outcome": CategoryOutcome.AS_EXPECTED
        if as_expected == len(tests)
        else CategoryOutcome.FINDING,
        "tests": tests,
        "totals": Totals(total=len(tests), passed=passed, failed=failed, as_expected=as_expected),
        **changes,
    }
    return CategoryResult(**values)


def runs(*results: CategoryResult, **changes: Any) -> TestRuns:
    """The results of one commit."""
    return TestRuns(**{"commit": HEAD, "results": results, **changes})


def when(name: str, operator: Operator, value: float) -> Condition:
    """A condition on a measure by its name."""
    return Condition(measure=named(name), operator=operator, value=value)


def step(title: str = "Consolidate imports", **changes: Any) -> Step:
    """A step of the plan, without a condition unless one is given."""
    return Step(**{"phase": Phase.MIGRATE, "title": title, **changes})


def reason(measurement: Measurement) -> str:
    """Why there is no value."""
    assert isinstance(measurement, Unmeasured)
    return measurement.reason


def _judged(outcome: TestOutcome, wanted: TestOutcome, other: Judgement) -> Judgement:
    if outcome is TestOutcome.NOT_RUN:
        return Judgement.COULD_NOT_CHECK
    return Judgement.AS_EXPECTED if outcome is wanted else other
