"""Test categories: what each phase expects of them, and what their last runs came to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.measurement import CommitLink, Unmeasured
from bot.domain.phase import Phase
from bot.domain.suite import Category, Executor, Expectation
from bot.domain.testing import CategoryOutcome, CategoryResult, Judgement, TestOutcome, TestResult
from bot.reports.figures import share
from bot.reports.frame import Frame
from bot.reports.testing_words import EXPECTED, JUDGED, OUTCOMES
from bot.reports.words import plural

_GLYPHS: Final = {
    CategoryOutcome.AS_EXPECTED: "✅",
    CategoryOutcome.FINDING: "❌",
    CategoryOutcome.COULD_NOT_CHECK: "⚠️",
}
_ORDER: Final = (
    Judgement.UNEXPECTED_FAILURE,
    Judgement.UNEXPECTED_PASS,
    Judgement.COULD_NOT_CHECK,
    Judgement.AS_EXPECTED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestRow:
    """One test. `path` is its file, None where the runner does not tell; `said` is its message."""

    __test__ = False  # pytest would take the name for that of a test

    name: str
    path: str | None
    url: str | None
    outcome: str
    judged: str
    expected: bool
    said: str
    warning: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRow:
    """One category in numbers; all counts are None where it has not run."""

    name: str
    expect: str
    runs_on: str
    glyph: str
    outcome: str
    total: int | None
    failed: int | None
    passed: int | None
    as_expected: int | None
    unexpected: int | None
    unknown: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryDetails:
    """What one category's run came to, test by test, what needs a reader first.

    `quiet`: every test is as expected, so that they need not be read.
    """

    row: CategoryRow
    command: str
    told: str
    reasons: Sequence[str]
    differences: Sequence[str]
    notes: Sequence[str]
    untrusted: bool
    quiet: bool
    tests: Sequence[TestRow]
    tests_left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Suites:
    """All categories. `missing` says why nothing ran; the sums are then None.

    `detection` is the share of the detecting tests that failed, as they do while the mess is there.
    """

    missing: str | None
    rows: Sequence[CategoryRow]
    rows_left_out: int
    details: Sequence[CategoryDetails]
    total: int | None
    failed: int | None
    passed: int | None
    as_expected: int | None
    unexpected: int | None
    unknown: int | None
    categories: int
    categories_run: int
    categories_expected: int
    detection: str | None
    commit: str | None
    commit_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectations:
    """One category, how it is run, and what each phase expects."""

    name: str
    run: str
    runs_on: str
    timeout: str
    setup: str | None
    services: Sequence[str]
    listed: Sequence[str]
    counts: str | None
    detect: str
    migrate: str
    validate: str
    done: str


def suites(frame: Frame) -> Suites:
    """The categories of the migration with the results that there are."""
    tests = frame.evidence.tests
    known = {} if isinstance(tests, Unmeasured) else {one.category: one for one in tests.results}
    declared = frame.evidence.migration.tests
    pairs = [(category, known.get(category.name)) for category in declared]
    ran = [result for _, result in pairs if result is not None]
    rows = frame.rows([_row(category, result, frame) for category, result in pairs])
    return Suites(
        missing=_missing(frame),
        rows=rows.shown,
        rows_left_out=rows.left_out,
        details=[
            _details(row, category, result, frame)
            for row, (category, result) in zip(rows.shown, pairs, strict=False)
            if result is not None
        ],
        total=_sum(ran, "total"),
        failed=_sum(ran, "failed"),
        passed=_sum(ran, "passed"),
        as_expected=_sum(ran, "as_expected"),
        unexpected=sum(map(_unexpected, ran)) if ran else None,
        unknown=_sum(ran, "could_not_check"),
        categories=len(declared),
        categories_run=len(ran),
        categories_expected=sum(one.outcome is CategoryOutcome.AS_EXPECTED for one in ran),
        detection=_detection(pairs),
        commit=None if isinstance(tests, Unmeasured) else tests.commit,
        commit_url=None
        if isinstance(tests, Unmeasured)
        else frame.url(tests.link or CommitLink(tests.commit)),
    )


def expectations(frame: Frame) -> Sequence[Expectations]:
    """What is asked of each category in each phase."""
    shown = frame.rows(frame.evidence.migration.tests).shown
    return [_expectations(category, frame) for category in shown]


def _missing(frame: Frame) -> str | None:
    if not frame.evidence.migration.tests:
        return "the configuration has no test categories"
    tests = frame.evidence.tests
    return tests.reason if isinstance(tests, Unmeasured) else None


def _sum(results: Sequence[CategoryResult], name: str) -> int | None:
    return sum(getattr(one.totals, name) for one in results) if results else None


def _unexpected(result: CategoryResult) -> int:
    return result.totals.unexpected_pass + result.totals.unexpected_failure


def _detection(pairs: Sequence[tuple[Category, CategoryResult | None]]) -> str | None:
    """Over the categories that must fail in `detect`, whatever the phase is now."""
    detecting = [
        result
        for category, result in pairs
        if result is not None and category.expect[Phase.DETECT] is Expectation.FAIL
    ]
    tests = [test for result in detecting for test in result.tests]
    if not tests:
        return None
    failed = sum(test.outcome is TestOutcome.FAILED for test in tests)
    of = plural(len(tests), "detecting test")
    return f"{share(failed / len(tests))} ({failed:,} of {of} failed)"


def _row(category: Category, result: CategoryResult | None, frame: Frame) -> CategoryRow:
    totals = result.totals if result else None
    expect = result.expect if result else category.expect[frame.evidence.migration.phase]
    return CategoryRow(
        name=category.name,
        expect=EXPECTED[expect],
        runs_on=_runs_on(category),
        glyph=_GLYPHS[result.outcome] if result else "",
        outcome=OUTCOMES[result.outcome] if result else "not run",
        total=totals.total if totals else None,
        failed=totals.failed if totals else None,
        passed=totals.passed if totals else None,
        as_expected=totals.as_expected if totals else None,
        unexpected=_unexpected(result) if result else None,
        unknown=totals.could_not_check if totals else None,
    )


def _runs_on(category: Category) -> str:
    return "GitHub Actions" if category.executor is Executor.ACTIONS else "sandbox"


def _details(
    row: CategoryRow, category: Category, result: CategoryResult, frame: Frame
) -> CategoryDetails:
    tests = frame.cut(
        sorted(result.tests, key=lambda test: _ORDER.index(test.judged)), frame.room.tests
    )
    return CategoryDetails(
        row=row,
        command=category.run,
        told=", ".join(_told(result)),
        reasons=frame.rows(result.reasons).shown,
        differences=[str(one) for one in result.differences],
        notes=frame.rows(result.notes).shown,
        untrusted=result.untrusted,
        quiet=all(test.judged is Judgement.AS_EXPECTED for test in result.tests),
        tests=[_test(test, frame) for test in tests.shown],
        tests_left_out=tests.left_out,
    )


def _told(result: CategoryResult) -> Iterator[str]:
    totals = result.totals
    yield plural(totals.total, "test")
    for words, count in (
        ("as expected", totals.as_expected),
        ("did not fail though they had to", totals.unexpected_pass),
        ("failed though they had to pass", totals.unexpected_failure),
        ("could not be checked", totals.could_not_check),
    ):
        if count:
            yield f"{count:,} {words}"


def _test(test: TestResult, frame: Frame) -> TestRow:
    path, _, name = test.id.partition("::")
    in_file = bool(name) and path.endswith(".py")
    return TestRow(
        name=name if in_file else test.id,
        path=path if in_file else None,
        url=frame.at(path, 1) if in_file else None,
        outcome=test.outcome.replace("_", " "),
        judged=JUDGED[test.judged],
        expected=test.judged is Judgement.AS_EXPECTED,
        said=test.message,
        warning=test.warning,
    )


def _expectations(category: Category, frame: Frame) -> Expectations:
    return Expectations(
        name=category.name,
        run=category.run,
        runs_on=_runs_on(category),
        timeout=_time(category.timeout),
        setup=category.setup,
        services=category.services,
        listed=frame.cut(category.listed, frame.room.tests).shown,
        counts=_counts(category),
        detect=EXPECTED[category.expect[Phase.DETECT]],
        migrate=EXPECTED[category.expect[Phase.MIGRATE]],
        validate=EXPECTED[category.expect[Phase.VALIDATE]],
        done=EXPECTED[category.expect[Phase.DONE]],
    )


def _time(seconds: float) -> str:
    minutes = seconds / 60
    return f"{minutes:g} min" if minutes >= 1 else f"{seconds:g} s"


def _counts(category: Category) -> str | None:
    counts = category.counts
    if counts is None:
        return None
    said = [
        *([] if counts.total is None else [plural(counts.total, "test")]),
        *([] if counts.failing is None else [f"{counts.failing:,} failing"]),
    ]
    return ", ".join(said) or None
