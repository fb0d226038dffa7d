"""The measures of test runs: shares of tests, over categories that were really run.

Where something is wrong with a category's run as a whole, it gives no share of passed or expected
tests: how many tests there would have been is not known. What it reported still says which part of
the known tests ran.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.decide.words import many
from bot.domain.measure import Figure, Measure
from bot.domain.measurement import CommitLink, Evidence, Measured, Measurement, Unmeasured
from bot.domain.observation import TestRuns
from bot.domain.suite import Category
from bot.domain.testing import (
    CategoryResult,
    Judgement,
    TestOutcome,
    TestResult,
)


@dataclass(frozen=True, slots=True)
class _Share:
    """Which tests a measure counts, and whether it needs whole runs."""

    counts: Callable[[TestResult], bool]
    whole_runs: bool = True


def _passed(test: TestResult) -> bool:
    return test.outcome in {TestOutcome.PASSED, TestOutcome.XPASSED}


_SHARES = {
    Figure.TESTS_RAN: _Share(lambda test: test.outcome.ran, whole_runs=False),
    Figure.TESTS_PASSED: _Share(_passed),
    Figure.TESTS_AS_EXPECTED: _Share(lambda test: test.judged is Judgement.AS_EXPECTED),
}


def measure_tests(
    categories: Sequence[Category], tests: TestRuns | Unmeasured
) -> Iterator[tuple[Measure, Measurement]]:
    """The shares over all categories of a migration, and of each category."""
    for figure, share in _SHARES.items():
        yield Measure(figure), _taken(categories, tests, share)
    for category in categories:
        measure = Measure(Figure.CATEGORY_PASSED, category.name)
        yield measure, _taken([category], tests, _Share(_passed))


def _taken(
    categories: Sequence[Category], tests: TestRuns | Unmeasured, share: _Share
) -> Measurement:
    if isinstance(tests, Unmeasured):
        return tests
    if not categories:
        return Unmeasured("there is no test category")
    by_name = {result.category: result for result in tests.results}
    results = [by_name.get(category.name) for category in categories]
    for category, result in zip(categories, results, strict=True):
        missing = _missing(result, share)
        if missing:
            return Unmeasured(f"category {category.name}: {missing}")
    return _over([result for result in results if result], tests, share)


def _missing(result: CategoryResult | None, share: _Share) -> str | None:
    """Why a category gives no share; None where it does."""
    if result is None:
        return "it has not run"
    if result.reasons and (share.whole_runs or not result.tests):
        return result.reasons[0]
    return None if result.tests else "it has no test"


def _over(results: Sequence[CategoryResult], tests: TestRuns, share: _Share) -> Measurement:
    every = [test for result in results for test in result.tests]
    part = sum(share.counts(test) for test in every)
    within = f" in {len(results)} categories" if len(results) > 1 else ""
    evidence = Evidence(
        basis=f"{part:,} of {many(len(every), 'test')}{within}",
        commit=tests.commit,
        link=tests.link or CommitLink(tests.commit),
        caveats=tuple(_caveats(results)),
    )
    return Measured(part / len(every), evidence)


def _caveats(results: Sequence[CategoryResult]) -> Iterator[str]:
    for result in results:
        yield from (f"category {result.category}: {reason}" for reason in result.reasons)
    if any(result.untrusted for result in results):
        yield "reported by code that is not trusted, which may say what it likes"
