"""The plan: which tests to keep, to update, to write, and what each category must show."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.configuration import Rule
from bot.domain.measurement import Unmeasured
from bot.domain.observation import TestRuns
from bot.domain.phase import Phase
from bot.domain.scan import Scan
from bot.domain.severity import Severity
from bot.domain.suite import Category, Expectation, ExpectedCounts
from bot.domain.test_plan import Need, Shares, Style, TestPlan
from bot.domain.testing import CategoryOutcome, CategoryResult, Totals
from bot.scanner.rules.event_contract import Parameters as EventContract
from bot.suites.inventory import take_inventory
from bot.suites.plan import plan_tests
from tests.support.inventories import Files, legacy
from tests.support.scans import HEAD, configuration, migration, scan, violation

USES = "from shop.legacy import Cart\n\n\ndef test_a():\n    assert Cart()\n"
NEW = USES.replace("shop.legacy", "shop.orders")
GUARDS = dict.fromkeys(Phase, Expectation.PASS)
DETECTS = {**GUARDS, Phase.DETECT: Expectation.FAIL, Phase.MIGRATE: Expectation.ANY}
NONE = Unmeasured("nobody looked")
CLAIM = "test_nothing_imports_what_is_banned"
EVENTS = Rule(
    id="events",
    kind="event-contract",
    severity=Severity.P0,
    parameters=EventContract(events=("started", "ended"), emitters=("shop/**",), calls=("emit",)),
)


def category(name: str = "unit", run: str = "pytest tests/unit", **changes: Any) -> Category:
    return Category(**{"name": name, "run": run, "expect": GUARDS, "timeout": 60.0, **changes})


def detecting(run: str = "pytest tests/unit/legacy", **changes: Any) -> Category:
    return category("detects", run, expect=DETECTS, **changes)


def planned(
    files: Files,
    *rules: Rule,
    categories: tuple[Category, ...] = (),
    seen: Scan | Unmeasured = NONE,
    results: tuple[CategoryResult, ...] = (),
    phase: Phase = Phase.DETECT,
) -> TestPlan:
    about = migration(*(rules or (legacy(),)), tests=categories, phase=phase)
    contents = [(path, str(text).encode()) for path, text in files.items()]
    tests = TestRuns(commit=HEAD, results=results) if results else NONE
    taken = take_inventory(about, contents, roots=["."], paths=files)
    return plan_tests(configuration(about), about, taken, seen, tests, commit=HEAD)


def found(count: int, **changes: Any) -> Scan:
    rule = replace(legacy(), **changes)
    seen = [
        violation(path=f"shop/{number}.py", rule=rule.id, symbol="shop.legacy.Cart")
        for number in range(count)
    ]
    return scan(seen, of=configuration(migration(rule, phase=Phase.DETECT)))


def test_tests_that_name_what_goes_away_are_updated_and_others_kept() -> None:
    plan = planned({"tests/test_a.py": USES, "tests/test_b.py": NEW})
    assert [file.path for file in plan.keep] == ["tests/test_b.py"]
    (update,) = plan.update
    assert [(one.symbol, one.replacement) for one in update.changes] == [
        ("shop.legacy.Cart", "shop.orders.Cart")
    ]
    assert plan.rules[0].instead == (("shop.legacy", "shop.orders"),)
    assert (plan.shares.keep, plan.shares.update, plan.shares.write) == (1, 1, 1)


def test_a_rule_without_a_detecting_test_misses_one() -> None:
    (missing,) = planned({"tests/test_a.py": USES}).missing
    assert (missing.rule, missing.why, missing.undetected) == (
        "legacy",
        "no test detects it",
        True,
    )
    assert missing.path == "tests/migration_1098/test_legacy_1098.py"


DECLARED = "# canon: detects[other, legacy]\ndef test_a(tree):\n    assert not tree.imports()\n"


@pytest.mark.parametrize(
    ("path", "source", "categories", "detected"),
    [
        ("tests/test_a.py", DECLARED, (), True),
        ("tests/test_a.py", DECLARED.replace("legacy", "legacy-two"), (), False),
        ("tests/test_a.py", f"x = '{DECLARED.splitlines()[0]}'\n", (), False),
        ("tests/test_a.py", DECLARED.replace("assert not", ""), (), False),
        ("tests/unit/legacy/test_a.py", USES, (detecting(),), True),
        ("tests/unit/legacy/test_a.py", USES, (category(),), False),
        ("tests/unit/test_a.py", USES, (detecting(),), False),
        ("tests/unit/legacy/test_a.py", "def test_a():\n    assert 1\n", (detecting(),), False),
    ],
)  # fmt: skip
def test_detection_is_declared_or_follows_from_a_detecting_category(
    path: str, source: str, categories: tuple[Category, ...], *, detected: bool
) -> None:
    plan = planned({path: source}, categories=categories)
    assert plan.rules[0].detected_by == ((path,) if detected else ())
    assert len(plan.missing) == (0 if detected else 1)


def test_an_event_that_no_sound_test_names_is_told() -> None:
    checks = "def test_a(log):\n    assert 'started' in log\n"
    empty = "def test_b(log):\n    print('ended')\n"
    (missing,) = planned({"tests/test_a.py": checks, "tests/test_b.py": empty}, EVENTS).missing
    assert (missing.events, missing.severity) == (("ended",), Severity.P0)
    assert missing.why == "no test detects it; nobody checks ended"
    both = {"tests/test_a.py": checks.replace("'started'", "'started' + 'x'[:0], 'ended'")}
    assert planned(both, EVENTS).missing[0].events == ()


def test_a_detected_rule_with_an_unchecked_event_still_misses_a_test() -> None:
    declared = "# canon: detects[events]\ndef test_a(log):\n    assert 'started' in log\n"
    (missing,) = planned({"tests/test_a.py": declared}, EVENTS).missing
    assert (missing.undetected, missing.why) == (False, "nobody checks ended")


def test_whether_a_missing_test_fails_now_is_told_by_the_scan() -> None:
    assert planned({}).missing[0].fails_now is None
    assert planned({}, seen=found(2)).missing[0].fails_now is True
    assert planned({}, legacy(target=2), seen=found(2, target=2)).missing[0].fails_now is False
    rule = planned({}, seen=found(2)).rules[0]
    assert (rule.count, rule.files) == (2, 2)


def test_what_could_not_be_checked_has_no_count() -> None:
    seen = found(0)
    (counts,) = seen.migrations
    unknown = replace(counts, rules=(replace(counts.rules[0], unchecked="it broke"),))
    plan = planned({}, seen=replace(seen, migrations=(unknown,)))
    assert (plan.rules[0].count, plan.missing[0].fails_now) == (None, None)


@pytest.mark.parametrize(
    ("given", "need", "reason"),
    [
        (category(), Need.NONE, ()),
        (category(services=("redis",)), Need.REAL_SERVICES, ("services: redis",)),
        (category("staging"), Need.STAGING, ("it is called staging",)),
        (category(run="pytest -m staging"), Need.STAGING, ("its command speaks of staging",)),
        (
            category(run="pytest tests/real"),
            *(Need.REAL_SERVICES, ("redis.Redis in tests/real/test_c.py",)),
        ),
        (
            category(run="pytest tests/marked"),
            *(Need.STAGING, ("marker staging in tests/marked/test_d.py",)),
        ),
    ],
)
def test_each_category_says_what_it_needs_and_why(
    given: Category, need: Need, reason: tuple[str, ...]
) -> None:
    files = {
        "tests/unit/test_a.py": USES,
        "tests/real/test_c.py": f"import redis\n{USES}\n\ndef test_b():\n    redis.Redis()\n",
        "tests/marked/test_d.py": f"import pytest\npytestmark = pytest.mark.staging\n{USES}",
    }
    (found_category,) = (
        one for one in planned(files, categories=(given,)).categories if not one.proposed
    )
    assert (found_category.need, found_category.need_reasons) == (need, reason)


def last(**changes: Any) -> CategoryResult:
    return CategoryResult(
        **{
            "category": "detects",
            "phase": Phase.DETECT,
            "expect": Expectation.FAIL,
            "outcome": CategoryOutcome.FINDING,
            "totals": Totals(total=5, passed=2, failed=2, error=1),
            **changes,
        }
    )


@pytest.mark.parametrize(
    ("given", "results", "now", "after", "basis"),
    [
        (
            detecting(counts=ExpectedCounts(total=15, failing=12)), (last(),),
            "13 of 16 fail", "all 16 pass", "stated in the configuration, and 1 to be written",
        ),
        (
            detecting(), (last(),),
            "4 of 6 fail", "all 6 pass", "its last run, in phase detect, and 1 to be written",
        ),
        (
            detecting(), (),
            "not known", "not known",
            "it has not run, and nothing states its counts, and 1 to be written",
        ),
    ],
)  # fmt: skip
def test_expected_counts_are_stated_measured_or_not_known(
    given: Category, results: tuple[CategoryResult, ...], now: str, after: str, basis: str
) -> None:
    plan = planned({}, categories=(given,), seen=found(1), results=results)
    (only,) = plan.categories
    assert (str(only.now), str(only.after), only.now.basis) == (now, after, basis)
    assert only.writes == ("tests/unit/legacy/test_legacy_1098.py",)


def test_tests_that_touch_the_migration_are_counted_where_nothing_else_is_known() -> None:
    files = {
        "tests/unit/test_a.py": USES,
        "tests/unit/test_b.py": (
            "import pytest\nfrom shop.orders import Cart\n\n\n"
            "@pytest.mark.parametrize('x', [1, 2])\ndef test_b(x):\n    assert Cart(x)\n"
        ),
    }
    unit = planned(files, categories=(category(),)).categories[0]
    assert (str(unit.now), unit.now.total) == ("all 3 pass", 3)
    assert unit.now.basis == "its tests that touch the migration, counted by their text"


def test_where_nobody_would_run_the_missing_tests_a_category_is_proposed() -> None:
    plan = planned({"tests/test_a.py": USES}, categories=(category(),), seen=found(1))
    proposed = plan.categories[-1]
    assert (proposed.name, proposed.proposed) == ("detection", True)
    assert proposed.command == "python -m pytest tests/migration_1098"
    assert str(proposed.now) == "1 of 1 fail"
    assert plan.missing[0].category is None


def test_commands_leave_out_the_file_for_results() -> None:
    runs = {
        "pytest tests/unit -q --junitxml={junit}": "pytest tests/unit -q",
        "pytest tests/unit --junitxml {junit} -q": "pytest tests/unit -q",
        "pytest tests/unit --junit-xml='{junit}'": "pytest tests/unit",
        "gradle test": "gradle test",
    }
    for run, command in runs.items():
        plan = planned({}, categories=(category(run=run),))
        assert plan.categories[0].command == command


METHODS = (
    "from shop.legacy import Cart\nclass TestA:\n    def test_a(self):\n        assert Cart()\n"
)
CASE = METHODS.replace("TestA", "A(unittest.TestCase)").replace("from", "import unittest\nfrom", 1)


@pytest.mark.parametrize(
    ("sources", "style", "name"),
    [
        ([], Style.FUNCTIONS, CLAIM),
        ([USES, USES, METHODS], Style.FUNCTIONS, CLAIM),
        (
            [METHODS, METHODS, USES],
            Style.CLASSES,
            "TestLegacy::test_nothing_imports_what_is_banned",
        ),
        ([CASE, CASE, METHODS], Style.UNITTEST, f"LegacyTest::{CLAIM}"),
    ],
)
def test_the_style_is_that_of_most_files(sources: list[str], style: Style, name: str) -> None:
    plan = planned({f"tests/test_{n}.py": source for n, source in enumerate(sources)})
    assert plan.habits.style is style
    assert plan.missing[0].names == (name,)


def test_the_place_and_the_names_are_those_of_the_tests_that_stand_on_nothing() -> None:
    real = f"import redis\nredis.Redis()\n{USES}"
    files = {f"tests/e2e/e{n}_test.py": real for n in range(3)} | {
        "tests/unit/a_test.py": USES,
        "tests/unit/b_test.py": USES,
    }
    assert planned(files).missing[0].path == "tests/unit/migration_1098/legacy_1098_test.py"


def test_markers_that_all_tests_near_have_are_given_to_new_ones_too() -> None:
    marked = "import pytest\npytestmark = [pytest.mark.unit, pytest.mark.asyncio]\n"
    files = {f"tests/unit/legacy/test_{n}.py": marked + USES for n in range(2)}
    run = detecting("python -m pytest -q tests/unit/legacy/ --junitxml={junit}")
    assert planned(files, EVENTS, legacy(), categories=(run,)).habits.markers == ("unit",)
    assert planned({"tests/unit/legacy/test_1.py": marked + USES}).habits.markers == ()


def test_rules_with_names_alike_get_files_of_their_own() -> None:
    plan = planned({}, legacy(id="a-b"), legacy(id="a_b"))
    assert [one.path for one in plan.missing] == [
        "tests/migration_1098/test_a_b_1098.py",
        "tests/migration_1098/test_a_b_1098_2.py",
    ]


def test_what_could_not_be_taken_into_account_is_told() -> None:
    assert planned({}).caveats == (
        "violations are not known: nobody looked",
        "test results are not known: nobody looked",
    )
    passing = (
        "tests of rules that find nothing pass already, which in phase detect is a finding: legacy"
    )
    assert planned({}, seen=found(0), results=(last(),)).caveats == (passing,)
    assert planned({}, seen=found(0), results=(last(),), phase=Phase.VALIDATE).caveats == ()


@given(st.integers(0, 5000), st.integers(0, 5000), st.integers(0, 5000))
def test_percentages_add_up_and_are_off_by_less_than_one(
    keep: int, update: int, write: int
) -> None:
    shares = Shares(keep=keep, update=update, write=write)
    total = keep + update + write
    assert sum(shares.percentages) == (100 if total else 0)
    for count, share in zip((keep, update, write), shares.percentages, strict=True):
        assert abs(count * 100 - share * total) < max(total, 1)
