"""What the test categories of a run came to, for its check and its comment."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from bot.domain.tested import CategoryVerdict, MigrationTests, TestVerdict
from bot.domain.testing import CategoryOutcome, CategoryResult, Judgement, TestResult
from bot.domain.verdict import Outcome
from bot.reports.markdown import Markdown
from bot.reports.rendering import fitted, render
from bot.reports.testing_words import EXPECTED, OUTCOMES
from bot.reports.words import plural

LONGEST_TABLE: Final = 12_000
"""Bytes of the table, in the comment and in the check's summary."""
LONGEST_DETAILS: Final = 30_000
"""Bytes of the failing tests and their logs, in the check's text."""


@dataclass(frozen=True, slots=True)
class Tested:
    """The verdict on the tests, and the address of the run's page, where it has one."""

    __test__ = False  # pytest would take the name for that of a test

    verdict: TestVerdict
    page: str | None = None

    @property
    def headline(self) -> str:
        """The verdict in one line, without markup."""
        if self.verdict.waiting:
            return "tests wait for an approval"
        categories = self.verdict.categories
        if not categories:
            return "no tests asked for"
        wrong = _names(categories, CategoryOutcome.FINDING)
        unknown = _names(categories, CategoryOutcome.COULD_NOT_CHECK)
        parts = [f"tests not as expected: {wrong}"] if wrong else []
        parts += [f"tests could not be checked: {unknown}"] if unknown else []
        ran = sum(one.result.totals.total for one in categories)
        return "; ".join(parts) or f"{plural(ran, 'test')} as expected"

    @property
    def worth_a_comment(self) -> bool:
        """Whether an author has to hear of it."""
        return any(category.reason for category in self.verdict.categories)

    def table(self) -> Markdown:
        """Category by category, and the reasons."""
        return _fitted("categories", self, _TABLE, LONGEST_TABLE)

    def details(self) -> Markdown:
        """The tests that are not as expected, and the ends of the logs."""
        if not any(category.reason for category in self.verdict.categories):
            return Markdown("")
        return _fitted("category_details", self, _DETAILS, LONGEST_DETAILS)


@dataclass(frozen=True, slots=True)
class _Budget:
    """So many categories, remarks, tests of each, and characters of each log."""

    categories: int
    remarks: int = 0
    tests: int = 0
    log: int = 0


_TABLE: Final = (_Budget(60, 60), _Budget(30, 15), _Budget(10, 5), _Budget(3, 1))
_DETAILS: Final = (
    _Budget(60, tests=200, log=4000),
    _Budget(30, tests=50, log=2000),
    _Budget(20, tests=10, log=500),
    _Budget(5, tests=3, log=200),
    _Budget(1, tests=1),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    name: str
    expect: str
    outcome: str
    failing: bool
    tests: int
    as_expected: int
    time: str
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Details:
    name: str
    reason: str
    tests: Sequence[TestResult]
    tests_left_out: int
    log: Markdown
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    rows: Sequence[_Row]
    rows_left_out: int
    remarks: Sequence[str]
    remarks_left_out: int
    details: Sequence[_Details]
    untrusted: bool
    left_out: Sequence[str]


def _fitted(template: str, tested: Tested, budgets: Sequence[_Budget], longest: int) -> Markdown:
    def written(budget: _Budget) -> str:
        return render(template, tests=_view(tested, budget))

    make: Callable[[_Budget], str] = written
    return Markdown(fitted(budgets, longest, make))


def _view(tested: Tested, budget: _Budget) -> _View:
    verdict = tested.verdict
    pairs = [(one, each) for one in verdict.migrations for each in one.categories]
    shown = pairs[: budget.categories]
    wrong = [pair for pair in pairs if pair[1].reason][: budget.categories]
    remarks = list(_remarks(verdict))
    return _View(
        rows=[_row(one, each, tested.page) for one, each in shown],
        rows_left_out=len(pairs) - len(shown),
        remarks=remarks[: budget.remarks],
        remarks_left_out=max(0, len(remarks) - budget.remarks),
        details=[_details(one, each, tested.page, budget) for one, each in wrong],
        untrusted=any(each.result.untrusted for _, each in pairs),
        left_out=[
            f"{each.category}: {each.reason}" for one in verdict.migrations for each in one.left_out
        ][: budget.remarks],
    )


def _remarks(verdict: TestVerdict) -> Iterator[str]:
    if verdict.waiting:
        yield verdict.waiting
        return
    for category in verdict.categories:
        if category.reason:
            yield category.reason.text
        result = category.result
        yield from (f"{result.category}: {difference}" for difference in result.differences)
        yield from (f"{result.category}: {note}" for note in result.notes)
        warned = sum(test.warning is not None for test in result.tests)
        if warned:
            first = next(test for test in result.tests if test.warning)
            more = f" ({plural(warned - 1, 'more test')} with a warning)" if warned > 1 else ""
            yield f"{result.category}: `{first.id}`: {first.warning}{more}"


def _row(migration: MigrationTests, category: CategoryVerdict, page: str | None) -> _Row:
    result = category.result
    return _Row(
        name=result.category,
        expect=EXPECTED[result.expect],
        outcome=OUTCOMES[result.outcome],
        failing=category.outcome in {Outcome.FAIL, Outcome.ERROR},
        tests=result.totals.total,
        as_expected=result.totals.as_expected,
        time=f"{result.seconds:.1f} s",
        url=_log_url(migration, result, page),
    )


def _details(
    migration: MigrationTests, category: CategoryVerdict, page: str | None, budget: _Budget
) -> _Details:
    result = category.result
    wrong = [test for test in result.tests if test.judged is not Judgement.AS_EXPECTED]
    assert category.reason
    return _Details(
        name=result.category,
        reason=category.reason.text,
        tests=wrong[: budget.tests],
        tests_left_out=max(0, len(wrong) - budget.tests),
        log=log_block(result.log_tail[-budget.log :] if budget.log else ""),
        url=_log_url(migration, result, page),
    )


def log_block(log: str) -> Markdown:
    """A log as a block of code that it cannot close; nothing for an empty one."""
    body = "".join(
        char if char.isprintable() or char in "\n\t" else "\N{REPLACEMENT CHARACTER}"
        for char in log
    ).strip("\n")
    if not body:
        return Markdown("")
    longest = max(map(len, re.findall("`+", body)), default=0)
    fence = "`" * max(3, longest + 1)
    return Markdown(f"{fence}text\n{body}\n{fence}")


def _log_url(migration: MigrationTests, result: CategoryResult, page: str | None) -> str | None:
    if page is None or not result.log_tail:
        return None
    return f"{page}/{migration.issue}/{quote(result.category)}"


def _names(categories: Sequence[CategoryVerdict], outcome: CategoryOutcome) -> str:
    names = [one.result.category for one in categories if one.result.outcome is outcome]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
