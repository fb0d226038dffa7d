from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from bot.adapters.store.results import DatabaseTestResults
from bot.adapters.store.runs import DatabaseRuns
from bot.adapters.store.wishes import DatabaseQueue
from bot.domain.measurement import PageLink
from bot.domain.observation import TestRuns
from bot.domain.phase import Phase
from bot.domain.suite import Expectation
from bot.domain.testing import (
    CategoryCoverage,
    CategoryOutcome,
    CategoryResult,
    CountDifference,
    Judgement,
    TestOutcome,
    TestResult,
    Totals,
)
from bot.ports.store import Run
from bot.ports.testing import CategoryRecord
from tests.support.work import REPOSITORY, target, work

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HEAD = "a" * 40
TEST = TestResult(
    id="tests/test_a.py::test_é",
    outcome=TestOutcome.FAILED,
    judged=Judgement.UNEXPECTED_FAILURE,
    message="AssertionError: <b>",
    seconds=0.25,
)
RESULT = CategoryResult(
    category="unit",
    phase=Phase.MIGRATE,
    expect=Expectation.PASS,
    outcome=CategoryOutcome.FINDING,
    tests=(TEST,),
    totals=Totals(total=1, failed=1, unexpected_failure=1),
    differences=(CountDifference("total", 2, 1),),
    reasons=("it was slow",),
    exit=1,
    log_tail="1 failed",
    untrusted=True,
    coverage=(
        CategoryCoverage(
            name="carts", file="c.xml", paths=("shop/**",), covered=3, lines=4, caveats=("x",)
        ),
        CategoryCoverage(name="old", file=".coverage", unmeasured="too large"),
    ),
)


@pytest.fixture
def results(engine: Engine) -> DatabaseTestResults:
    return DatabaseTestResults(engine, "https://canon.example.com")


def begin(engine: Engine, name: str = "1", head: str = HEAD) -> Run:
    DatabaseQueue(engine).want([work(name)])
    runs = DatabaseRuns(engine)
    state = runs.target(target(name).key)
    assert state is not None
    return runs.begin(state, head_sha=head, base_ref="main", now=NOW, deadline_at=NOW)


def record(run: Run, *, minutes: int = 0, **changes: object) -> CategoryRecord:
    result = replace(RESULT, **changes)  # type: ignore[arg-type]
    at = NOW + timedelta(minutes=minutes)
    return CategoryRecord(run=run.id, issue=7, definition="d", at=at, result=result)


def test_a_result_is_read_as_it_was_recorded(engine: Engine, results: DatabaseTestResults) -> None:
    kept = record(begin(engine))
    results.record(kept, b"all of the log")

    assert results.of_run(kept.run) == [kept]
    assert results.log(kept.run, 7, "unit") == b"all of the log"


def test_a_result_that_is_there_is_replaced(engine: Engine, results: DatabaseTestResults) -> None:
    run = begin(engine)
    results.record(record(run), b"first")
    later = record(run, minutes=1, exit=0)
    results.record(later, b"")

    assert results.of_run(run.id) == [later]
    assert results.log(run.id, 7, "unit") is None


def test_the_latest_result_of_each_category_on_a_commit_counts(
    engine: Engine, results: DatabaseTestResults
) -> None:
    first, second, other = begin(engine), begin(engine, "2"), begin(engine, "3", "b" * 40)
    late, early = record(first, minutes=2), record(second, minutes=1)
    slow = record(second, category="slow")
    for one in (late, early, slow, record(other, minutes=9)):
        results.record(one, b"")

    assert results.of_commit(REPOSITORY.id, HEAD) == [slow, late]
    page = PageLink(f"https://canon.example.com/runs/{second.id}/{second.page}")
    assert results.latest(REPOSITORY.id, 7, HEAD) == TestRuns(
        commit=HEAD, results=(slow.result, late.result), link=page
    )
    assert results.latest(REPOSITORY.id, 8, HEAD) is None
    assert results.latest(99, 7, HEAD) is None


def test_a_result_that_is_taken_over_keeps_its_time_and_its_log(
    engine: Engine, results: DatabaseTestResults
) -> None:
    first, second = record(begin(engine)), begin(engine)
    results.record(first, b"log")
    results.take_over(first, second.id)

    assert results.of_run(second.id) == [replace(first, run=second.id)]
    assert results.log(second.id, 7, "unit") == b"log"


def test_a_long_log_keeps_its_beginning_and_its_end(
    engine: Engine, results: DatabaseTestResults
) -> None:
    run = begin(engine)
    results.record(record(run), b"first" + b"x" * 2_000_000 + b"last")

    log = results.log(run.id, 7, "unit")
    assert log is not None
    assert log.startswith(b"first")
    assert log.endswith(b"last")
    assert len(log) < 600_000


def test_logs_are_forgotten_and_results_are_not(
    engine: Engine, results: DatabaseTestResults
) -> None:
    run = begin(engine)
    old, new = record(run), record(run, minutes=60, category="slow")
    for one in (old, new):
        results.record(one, b"log")
    results.forget(timedelta(minutes=30), NOW + timedelta(minutes=60))

    assert results.of_run(run.id) == [new, old]
    assert results.log(run.id, 7, "unit") is None
    assert results.log(run.id, 7, "slow") == b"log"
