"""How a category's runs are put together, over a sandbox whose runs are planned."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain import testing
from bot.domain.errors import DeadlineExceededError
from bot.domain.phase import Phase
from bot.domain.suite import Category, Expectation
from bot.ports.sandbox import (
    Ending,
    RefusedFile,
    SandboxLimits,
    SandboxUnavailableError,
    Setup,
    Source,
)
from bot.suites.run import CategoryProgress, Runner
from tests.fakes.sandbox import FakeSandbox, Planned

SOURCE = Source(Path("/repository.git"), "0" * 40)
GUARD = Category(
    name="unit",
    run="runner --out {junit} && check {junit}",
    expect={
        Phase.DETECT: Expectation.FAIL,
        Phase.MIGRATE: Expectation.ANY,
        Phase.VALIDATE: Expectation.PASS,
        Phase.DONE: Expectation.PASS,
    },
    timeout=60.0,
    setup="make env",
    setup_files=("lock.txt",),
)
HEARD = b'{"event": "session", "prefix": ""}'


def xml(**outcomes: str) -> bytes:
    cases = "".join(
        f"<testcase classname='tests.test_a' name='{name}' file='tests/test_a.py'>"
        + {"passed": "", "failed": "<failure message='assert 0'/>", "error": "<error/>"}[outcome]
        + "</testcase>"
        for name, outcome in outcomes.items()
    )
    return f"<testsuites><testsuite name='pytest'>{cases}</testsuite></testsuites>".encode()


def result(
    *planned: Planned, phase: Phase = Phase.DONE, category: Category = GUARD
) -> tuple[testing.CategoryResult, FakeSandbox]:
    sandbox = FakeSandbox(list(planned))
    return Runner(sandbox=sandbox, source=SOURCE, phase=phase).run(category).result, sandbox


def test_the_request_is_the_categorys() -> None:
    limits = SandboxLimits(processes=7)
    sandbox = FakeSandbox([Planned(xml(test_x="passed"))])
    Runner(sandbox=sandbox, source=SOURCE, phase=Phase.DONE, limits=limits).run(GUARD)
    (request,) = sandbox.requests
    path = "/sandbox/results/junit.xml"
    assert request.command == f"runner --out {path} && check {path}"
    assert request.source == SOURCE
    assert request.setup == Setup("make env", ("lock.txt",))
    assert request.limits == replace(limits, seconds=60.0)
    assert request.results == ("results/junit.xml",)
    assert f"--junitxml={path}" in request.variables["PYTEST_ADDOPTS"]


def test_a_test_that_passes_when_run_again_is_flaky() -> None:
    first = Planned(xml(test_x="failed", test_y="failed", test_z="passed"), 1, lines=(HEARD,))
    again = Planned(xml(test_x="passed", test_y="failed"), 1, lines=(HEARD,))
    found, sandbox = result(first, again)
    assert {test.id: str(test.outcome) for test in found.tests} == {
        "tests/test_a.py::test_x": "flaky",
        "tests/test_a.py::test_y": "failed",
        "tests/test_a.py::test_z": "passed",
    }
    assert sandbox.requests[1].data == {
        "selection": b"tests/test_a.py::test_x\ntests/test_a.py::test_y"
    }
    assert "CANON_SELECT" in sandbox.requests[1].variables
    assert sandbox.requests[1].limits.seconds == pytest.approx(59.0)
    assert found.seconds == 2.0


def test_a_runner_that_takes_no_selection_runs_everything_again() -> None:
    first = Planned(b"<testsuite><testcase name='x'><failure/></testcase></testsuite>", 1)
    again = Planned(b"<testsuite><testcase name='x'/></testsuite>")
    found, sandbox = result(first, again)
    assert [str(test.outcome) for test in found.tests] == ["flaky"]
    assert sandbox.requests[1].data == {}


@pytest.mark.parametrize(
    ("first", "phase"),
    [
        (Planned(xml(test_x="passed")), Phase.DONE),
        (Planned(xml(test_x="failed"), 1), Phase.MIGRATE),
        (Planned(xml(test_x="failed"), 124, Ending.TIMED_OUT), Phase.DONE),
        (Planned(xml(test_x="failed"), 137, Ending.OUT_OF_MEMORY), Phase.DONE),
        (Planned(xml(test_x="failed"), 1, seconds=59.5, lines=(HEARD,)), Phase.DONE),
        (Planned(xml(test_x="failed"), 1, seconds=40.0), Phase.DONE),
        (Planned(xml(**{f"t{n}": "failed" for n in range(101)}), 1, lines=(HEARD,)), Phase.DONE),
    ],
    ids=["passed", "either", "timed out", "killed", "no time", "no time for all", "too many"],
)
def test_where_it_would_tell_nothing_no_second_run_is_made(first: Planned, phase: Phase) -> None:
    _, sandbox = result(first, phase=phase)
    assert len(sandbox.requests) == 1


def test_a_detecting_test_has_to_fail_every_time() -> None:
    found, _ = result(
        Planned(xml(test_x="failed"), 1),
        Planned(xml(test_x="passed")),
        phase=Phase.DETECT,
    )
    assert (found.outcome, found.tests[0].judged) == ("finding", "unexpected_pass")


def test_a_second_run_that_breaks_changes_nothing() -> None:
    found, _ = result(Planned(xml(test_x="failed"), 1), Planned(None, 137))
    assert found.tests[0].outcome == "failed"


def test_a_pytest_without_the_plug_in_runs_without_it() -> None:
    found, sandbox = result(
        Planned(None, 1, output=b"ImportError: Error importing plugin 'canon_reporter'"),
        Planned(xml(test_x="passed")),
    )
    assert found.outcome == "as_expected"
    assert "canon_reporter" not in str(sandbox.requests[1].variables)
    assert "PYTHONPATH" not in sandbox.requests[1].variables


def test_a_sandbox_that_is_none_is_no_result() -> None:
    category = replace(GUARD, listed=("tests/test_a.py::test_x",))
    error = SandboxUnavailableError("no user namespaces")
    found, _ = result(Planned(error=error), category=category)
    assert (found.outcome, found.reasons) == ("could_not_check", ("no user namespaces",))
    assert [(test.id, str(test.outcome)) for test in found.tests] == [
        ("tests/test_a.py::test_x", "not_run")
    ]
    assert found.exit is None


def test_what_the_watcher_raises_is_passed_on() -> None:
    def enough(_: CategoryProgress) -> None:
        raise DeadlineExceededError("late")

    runner = Runner(
        sandbox=FakeSandbox([Planned()]), source=SOURCE, phase=Phase.DONE, progress=enough
    )
    with pytest.raises(DeadlineExceededError):
        runner.run(GUARD)


@pytest.mark.parametrize(
    ("planned", "reason"),
    [
        (Planned(None, 0), "it ended with status 0; it wrote no result file"),
        (Planned(RefusedFile("a link"), 1), "status 1; its result file was refused: a link"),
        (Planned(b"<html/>", 1), "its result file is unreadable: the root is <html>"),
        (Planned(b"<testsuites/>", 0), "it reported no tests"),
        (Planned(None, 139), "it was killed by SIGSEGV; it wrote no result file"),
        (Planned(None, 127), "the command was not found"),
        (Planned(xml(test_x="passed"), 139), "it was killed by SIGSEGV"),
        (Planned(xml(test_x="passed"), 2), "pytest was interrupted"),
        (Planned(xml(test_x="passed"), 3), "internal error"),
        (Planned(xml(test_x="passed"), 0, Ending.TOO_MUCH_OUTPUT), "too much output"),
    ],
)
def test_a_run_without_whole_results_could_not_be_checked(planned: Planned, reason: str) -> None:
    found, _ = result(planned)
    assert found.outcome == "could_not_check"
    assert reason in found.reasons[0]


def test_a_forged_report_of_success_without_the_listed_tests_is_a_finding() -> None:
    category = replace(GUARD, listed=("tests/test_a.py::test_real",))
    found, _ = result(Planned(xml(test_x="passed")), category=category)
    assert found.outcome == "finding"


def test_totals_are_sums_of_the_tests() -> None:
    collected = json.dumps({"event": "collected", "ids": ["tests/test_a.py::test_n"]}).encode()
    found, _ = result(
        Planned(xml(test_a="passed", test_b="failed", test_c="error"), 1, lines=(HEARD, collected)),
        phase=Phase.MIGRATE,
    )
    totals = found.totals
    assert (totals.total, totals.passed, totals.failed, totals.error, totals.not_run) == (
        4,
        1,
        1,
        1,
        1,
    )
    assert (totals.as_expected, totals.could_not_check) == (2, 2)


def test_untrusted_results_say_so() -> None:
    runner = Runner(
        sandbox=FakeSandbox([Planned(xml(test_x="passed"))]),
        source=SOURCE,
        phase=Phase.DONE,
        untrusted=True,
    )
    assert runner.run(GUARD).result.untrusted


def test_texts_are_free_of_control_characters() -> None:
    log = b"\x1b[31mred\x1b[0m\x1b]0;title\x07\rover\x00\x9b end\n"
    found, _ = result(Planned(xml(test_x="passed"), output=log))
    assert found.log_tail == "red\nover\ufffd\ufffd end\n"
