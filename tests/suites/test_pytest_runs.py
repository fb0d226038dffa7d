"""What real runs of pytest, in a real sandbox, are read as: the whole table of outcomes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import pytest

from bot.adapters.sandbox.bubblewrap import BubblewrapSandbox
from bot.domain.phase import Phase
from bot.domain.suite import Category, Expectation, ExpectedCounts
from bot.domain.testing import CategoryOutcome, CategoryResult, CountDifference, TestResult
from bot.ports.sandbox import MIB, SandboxStage, Source
from bot.suites.run import CategoryProgress, Runner
from tests.support.gitrepo import GitRepository
from tests.support.sandbox import SMALL

pytestmark = pytest.mark.slow

OUTCOMES = """
import os, pathlib, warnings
import pytest

def test_passes(): pass
def test_fails(): assert 1 == 2
def test_imports(): import no_such_module
def test_names(): no_such_name
def test_own_error(): raise type("ImportErrors", (Exception,), {})("x")

@pytest.mark.xfail(reason="known")
def test_xfails(): assert False
@pytest.mark.xfail(reason="known", strict=True)
def test_xpasses_strictly(): pass
@pytest.mark.xfail(reason="known")
def test_xpasses(): pass
@pytest.mark.skip(reason="not today")
def test_skipped(): pass
def test_skips_itself(): pytest.skip("not now")

@pytest.fixture
def broken(): raise RuntimeError("no service")
@pytest.fixture
def broken_after():
    yield
    raise RuntimeError("no clean-up")
def test_set_up_breaks(broken): pass
def test_teardown_breaks(broken_after): pass
def test_fails_and_teardown_breaks(broken_after): assert False

def test_flaky():
    # Each run has a checkout of its own: what tells them apart is that the second is a selection.
    assert "CANON_SELECT" in os.environ

class TestClass:
    class TestInner:
        @pytest.mark.parametrize("value", ["a::b", "c/d.py", "\\u00e9", "x" * 40])
        def test_parameters(self, value): assert value != "c/d.py"

def test_subtests(subtests):
    for number in range(3):
        with subtests.test(number=number):
            assert number != 1
"""
FILES: Mapping[str, str | bytes] = {
    "tests/test_outcomes.py": OUTCOMES,
    "tests/test_uncollected.py": "import no_such_module\ndef test_x(): pass\n",
    "tests/test_syntax.py": "def test_x(:\n",
    "tests/test_module_skipped.py": (
        "import pytest\npytest.importorskip('no_such_module')\ndef test_x(): pass\n"
    ),
    "tests/test_crashes.py": (
        "import os\ndef test_before(): pass\ndef test_crashes(): os.kill(os.getpid(), 11)\n"
        "def test_after(): pass\n"
    ),
    "tests/test_hangs.py": (
        "import time\ndef test_before(): pass\ndef test_hangs(): time.sleep(60)\n"
        "def test_after(): pass\n"
    ),
    "tests/test_hangs_hard.py": (
        "import signal, time\ndef test_before(): pass\n"
        "def test_hangs():\n    signal.signal(signal.SIGINT, signal.SIG_IGN)\n    time.sleep(60)\n"
    ),
    "tests/test_leaves.py": "import os\ndef test_before(): pass\ndef test_leaves(): os._exit(0)\n",
    "tests/test_stops.py": (
        "import pytest\ndef test_before(): pass\n"
        "def test_stops(): pytest.exit('enough', returncode=0)\ndef test_after(): pass\n"
    ),
    "tests/test_eats.py": "def test_eats(): bytearray(900 << 20)\ndef test_after(): pass\n",
    "tests/test_green.py": "def test_one(): pass\ndef test_two(): pass\n",
    "tests/test_red.py": "def test_one(): assert False\ndef test_two(): assert 0, '\\x1b[31mred'\n",
    "tests/test_empty.py": "",
    "tests/test_reruns.py": (
        "import pytest\n@pytest.mark.flaky(reruns=2)\ndef test_always_fails(): assert False\n"
    ),
    "broken/conftest.py": "raise RuntimeError('broken')\n",
    "broken/test_x.py": "def test_x(): pass\n",
    "internal/conftest.py": "def pytest_runtest_setup(item): raise SystemError\n"
    "def pytest_collection_finish(session): raise SystemError('inside')\n",
    "internal/test_x.py": "def test_x(): pass\n",
    "nested/pytest.ini": "[pytest]\n",
    "nested/tests/test_x.py": "def test_x(): assert False\n",
    "forged/test_x.py": (
        "import os\ndef test_forges():\n"
        "    open('/sandbox/results/junit.xml', 'w').write('<testsuites/>')\n    os._exit(0)\n"
    ),
    "forged/test_floods.py": "def test_floods():\n    while True: print('x' * 10000)\n",
    "pytest.ini": "[pytest]\n",
}
NODE = "tests/test_outcomes.py::"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    repository = GitRepository(tmp_path_factory.mktemp("suites") / "work")
    return Source(repository.path / ".git", repository.commit(FILES))


Run = Callable[..., CategoryResult]


@pytest.fixture(scope="module")
def run(sandbox: BubblewrapSandbox, source: Source) -> Run:
    def run(command: str, expect: Expectation = Expectation.PASS, **more: object) -> CategoryResult:
        limits = replace(SMALL, memory=400 * MIB, grace=1)
        runner = Runner(sandbox=sandbox, source=source, phase=Phase.DETECT, limits=limits)
        values = {"timeout": 30.0, **more}
        category = Category(
            name="unit",
            run=command,
            expect=dict.fromkeys(Phase, expect),
            **values,  # type: ignore[arg-type]
        )
        return runner.run(category).result

    return run


def by_id(result: CategoryResult) -> dict[str, TestResult]:
    return {test.id: test for test in result.tests}


@pytest.fixture(scope="module")
def must_fail(run: Run) -> CategoryResult:
    return run("pytest tests/test_outcomes.py -q --junitxml={junit}", Expectation.FAIL)


@pytest.fixture(scope="module")
def must_pass(run: Run) -> CategoryResult:
    return run("cd . && python -m pytest tests/test_outcomes.py -q")


TABLE = [
    # test, outcome, judged where it must fail, judged where it must pass
    ("test_passes", "passed", "unexpected_pass", "as_expected"),
    ("test_fails", "failed", "as_expected", "unexpected_failure"),
    ("test_imports", "failed", "as_expected", "unexpected_failure"),
    ("test_names", "failed", "as_expected", "unexpected_failure"),
    ("test_own_error", "failed", "as_expected", "unexpected_failure"),
    ("test_xfails", "xfailed", "unexpected_pass", "as_expected"),
    ("test_xpasses_strictly", "xpassed", "unexpected_pass", "unexpected_failure"),
    ("test_xpasses", "passed", "unexpected_pass", "as_expected"),
    ("test_skipped", "skipped", "unexpected_pass", "as_expected"),
    ("test_skips_itself", "skipped", "unexpected_pass", "as_expected"),
    ("test_set_up_breaks", "error", "could_not_check", "unexpected_failure"),
    ("test_teardown_breaks", "error", "could_not_check", "unexpected_failure"),
    ("test_fails_and_teardown_breaks", "error", "could_not_check", "unexpected_failure"),
    ("test_flaky", "flaky", "unexpected_pass", "as_expected"),
    ("TestClass::TestInner::test_parameters[a::b]", "passed", "unexpected_pass", "as_expected"),
    (
        "TestClass::TestInner::test_parameters[c/d.py]",
        "failed",
        "as_expected",
        "unexpected_failure",
    ),
    ("TestClass::TestInner::test_parameters[\\xe9]", "passed", "unexpected_pass", "as_expected"),
    ("test_subtests", "failed", "as_expected", "unexpected_failure"),
]


@pytest.mark.parametrize(("test", "outcome", "where_fail", "where_pass"), TABLE)
def test_an_outcome_is_read_and_judged(
    must_fail: CategoryResult,
    must_pass: CategoryResult,
    test: str,
    outcome: str,
    where_fail: str,
    where_pass: str,
) -> None:
    for result, judged in ((must_fail, where_fail), (must_pass, where_pass)):
        found = by_id(result)[NODE + test]
        assert (found.outcome, found.judged) == (outcome, judged), found.message


def test_each_test_is_reported_once(must_fail: CategoryResult) -> None:
    assert must_fail.totals.total == len(TABLE) + 1
    assert (must_fail.outcome, must_fail.exit) == (CategoryOutcome.FINDING, 1)
    assert must_fail.log_tail.strip().endswith("s")


@pytest.mark.parametrize("test", ["test_imports", "test_names"])
def test_a_failure_over_an_import_or_a_name_warns(must_fail: CategoryResult, test: str) -> None:
    assert "maybe not over what it shows" in (by_id(must_fail)[NODE + test].warning or "")


def test_any_other_failure_does_not_warn(must_fail: CategoryResult) -> None:
    for test in ("test_fails", "test_own_error"):
        assert by_id(must_fail)[NODE + test].warning is None


def test_a_flaky_test_warns_where_it_must_pass(must_pass: CategoryResult) -> None:
    assert by_id(must_pass)[NODE + "test_flaky"].warning == "it passed only when it was run again"


@pytest.mark.parametrize("listed", ["test_skipped", "test_xfails"])
def test_a_listed_test_must_run_in_earnest(run: Run, listed: str) -> None:
    test = NODE + listed
    result = run(f"pytest {test}", listed=(test,))
    assert by_id(result)[test].judged == "unexpected_failure"
    assert result.outcome == "finding"


@pytest.mark.parametrize(
    ("command", "expect", "outcome", "tests", "reason"),
    [
        (
            "pytest tests/test_uncollected.py tests/test_green.py",
            Expectation.FAIL,
            "could_not_check",
            {
                "tests/test_uncollected.py": "collect_error",
                "tests/test_green.py::test_one": "not_run",
                "tests/test_green.py::test_two": "not_run",
            },
            "2 of 3 tests were collected and did not run",
        ),
        (
            "pytest tests/test_uncollected.py tests/test_syntax.py",
            Expectation.PASS,
            "finding",
            {"tests/test_uncollected.py": "collect_error", "tests/test_syntax.py": "collect_error"},
            None,
        ),
        (
            "pytest tests/test_module_skipped.py tests/test_green.py",
            Expectation.PASS,
            "as_expected",
            {
                "tests/test_module_skipped.py": "skipped",
                "tests/test_green.py::test_one": "passed",
                "tests/test_green.py::test_two": "passed",
            },
            None,
        ),
        (
            "pytest tests/test_crashes.py",
            Expectation.FAIL,
            "finding",  # the test before the crash passed, which is certain
            {
                "tests/test_crashes.py::test_before": "passed",
                "tests/test_crashes.py::test_crashes": "crashed",
                "tests/test_crashes.py::test_after": "not_run",
            },
            "killed by SIGSEGV",
        ),
        (
            "pytest -n 1 tests/test_crashes.py",
            Expectation.PASS,
            "finding",
            {
                "tests/test_crashes.py::test_before": "passed",
                "tests/test_crashes.py::test_crashes": "crashed",
                "tests/test_crashes.py::test_after": "passed",
            },
            None,
        ),
        (
            "pytest tests/test_leaves.py",
            Expectation.PASS,
            "finding",
            {
                "tests/test_leaves.py::test_before": "passed",
                "tests/test_leaves.py::test_leaves": "crashed",
            },
            "wrote no result file",
        ),
        (
            "pytest tests/test_stops.py",
            Expectation.PASS,
            "could_not_check",
            {
                "tests/test_stops.py::test_before": "passed",
                "tests/test_stops.py::test_stops": "not_run",
                "tests/test_stops.py::test_after": "not_run",
            },
            "did not run",
        ),
        ("pytest tests/test_empty.py", Expectation.PASS, "could_not_check", {}, "no tests"),
        (
            "pytest -k nothing tests/test_green.py",
            Expectation.FAIL,
            "could_not_check",
            {},
            "no tests",
        ),
        ("pytest no/such/file.py", Expectation.PASS, "could_not_check", {}, "called wrongly"),
        ("pytest --no-such-option", Expectation.PASS, "could_not_check", {}, "status 4"),
        ("pytest broken", Expectation.PASS, "could_not_check", {}, "status 4"),
        (
            "pytest internal",
            Expectation.PASS,
            "could_not_check",
            {"internal/test_x.py::test_x": "not_run"},
            "internal error",
        ),
        ("no-such-runner", Expectation.PASS, "could_not_check", {}, "was not found"),
        ("true", Expectation.PASS, "could_not_check", {}, "wrote no result file"),
        ("exit 0", Expectation.FAIL, "could_not_check", {}, "wrote no result file"),
        (
            "pytest tests/test_green.py; exit 7",
            Expectation.PASS,
            "finding",
            {"tests/test_green.py::test_one": "passed", "tests/test_green.py::test_two": "passed"},
            "status 7 although no test failed",
        ),
        (
            "pytest tests/test_red.py || true",
            Expectation.FAIL,
            "as_expected",
            {"tests/test_red.py::test_one": "failed", "tests/test_red.py::test_two": "failed"},
            None,
        ),
        (
            "pytest -x tests/test_red.py",
            Expectation.FAIL,
            "could_not_check",
            {"tests/test_red.py::test_one": "failed", "tests/test_red.py::test_two": "not_run"},
            "1 of 2 tests were collected and did not run",
        ),
        (
            "pytest tests/test_reruns.py --reruns 3 -p rerunfailures",
            Expectation.FAIL,
            "as_expected",
            {"tests/test_reruns.py::test_always_fails": "failed"},
            None,
        ),
        (
            "cd nested && pytest tests",
            Expectation.FAIL,
            "as_expected",
            {"nested/tests/test_x.py::test_x": "failed"},
            None,
        ),
        (
            "PYTHONPATH=nested pytest tests/test_red.py",
            Expectation.FAIL,
            "as_expected",
            {"tests/test_red.py::test_one": "failed", "tests/test_red.py::test_two": "failed"},
            None,
        ),
        (
            "pytest -n 2 tests/test_green.py tests/test_red.py",
            Expectation.ANY,
            "as_expected",
            {
                "tests/test_green.py::test_one": "passed",
                "tests/test_green.py::test_two": "passed",
                "tests/test_red.py::test_one": "failed",
                "tests/test_red.py::test_two": "failed",
            },
            None,
        ),
        (
            "pytest forged/test_x.py",
            Expectation.PASS,
            "finding",
            {"forged/test_x.py::test_forges": "crashed"},
            None,
        ),
    ],
)
def test_a_run_is_read_as_a_whole(
    run: Run,
    command: str,
    expect: Expectation,
    outcome: str,
    tests: Mapping[str, str],
    reason: str | None,
) -> None:
    result = run(command, expect)
    assert {test.id: str(test.outcome) for test in result.tests} == tests, result.log_tail
    assert result.outcome == outcome, (result.reasons, result.log_tail)
    assert (not result.reasons) if reason is None else (reason in result.reasons[0])


def test_a_test_that_is_interrupted_at_the_limit_is_known(run: Run) -> None:
    result = run("pytest tests/test_hangs.py tests/test_green.py", timeout=3.0)
    assert {test.id: str(test.outcome) for test in result.tests} == {
        "tests/test_hangs.py::test_before": "passed",
        "tests/test_hangs.py::test_hangs": "timed_out",
        "tests/test_hangs.py::test_after": "not_run",
        "tests/test_green.py::test_one": "not_run",
        "tests/test_green.py::test_two": "not_run",
    }
    assert result.reasons == ("it did not end within 3 s",)
    assert result.outcome == "finding"
    assert result.seconds < 6
    assert "generated xml file" in result.log_tail  # it was interrupted, not killed


def test_a_test_that_had_to_be_killed_is_known(run: Run) -> None:
    result = run("pytest tests/test_hangs_hard.py", Expectation.FAIL, timeout=2.5)
    found = by_id(result)
    assert found["tests/test_hangs_hard.py::test_before"].outcome == "passed"
    assert found["tests/test_hangs_hard.py::test_hangs"].outcome == "timed_out"
    assert found["tests/test_hangs_hard.py::test_hangs"].judged == "could_not_check"


@pytest.mark.usefixtures("with_groups")
def test_a_run_that_eats_the_memory_is_known(run: Run) -> None:
    result = run("pytest tests/test_eats.py", Expectation.FAIL)
    assert result.reasons == ("it was killed for using too much memory",)
    assert result.outcome == "could_not_check"
    assert by_id(result)["tests/test_eats.py::test_eats"].outcome == "crashed"


def test_a_run_that_floods_is_known(run: Run) -> None:
    result = run("pytest -s forged/test_floods.py", Expectation.FAIL)
    assert result.reasons == ("it was killed for writing too much output",)
    assert result.outcome == "could_not_check"
    assert len(result.log_tail) <= 4000


def test_a_listed_test_that_is_absent_is_named(run: Run) -> None:
    listed = ("tests/test_green.py::test_one", "tests/test_green.py::test_gone", "tests/gone.py")
    result = run("pytest tests/test_green.py", listed=listed)
    assert {test.id: str(test.judged) for test in result.tests} == {
        "tests/test_green.py::test_one": "as_expected",
        "tests/test_green.py::test_two": "as_expected",
        "tests/test_green.py::test_gone": "unexpected_failure",
        "tests/gone.py": "unexpected_failure",
    }
    assert result.totals.not_run == 2
    result = run("pytest tests/test_red.py", Expectation.FAIL, listed=("tests/gone.py",))
    assert by_id(result)["tests/gone.py"].judged == "could_not_check"
    assert result.outcome == "could_not_check"


def test_counts_other_than_planned_are_reported(run: Run) -> None:
    result = run(
        "pytest tests/test_red.py tests/test_green.py",
        Expectation.ANY,
        counts=ExpectedCounts(total=4, failing=3),
    )
    assert result.differences == (CountDifference("failing", 3, 2),)
    assert result.outcome == "as_expected"


def test_a_log_cannot_steer_a_terminal(run: Run) -> None:
    result = run("pytest tests/test_red.py --color=yes", Expectation.FAIL)
    assert "\x1b" not in result.log_tail
    assert all("\x1b" not in test.message for test in result.tests)
    assert "red" in result.log_tail


def test_progress_names_the_test_that_runs(sandbox: BubblewrapSandbox, source: Source) -> None:
    told: list[CategoryProgress] = []
    category = Category(
        name="unit",
        run="pytest tests/test_green.py tests/test_hangs.py",
        expect=dict.fromkeys(Phase, Expectation.PASS),
        timeout=3.0,
    )
    Runner(
        sandbox=sandbox,
        source=source,
        phase=Phase.DETECT,
        limits=SMALL,
        progress=told.append,
    ).run(category)
    hanging = [it for it in told if it.test == "tests/test_hangs.py::test_hangs"]
    assert hanging
    assert {(it.done, it.total) for it in hanging} == {(3, 5)}
    assert {it.stage for it in told} >= {SandboxStage.CHECKOUT, SandboxStage.RUNNING}


def test_only_what_failed_is_run_again(sandbox: BubblewrapSandbox, source: Source) -> None:
    told: list[CategoryProgress] = []
    category = Category(
        name="unit",
        run="pytest tests/test_green.py tests/test_red.py",
        expect=dict.fromkeys(Phase, Expectation.FAIL),
        timeout=30.0,
    )
    Runner(
        sandbox=sandbox, source=source, phase=Phase.DETECT, limits=SMALL, progress=told.append
    ).run(category)
    assert {it.total for it in told if it.again and it.total} == {2}
    assert {it.total for it in told if not it.again and it.total} == {4}


RUNNERS = {
    "surefire": """<?xml version="1.0"?>
<testsuite name="com.acme.RouterTest" tests="4">
  <testcase name="routes" classname="com.acme.RouterTest" time="1,002.5"/>
  <testcase name="fails" classname="com.acme.RouterTest">
    <failure message="expected 1" type="AssertionError">at Router.java:1</failure>
    <rerunFailure message="expected 1" type="AssertionError"/>
  </testcase>
  <testcase name="flaky" classname="com.acme.RouterTest">
    <flakyFailure message="now and then" type="AssertionError"/>
  </testcase>
  <testcase name="skipped" classname="com.acme.RouterTest"><skipped/></testcase>
</testsuite>""",
    "jest": """<testsuites name="jest tests"><testsuite name="router">
  <testcase classname="router routes" name="router routes" time="0.1"/>
  <testcase classname="router routes" name="router routes" time="0.1"/>
  <testcase classname="router fails" name="router fails" time="0.1">
    <failure>Error: expected 1
      at router.test.js:1</failure></testcase>
</testsuite></testsuites>""",
}


@pytest.mark.parametrize(
    ("runner", "tests"),
    [
        (
            "surefire",
            {
                "com.acme.RouterTest::routes": "passed",
                "com.acme.RouterTest::fails": "failed",
                "com.acme.RouterTest::flaky": "flaky",
                "com.acme.RouterTest::skipped": "skipped",
            },
        ),
        (
            "jest",
            {
                "router routes::router routes": "passed",
                "router routes::router routes (2)": "passed",
                "router fails::router fails": "failed",
            },
        ),
    ],
)
def test_other_runners_work_the_same_way(run: Run, runner: str, tests: Mapping[str, str]) -> None:
    result = run(f"cat >{{junit}} <<'END'\n{RUNNERS[runner]}\nEND\nexit 1")
    assert {test.id: str(test.outcome) for test in result.tests} == tests
    assert (result.outcome, result.exit) == ("finding", 1)


def test_a_failing_set_up_is_no_result(run: Run) -> None:
    result = run("pytest", setup="echo no such package; exit 3")
    assert result.outcome == "could_not_check"
    assert result.reasons == ("the set-up failed",)
    assert "the set-up ended with status 3" in result.notes
    assert "no such package" in result.log_tail


@pytest.fixture(autouse=True)
def _everything_is_dead() -> Iterator[None]:
    from tests.support.sandbox import alive

    yield
    assert alive() == []
