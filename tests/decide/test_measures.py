from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from bot.decide.measures import measure
from bot.domain.configuration import Migration
from bot.domain.measure import Figure, Measure
from bot.domain.measurement import (
    CommitLink,
    FileLink,
    Measured,
    Measurement,
    PageLink,
    Unmeasured,
)
from bot.domain.observation import Fixable, LinesCovered, ProbeHistory, RecordedCount
from bot.domain.phase import Phase
from bot.domain.plan import Operator
from bot.domain.probe import CoverageGoal, Probe
from bot.domain.scan import FileProblem, Scan
from bot.domain.suite import Expectation
from bot.domain.testing import CategoryOutcome
from tests.support.observations import (
    NOTHING,
    TODAY,
    category,
    named,
    reason,
    result,
    runs,
    seen,
    step,
    when,
)
from tests.support.scans import HEAD, WAIVER, configuration, migration, rule, scan, violation

DAY = date(2026, 9, 1)
TWO_RULES = migration(rule("one"), rule("two"))
DETAILS = PageLink("https://canon.example.com/runs/7")


def taken(of: Migration, name: str, **what: Any) -> Measurement:
    return measure(of, seen(**what), today=TODAY).of(named(name))


def value(measurement: Measurement) -> Measured:
    assert isinstance(measurement, Measured)
    return measurement


def two_rules(**changes: Any) -> Scan:
    found = (
        violation("a.py", 3, rule="one"),
        violation("a.py", 9, rule="one", symbol="other"),
        violation("b.py", 4, rule="two"),
        violation("c.py", 1, rule="two", waiver=WAIVER),
    )
    return scan(found, of=configuration(TWO_RULES), **changes)


@pytest.mark.parametrize(
    ("name", "expected", "basis"),
    [
        ("violations.total", 3, "3 violations in 2 files"),
        ("violations.rule.one", 2, "2 violations in 1 file"),
        ("violations.rule.two", 1, "1 violation in 1 file"),
        ("files.affected", 2, "2 of 100 files"),
        ("rules.confirmed", 1.0, "2 of 2 rules"),
        ("rules.met", 0.0, "0 of 2 rules"),
    ],
)
def test_a_scan_is_counted_without_what_is_waived(name: str, expected: float, basis: str) -> None:
    measurement = value(taken(TWO_RULES, name, scan=two_rules()))
    assert (measurement.value, measurement.evidence.basis) == (expected, basis)


@pytest.mark.parametrize(
    ("name", "link"),
    [
        ("violations.total", FileLink(HEAD, "a.py", 3)),
        ("violations.rule.two", FileLink(HEAD, "b.py", 4)),
    ],
)
def test_a_count_links_to_its_first_violation_at_the_commit(name: str, link: FileLink) -> None:
    evidence = value(taken(TWO_RULES, name, scan=two_rules())).evidence
    assert (evidence.commit, evidence.link) == (HEAD, link)


def test_a_count_of_nothing_links_to_the_commit() -> None:
    empty = scan(of=configuration(TWO_RULES))
    measurement = value(taken(TWO_RULES, "violations.total", scan=empty))
    assert (measurement.value, measurement.evidence.link) == (0, CommitLink(HEAD))


def test_a_working_directory_has_no_page_to_link_to() -> None:
    evidence = value(
        taken(TWO_RULES, "violations.total", scan=two_rules(commit=f"{HEAD}+worktree"))
    ).evidence
    assert evidence.link is None


def test_only_the_migration_is_counted() -> None:
    other = violation("z.py", migration=7, rule="one")
    both = scan((violation("a.py", rule="one"), other), of=configuration(TWO_RULES))
    assert value(taken(TWO_RULES, "files.affected", scan=both)).value == 1


def test_rules_are_confirmed_by_a_violation_and_met_at_their_target() -> None:
    of = migration(rule("one", target=2), rule("two"), rule("three"))
    found = scan(
        [violation(f"f{n}.py", rule="one") for n in range(2)] + [violation(rule="two")],
        of=configuration(of),
    )
    assert value(taken(of, "rules.confirmed", scan=found)).value == 2 / 3
    assert value(taken(of, "rules.met", scan=found)).value == 2 / 3


def test_files_that_were_not_read_are_a_caveat() -> None:
    skipped = [FileProblem("x.py", "larger than 1 MiB")]
    degraded = [FileProblem("y.py", "syntax error"), FileProblem("z.py", "syntax error")]
    evidence = value(
        taken(TWO_RULES, "violations.total", scan=two_rules(skipped=skipped, degraded=degraded))
    ).evidence
    assert evidence.caveats == (
        "1 file could not be read",
        "2 files could be read in part only",
    )


def recorded(**counts: int) -> Mapping[str, RecordedCount]:
    return {id_: RecordedCount(count, "e" * 40, DAY) for id_, count in counts.items()}


@pytest.mark.parametrize(
    ("first", "expected", "basis"),
    [
        ({"one": 8, "two": 4}, 0.75, "12 on 2026-09-01, now 3"),
        ({"one": 3, "two": 0}, 0.0, "3 on 2026-09-01, now 3"),
        ({"one": 1, "two": 1}, 0.0, "2 on 2026-09-01, now 3"),
        ({"one": 8, "two": 4, "gone": 99}, 0.75, "12 on 2026-09-01, now 3"),
    ],
)
def test_what_is_removed_is_a_share_of_the_first_recorded_counts_of_todays_rules(
    first: Mapping[str, int], expected: float, basis: str
) -> None:
    measurement = value(
        taken(TWO_RULES, "violations.removed", scan=two_rules(), first=recorded(**first))
    )
    assert (measurement.value, measurement.evidence.basis) == (expected, basis)


@pytest.mark.parametrize(
    ("first", "why"),
    [
        ({}, "no earlier count of rule one is recorded"),
        ({"one": 3}, "no earlier count of rule two is recorded"),
        ({"one": 0, "two": 0}, "the first recorded count is 0"),
    ],
)
def test_without_a_first_count_there_is_no_share_removed(
    first: Mapping[str, int], why: str
) -> None:
    measurement = taken(TWO_RULES, "violations.removed", scan=two_rules(), first=recorded(**first))
    assert reason(measurement) == why


def test_without_a_scan_nothing_about_violations_is_measured() -> None:
    for name in ("violations.total", "violations.rule.one", "violations.removed", "rules.met"):
        why = reason(taken(TWO_RULES, name, scan=Unmeasured("the scan was cut off")))
        assert why == "the scan was cut off"


def test_a_rule_that_the_scan_does_not_know_is_not_taken_for_one_without_violations() -> None:
    of = migration(rule("one"), rule("new"))
    for name in ("violations.total", "violations.rule.one", "violations.rule.new"):
        assert reason(taken(of, name, scan=two_rules())) == "the scan did not count rule new"


def test_a_migration_without_rules_has_no_share_of_them() -> None:
    empty = Migration(issue=1098, title="", phase=Phase.DETECT, rules=())
    found = scan(of=configuration(empty))
    assert reason(taken(empty, "rules.met", scan=found)) == "there is no rule"


TESTED = migration(tests=(category("unit"), category("e2e", Expectation.FAIL)))


@pytest.mark.parametrize(
    ("name", "expected", "basis"),
    [
        ("tests.ran", 19 / 20, "19 of 20 tests in 2 categories"),
        ("tests.passed", 11 / 20, "11 of 20 tests in 2 categories"),
        # 9 pass as they must, 5 fail as they must; 3 fail, 2 pass, 1 did not run
        ("tests.as_expected", 14 / 20, "14 of 20 tests in 2 categories"),
        ("tests.category.unit.passed", 9 / 12, "9 of 12 tests"),
        ("tests.category.e2e.passed", 2 / 8, "2 of 8 tests"),
    ],
)
def test_tests_are_shares_of_the_tests_that_are_known(
    name: str, expected: float, basis: str
) -> None:
    results = runs(
        result("unit", passed=9, failed=3),
        result("e2e", passed=2, failed=5, not_run=1, expect=Expectation.FAIL),
    )
    measurement = value(taken(TESTED, name, tests=results))
    assert (measurement.value, measurement.evidence.basis) == (expected, basis)
    assert (measurement.evidence.commit, measurement.evidence.link) == (HEAD, CommitLink(HEAD))


def test_a_category_that_has_not_run_leaves_the_sums_unmeasured() -> None:
    tests = runs(result("unit", passed=9))
    for name in ("tests.ran", "tests.passed", "tests.as_expected", "tests.category.e2e.passed"):
        assert reason(taken(TESTED, name, tests=tests)) == "category e2e: it has not run"
    assert value(taken(TESTED, "tests.category.unit.passed", tests=tests)).value == 1


def test_a_run_that_was_cut_short_gives_no_share_but_of_what_ran() -> None:
    cut = result(
        "unit",
        passed=9,
        not_run=1,
        outcome=CategoryOutcome.FINDING,
        reasons=("it did not end within 600 s",),
    )
    of, tests = migration(tests=(category("unit"),)), runs(cut)
    why = "category unit: it did not end within 600 s"
    assert reason(taken(of, "tests.passed", tests=tests)) == why
    assert reason(taken(of, "tests.category.unit.passed", tests=tests)) == why
    ran = value(taken(of, "tests.ran", tests=tests))
    assert (ran.value, ran.evidence.caveats) == (0.9, (why,))


def test_a_category_without_tests_gives_no_share() -> None:
    of = migration(tests=(category("unit"),))
    assert reason(taken(of, "tests.ran", tests=runs(result("unit")))) == (
        "category unit: it has no test"
    )
    sandbox_off = result("unit", outcome=CategoryOutcome.COULD_NOT_CHECK, reasons=("no sandbox",))
    assert reason(taken(of, "tests.ran", tests=runs(sandbox_off))) == "category unit: no sandbox"


def test_without_categories_or_runs_tests_are_unmeasured() -> None:
    assert reason(taken(migration(), "tests.passed", tests=runs())) == "there is no test category"
    assert reason(taken(TESTED, "tests.passed")) == NOTHING.reason


def test_results_of_code_that_is_not_trusted_say_so_and_link_to_their_run() -> None:
    of = migration(tests=(category("unit"),))
    tests = runs(result("unit", passed=1, untrusted=True), link=DETAILS)
    evidence = value(taken(of, "tests.passed", tests=tests)).evidence
    assert evidence.caveats == (
        "reported by code that is not trusted, which may say what it likes",
    )
    assert evidence.link == DETAILS


PROBED = migration(probes=(Probe(name="staging", within=2, every=900),))


def test_a_probe_is_up_in_a_share_of_the_times_it_was_asked() -> None:
    history = ProbeHistory(asked=200, up=198, since=DAY, until=TODAY, link=DETAILS)
    measurement = value(taken(PROBED, "probe.staging.up", probes={"staging": history}))
    assert measurement.value == 0.99
    assert measurement.evidence.basis == "up 198 of 200 times, 2026-09-01 to 2026-11-21"
    assert measurement.evidence.link == DETAILS


def test_a_probe_that_was_not_asked_has_no_availability() -> None:
    silent = ProbeHistory(asked=0, up=0, since=DAY, until=TODAY)
    assert reason(taken(PROBED, "probe.staging.up")) == "it has not been asked yet"
    assert reason(taken(PROBED, "probe.staging.up", probes={"staging": silent})) == (
        "it was not asked from 2026-09-01 to 2026-11-21"
    )
    refused = Unmeasured("its host is not allowed")
    assert taken(PROBED, "probe.staging.up", probes={"staging": refused}) == refused


COVERED = migration(coverage=(CoverageGoal(name="routing", file="coverage.xml"),))


def test_coverage_is_the_share_of_lines_with_what_the_file_leaves_out() -> None:
    lines = LinesCovered(covered=19, lines=20, commit=HEAD, caveats=("says nothing of x.py",))
    measurement = value(taken(COVERED, "coverage.routing", coverage={"routing": lines}))
    assert (measurement.value, measurement.evidence.basis) == (0.95, "19 of 20 lines")
    assert measurement.evidence.caveats == ("says nothing of x.py",)
    assert (measurement.evidence.commit, measurement.evidence.link) == (HEAD, CommitLink(HEAD))


def test_coverage_that_was_not_read_is_unmeasured() -> None:
    empty = LinesCovered(covered=0, lines=0, commit=HEAD)
    assert reason(taken(COVERED, "coverage.routing")) == "coverage.xml has not been read"
    assert reason(taken(COVERED, "coverage.routing", coverage={"routing": empty})) == (
        "there is no line to cover"
    )


def test_codemods_cover_a_share_of_the_violations() -> None:
    some = Fixable(fixable=9, violations=10, commit=HEAD)
    none = Fixable(fixable=0, violations=0, commit=HEAD)
    measurement = value(taken(migration(), "codemod.covered", codemods=some))
    assert (measurement.value, measurement.evidence.basis) == (0.9, "9 of 10 violations")
    assert reason(taken(migration(), "codemod.covered", codemods=none)) == (
        "there is no violation to fix"
    )
    assert reason(taken(migration(), "codemod.covered")) == NOTHING.reason


MET = when("violations.total", Operator.AT_MOST, 3)
UNMET = when("violations.total", Operator.AT_MOST, 2)


def planned(*steps: Any) -> Migration:
    return migration(rule("one"), rule("two"), plan=steps)


def test_the_plan_is_done_in_the_share_of_its_steps() -> None:
    of = planned(step("a", done_when=MET), step("b", done_when=UNMET), step("c"))
    measurement = value(taken(of, "plan.done", scan=two_rules(), stated_done={"c": True}))
    assert (measurement.value, measurement.evidence.basis) == (2 / 3, "2 of 3 steps")
    assert measurement.evidence.caveats == ("1 step as people state it",)


@pytest.mark.parametrize(
    ("of", "why"),
    [
        (planned(), "there is no plan"),
        (planned(step("a")), "step 'a' is not known: it has no condition, and nobody has said"),
        (
            planned(step("a", done_when=when("tests.passed", Operator.AT_LEAST, 1))),
            "step 'a' is not known: nothing was looked at",
        ),
        (
            planned(step("a", done_when=when("plan.done", Operator.AT_LEAST, 0.5))),
            "step 'a' is not known: the plan cannot wait for itself",
        ),
    ],
)
def test_a_plan_with_an_unknown_step_is_not_measured(of: Migration, why: str) -> None:
    assert reason(taken(of, "plan.done", scan=two_rules())) == why


def test_a_measure_of_what_the_migration_lacks_is_unmeasured() -> None:
    assert reason(taken(migration(), "coverage.routing")) == (
        "this migration has nothing to take coverage.routing from"
    )


def test_every_figure_has_a_value_or_a_reason() -> None:
    of = migration(
        rule("one"),
        rule("two"),
        tests=(category("unit"),),
        probes=PROBED.probes,
        coverage=COVERED.coverage,
    )
    subjects = {
        Figure.VIOLATIONS_RULE: "one",
        Figure.CATEGORY_PASSED: "unit",
        Figure.PROBE_UP: "staging",
        Figure.COVERAGE: "routing",
    }
    values = measure(of, seen(scan=two_rules()), today=TODAY).values
    for figure in Figure:
        assert Measure(figure, subjects.get(figure)) in values
