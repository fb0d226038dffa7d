"""What the coverage files of test runs come to: kept with each result, and read again later."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from bot.domain.configuration import Migration
from bot.domain.measurement import Unmeasured
from bot.domain.observation import LinesCovered, TestRuns
from bot.domain.probe import CoverageGoal
from bot.domain.suite import Executor
from bot.domain.testing import CategoryCoverage, CategoryOutcome, CategoryResult
from bot.suites.assessment import shown
from bot.suites.coverage import measure_coverage
from bot.suites.run import CategoryRun


def coverage_paths(migration: Migration) -> tuple[str, ...]:
    """The coverage files that a migration names, each once."""
    return tuple(dict.fromkeys(goal.file for goal in migration.coverage))


def with_coverage(
    run: CategoryRun,
    goals: Sequence[CoverageGoal],
    commit: str,
    tree: Callable[[], Collection[str]],
) -> CategoryResult:
    """A run's result with what its coverage files say of the goals, and a note for each.

    `tree` gives the paths of all files at `commit`; it is asked only where a file was written.
    """
    written = [goal for goal in goals if goal.file in run.coverage]
    if not written:
        return run.result
    found = measure_coverage(written, run.coverage, tree=tree(), commit=commit)
    coverage = tuple(_kept(goal, found[goal.name]) for goal in written)
    notes = tuple(map(str, coverage))
    return replace(run.result, coverage=coverage, notes=run.result.notes + notes)


def coverage_of(
    migration: Migration, tests: TestRuns | Unmeasured
) -> Mapping[str, LinesCovered | Unmeasured]:
    """What each goal of a migration comes to on the commit of the test runs, by its name."""
    if isinstance(tests, Unmeasured):
        return {goal.name: tests for goal in migration.coverage}
    return {goal.name: _latest(goal, migration, tests) for goal in migration.coverage}


def _kept(goal: CoverageGoal, found: LinesCovered | Unmeasured) -> CategoryCoverage:
    empty = CategoryCoverage(name=goal.name, file=goal.file, paths=goal.paths)
    if isinstance(found, Unmeasured):
        return replace(empty, unmeasured=shown(found.reason))
    return replace(
        empty,
        covered=found.covered,
        lines=found.lines,
        caveats=tuple(map(shown, found.caveats)),
    )


def _latest(goal: CoverageGoal, migration: Migration, tests: TestRuns) -> LinesCovered | Unmeasured:
    """What the last of the categories says that wrote the file, in the configuration's order.

    Categories run side by side, so that their order in time would be chance.
    """
    by_name = {result.category: result for result in tests.results}
    ran = [
        by_name[category.name]
        for category in migration.tests
        if category.name in by_name and category.executor is Executor.SANDBOX
    ]
    found = [(result, one) for result in ran for one in result.coverage if _is_about(one, goal)]
    if not found:
        return Unmeasured(_missing(goal, ran))
    result, last = found[-1]
    if last.unmeasured is not None:
        return Unmeasured(f"{result.category}: {last.unmeasured}")
    others = [other.category for other, _ in found[:-1]]
    return LinesCovered(
        covered=last.covered,
        lines=last.lines,
        commit=tests.commit,
        link=tests.link,
        caveats=(*last.caveats, *_caveats(result, goal.file, others)),
    )


def _is_about(one: CategoryCoverage, goal: CoverageGoal) -> bool:
    """What was measured for other paths, under an earlier configuration, says nothing of these."""
    return (one.name, one.file, one.paths) == (goal.name, goal.file, goal.paths)


def _missing(goal: CoverageGoal, ran: Sequence[CategoryResult]) -> str:
    if not ran:
        return f"no category was run in the sandbox, where {goal.file} would be read"
    return f"{goal.file} was not written by {', '.join(result.category for result in ran)}"


def _caveats(result: CategoryResult, file: str, others: Sequence[str]) -> Iterator[str]:
    if result.untrusted:
        yield "evidence only: nobody here wrote the code that wrote it"
    if result.outcome is CategoryOutcome.COULD_NOT_CHECK:
        yield f"{result.category} did not run as it should"
    if others:
        yield f"{file} as {result.category} wrote it, without that of {', '.join(others)}"
