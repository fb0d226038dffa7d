"""What a migration's coverage goals come to, read from results that are kept."""

from dataclasses import replace

from bot.domain.configuration import Migration
from bot.domain.measurement import PageLink, Unmeasured
from bot.domain.observation import LinesCovered, TestRuns
from bot.domain.phase import Phase
from bot.domain.probe import CoverageGoal
from bot.domain.suite import Category, Executor, Expectation
from bot.domain.testing import CategoryCoverage, CategoryOutcome, CategoryResult
from bot.suites.covered import coverage_of, with_coverage
from bot.suites.run import CategoryRun

COMMIT = "a" * 40
PAGE = PageLink("https://canon.test/runs/1")
GOAL = CoverageGoal(name="carts", file="coverage.xml", paths=("shop/**",))
FOUND = CategoryCoverage(name="carts", file="coverage.xml", paths=("shop/**",), covered=3, lines=4)


def category(name: str, executor: Executor = Executor.SANDBOX) -> Category:
    expect = dict.fromkeys(Phase, Expectation.PASS)
    return Category(name=name, run="true", expect=expect, timeout=60.0, executor=executor)


def result(name: str, *coverage: CategoryCoverage) -> CategoryResult:
    return CategoryResult(
        category=name,
        phase=Phase.DONE,
        expect=Expectation.PASS,
        outcome=CategoryOutcome.AS_EXPECTED,
        coverage=coverage,
    )


def measured(
    *results: CategoryResult, executor: Executor = Executor.SANDBOX
) -> LinesCovered | Unmeasured:
    migration = Migration(
        issue=7,
        title="One",
        phase=Phase.DONE,
        rules=(),
        tests=(category("unit", executor), category("api", executor)),
        coverage=(GOAL,),
    )
    tests = TestRuns(commit=COMMIT, results=results, link=PAGE)
    return coverage_of(migration, tests)["carts"]


def test_the_share_comes_with_its_commit_and_the_runs_page() -> None:
    found = measured(result("unit", FOUND), result("api"))
    assert found == LinesCovered(covered=3, lines=4, commit=COMMIT, link=PAGE)


def test_of_several_the_last_in_the_configurations_order_counts_and_says_so() -> None:
    found = measured(result("api", replace(FOUND, covered=1)), result("unit", FOUND))
    assert isinstance(found, LinesCovered)
    assert found.covered == 1
    assert found.caveats == ("coverage.xml as api wrote it, without that of unit",)


def test_a_file_that_nobody_wrote_is_unmeasured_and_never_nothing() -> None:
    found = measured(result("unit"), result("api"))
    assert found == Unmeasured("coverage.xml was not written by unit, api")


def test_what_ran_elsewhere_left_no_coverage_file_here() -> None:
    found = measured(result("unit"), executor=Executor.ACTIONS)
    assert found == Unmeasured(
        "no category was run in the sandbox, where coverage.xml would be read"
    )


def test_a_file_that_could_not_be_read_says_whose_it_was() -> None:
    found = measured(result("unit", replace(FOUND, unmeasured="coverage.xml cannot be read: x")))
    assert found == Unmeasured("unit: coverage.xml cannot be read: x")


def test_the_figure_of_other_paths_is_not_this_one() -> None:
    found = measured(result("unit", replace(FOUND, paths=("shop/old/**",))))
    assert isinstance(found, Unmeasured)


def test_what_untrusted_code_wrote_is_evidence_only() -> None:
    found = measured(replace(result("unit", FOUND), untrusted=True))
    assert isinstance(found, LinesCovered)
    assert found.caveats == ("evidence only: nobody here wrote the code that wrote it",)


def test_the_file_of_a_run_that_broke_off_is_called_that() -> None:
    broken = replace(result("unit", FOUND), outcome=CategoryOutcome.COULD_NOT_CHECK)
    found = measured(broken)
    assert isinstance(found, LinesCovered)
    assert found.caveats == ("unit did not run as it should",)


def test_without_test_runs_the_reason_is_theirs() -> None:
    migration = Migration(issue=7, title="One", phase=Phase.DONE, rules=(), coverage=(GOAL,))
    why = Unmeasured("no tests were run")
    assert coverage_of(migration, why) == {"carts": why}


def test_a_name_that_is_no_text_can_be_kept() -> None:
    lcov = b"SF:/w/\xff\x1b.py\nDA:1,1\nend_of_record\nSF:/w/x.py\nDA:1,1\nend_of_record\n"
    run = CategoryRun(result("unit"), coverage={"coverage.xml": lcov})
    tree = ["w/x.py", "a/\udcff\x1b.py", "b/\udcff\x1b.py", "shop/a.py"]
    kept = with_coverage(run, [replace(GOAL, paths=("**",))], COMMIT, lambda: tree)
    assert "".join(map(str, kept.coverage)).isprintable()
    assert "".join(kept.coverage[0].caveats).encode()


def test_where_nothing_was_written_the_tree_is_not_read() -> None:
    run = CategoryRun(result("unit"))

    def tree() -> list[str]:
        raise AssertionError

    assert with_coverage(run, [GOAL], COMMIT, tree) == run.result
