from pathlib import Path

from bot.domain.phase import Phase
from bot.domain.repository import RepositoryRef
from bot.domain.suite import Category, Executor, Expectation
from bot.domain.testing import CategoryOutcome
from bot.suites.executors import CategoryJob, SandboxExecutor, run_category
from tests.fakes.sandbox import FakeSandbox, Planned

JUNIT = b"""<testsuite><testcase file="tests/test_a.py" classname="tests.test_a" name="test_x"/>
</testsuite>"""


def job(executor: Executor) -> CategoryJob:
    return CategoryJob(
        repository=RepositoryRef(7, "acme/shop"),
        git_dir=Path("/clone"),
        commit="a" * 40,
        phase=Phase.DONE,
        category=Category(
            name="unit",
            run="pytest",
            expect=dict.fromkeys(Phase, Expectation.PASS),
            timeout=60,
            executor=executor,
        ),
        untrusted=True,
    )


def test_a_category_is_run_where_it_says() -> None:
    sandbox = FakeSandbox([Planned(JUNIT, output=b"1 passed")])
    executors = {Executor.SANDBOX: SandboxExecutor(sandbox)}

    run = run_category(executors, job(Executor.SANDBOX), lambda _: None)

    assert run.result.outcome is CategoryOutcome.AS_EXPECTED
    assert run.result.untrusted
    assert run.log == b"1 passed"
    assert sandbox.requests[0].source is not None
    assert sandbox.requests[0].source.git_dir == Path("/clone")


def test_a_category_that_runs_nowhere_is_not_run_and_says_so() -> None:
    run = run_category({}, job(Executor.ACTIONS), lambda _: None)

    assert run.result.outcome is CategoryOutcome.COULD_NOT_CHECK
    assert run.result.reasons == ("it runs on actions, which Canon cannot use here",)


def test_the_log_holds_the_second_run_too() -> None:
    failed = JUNIT.replace(b"/>", b"><failure message='no'/></testcase>", 1)
    sandbox = FakeSandbox([Planned(failed, 1, output=b"first"), Planned(failed, 1, output=b"2nd")])
    executors = {Executor.SANDBOX: SandboxExecutor(sandbox)}

    run = run_category(executors, job(Executor.SANDBOX), lambda _: None)

    assert run.log == b"first\n--- the failing tests, run again ---\n2nd"
