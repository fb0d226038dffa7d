from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from bot.domain.errors import (
    CouldNotCheckError,
    PermissionMissingError,
    RequestRefusedError,
    RetryLaterError,
)
from bot.domain.phase import Phase
from bot.domain.testing import CategoryOutcome, TestOutcome
from bot.ports.actions import ArtifactExpiredError
from bot.ports.sandbox import SandboxStage
from bot.suites.actions import ActionsExecutor, correlation
from bot.suites.executors import CategoryJob
from bot.suites.run import CategoryProgress, CategoryRun
from tests.fakes.clock import FakeClock
from tests.fakes.workflows import URL, FakeWorkflows, workflow_run
from tests.support.artifacts import FAILED, JUNIT, artifact, exited
from tests.support.jobs import actions_job

COMMIT = "a" * 40
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
RUNNING = ("in_progress", None)
QUEUED = ("queued", None)
ENDED = ("completed", "success")
CANCELLED = ("completed", "cancelled")
JOB = actions_job()


@dataclass
class Bench:
    """An executor on a clock that moves while it waits, and what it told."""

    workflows: FakeWorkflows
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOW))
    told: list[tuple[float, CategoryProgress]] = field(default_factory=list)

    def run(
        self, job: CategoryJob = JOB, watch: Callable[[CategoryProgress], None] | None = None
    ) -> CategoryRun:
        executor = ActionsExecutor(self.workflows, self.clock, self.clock.advance)
        return executor.run(job, watch or self._watch)

    def reason(self, job: CategoryJob = JOB) -> str:
        """Why it could not be checked."""
        result = self.run(job).result
        assert result.outcome is CategoryOutcome.COULD_NOT_CHECK
        (reason,) = result.reasons
        return reason

    @property
    def seconds(self) -> float:
        return (self.clock.now() - NOW).total_seconds()

    def _watch(self, progress: CategoryProgress) -> None:
        self.told.append((self.seconds, progress))


def left(
    junit: bytes | None = JUNIT, **changed: object
) -> Callable[[Mapping[str, str]], bytes | None]:
    return lambda _: artifact(COMMIT, junit, **changed)  # type: ignore[arg-type]


def test_a_category_is_dispatched_waited_for_and_judged() -> None:
    bench = Bench(FakeWorkflows([None, QUEUED, RUNNING, RUNNING, ENDED], left(log=b"1 passed")))

    run = bench.run(replace(JOB, untrusted=True))

    assert run.result.outcome is CategoryOutcome.AS_EXPECTED
    assert run.result.untrusted
    assert [test.id for test in run.result.tests] == ["tests/test_a.py::test_x"]
    assert run.result.notes == ("it ran on GitHub Actions: run 1 of canon-tests.yml",)
    assert run.log == f"{URL}101\n1 passed".encode()
    assert bench.workflows.cancelled == []
    (dispatched,) = bench.workflows.dispatched
    assert dispatched == {
        "correlation": correlation(replace(JOB, untrusted=True)),
        "commit": COMMIT,
        "category": "unit",
        "command": "pytest --junitxml={junit}",
        "setup": "",
        "services": "postgres redis",
        "seconds": "90",
        "minutes": "17",
        "again": "yes",
    }


def test_whoever_watches_is_told_at_least_once_a_second_and_of_the_stage() -> None:
    bench = Bench(FakeWorkflows([QUEUED, QUEUED, RUNNING, RUNNING, RUNNING, ENDED], left()))

    bench.run()

    times = [seconds for seconds, _ in bench.told]
    assert max(b - a for a, b in pairwise(times)) <= 1
    stages = list(dict.fromkeys(progress.stage for _, progress in bench.told))
    assert stages == [SandboxStage.WAITING, SandboxStage.RUNNING]


def test_github_is_asked_ever_more_rarely() -> None:
    bench = Bench(FakeWorkflows([RUNNING] * 40 + [ENDED], left()))

    bench.run()

    assert bench.workflows.looks == 41
    assert bench.seconds > 500


def test_a_test_that_passes_in_the_second_run_is_flaky() -> None:
    runs = [exited(1), exited(0)]
    bench = Bench(FakeWorkflows(left=left(FAILED, again=JUNIT, runs=runs)))

    result = bench.run().result

    assert [test.outcome for test in result.tests] == [TestOutcome.FLAKY]
    assert result.outcome is CategoryOutcome.AS_EXPECTED


def test_a_failing_test_is_a_finding() -> None:
    runs = [exited(1), exited(1)]
    bench = Bench(FakeWorkflows(left=left(FAILED, again=FAILED, runs=runs)))

    assert bench.run().result.outcome is CategoryOutcome.FINDING


def test_nothing_is_run_a_second_time_where_anything_is_expected() -> None:
    bench = Bench(FakeWorkflows(left=left()))

    bench.run(replace(JOB, phase=Phase.MIGRATE))

    assert bench.workflows.dispatched[0]["again"] == "no"


def test_a_command_that_did_not_end_in_time_could_not_be_checked() -> None:
    bench = Bench(FakeWorkflows(left=left(None, runs=[exited(124, "timed_out")])))

    assert bench.reason() == "it did not end within 90 s"


def test_a_server_that_does_not_tell_the_run_is_asked_for_the_run_of_that_name() -> None:
    bench = Bench(FakeWorkflows(tells=False, left=left()))
    bench.workflows.here = [workflow_run(5, "completed", "success", "unit canon-other")]

    assert bench.run().result.outcome is CategoryOutcome.AS_EXPECTED
    assert bench.workflows.looks == 0


def test_a_run_that_was_dispatched_before_a_crash_is_taken_up() -> None:
    bench = Bench(FakeWorkflows(left=left()))
    title = f"unit {correlation(JOB)}"
    bench.workflows.here = [workflow_run(5, *ENDED, title=title)]

    assert bench.run().result.outcome is CategoryOutcome.AS_EXPECTED
    assert bench.workflows.dispatched == []


def test_a_run_that_a_crash_cancelled_is_dispatched_anew() -> None:
    bench = Bench(FakeWorkflows(left=left()))
    title = f"unit {correlation(JOB)}"
    bench.workflows.here = [workflow_run(5, *CANCELLED, title=title)]

    assert bench.run().result.outcome is CategoryOutcome.AS_EXPECTED
    assert len(bench.workflows.dispatched) == 1


def test_the_name_of_a_job_is_the_same_after_a_crash_and_that_of_no_other() -> None:
    others = [
        replace(JOB, identity="2"),
        replace(JOB, commit="b" * 40),
        replace(JOB, category=replace(JOB.category, name="other")),
    ]

    assert correlation(replace(JOB)) == correlation(JOB)
    assert len({correlation(job) for job in [JOB, *others]}) == 4


def test_a_dispatch_whose_answer_was_lost_is_not_made_twice() -> None:
    lost = RetryLaterError("no answer", NOW + timedelta(seconds=5))
    bench = Bench(FakeWorkflows(left=left(), refusals=[lost], takes_effect=True))

    assert bench.run().result.outcome is CategoryOutcome.AS_EXPECTED
    assert len(bench.workflows.dispatched) == 1


def test_a_dispatch_that_is_to_wait_is_made_later() -> None:
    later = RetryLaterError("slow down", NOW + timedelta(seconds=60))
    bench = Bench(FakeWorkflows(left=left(), refusals=[later]))

    assert bench.run().result.outcome is CategoryOutcome.AS_EXPECTED
    assert bench.seconds >= 60


def test_a_github_that_is_down_for_long_is_not_waited_for() -> None:
    down = RetryLaterError("GitHub is down", NOW + timedelta(hours=1))
    bench = Bench(FakeWorkflows(refusals=[down]))

    assert bench.reason() == "GitHub is down"


def test_a_run_that_never_appears_is_lost() -> None:
    bench = Bench(FakeWorkflows([None]))

    assert bench.reason() == "GitHub took the dispatch, and no workflow run of it is there"
    assert bench.workflows.cancelled == [101]


def test_a_run_that_is_deleted_is_not_waited_for() -> None:
    bench = Bench(FakeWorkflows([QUEUED, None]))

    assert bench.reason() == "run 1 of canon-tests.yml is gone from GitHub"
    assert bench.seconds < 20


def test_a_run_that_was_cancelled_on_github_says_so() -> None:
    bench = Bench(FakeWorkflows([RUNNING, CANCELLED], left()))

    assert bench.reason() == "run 1 of canon-tests.yml was cancelled on GitHub"
    assert bench.workflows.cancelled == []


def test_results_that_have_expired_say_so() -> None:
    def expired(_: Mapping[str, str]) -> bytes:
        raise ArtifactExpiredError("deleted on 2026-11-22")

    bench = Bench(FakeWorkflows(left=expired))

    assert bench.reason() == "its results have expired on GitHub: deleted on 2026-11-22"


@pytest.mark.parametrize("conclusion", ["failure", "timed_out", "startup_failure"])
def test_a_run_without_results_says_how_it_ended(conclusion: str) -> None:
    bench = Bench(FakeWorkflows([("completed", conclusion)]))

    expected = f"run 1 of canon-tests.yml ended with `{conclusion}` and left no results"
    assert bench.reason() == expected


def test_an_artifact_that_cannot_be_read_says_so() -> None:
    bench = Bench(FakeWorkflows(left=lambda _: b"rubbish"))

    assert bench.reason() == (
        "the artifact of run 1 of canon-tests.yml cannot be read: not a zip file"
    )


def test_results_of_another_commit_are_not_taken() -> None:
    bench = Bench(FakeWorkflows(left=lambda _: artifact("b" * 40)))

    assert bench.reason() == "run 1 of canon-tests.yml tested another commit"


def test_a_run_that_no_runner_takes_is_cancelled_after_half_an_hour() -> None:
    bench = Bench(FakeWorkflows([QUEUED]))

    assert "took run 1 of canon-tests.yml within 30 minutes" in bench.reason()
    assert bench.workflows.cancelled == [101]


def test_a_run_that_does_not_end_is_cancelled_after_its_time() -> None:
    bench = Bench(FakeWorkflows([RUNNING]))

    assert "run 1 of canon-tests.yml did not end within 18 minutes" in bench.reason()
    assert bench.workflows.cancelled == [101]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (PermissionMissingError("needs actions=write"), "Canon may not use GitHub Actions here"),
        (RequestRefusedError("Unexpected inputs provided"), "Unexpected inputs provided"),
    ],
)
def test_what_github_refuses_is_the_reason(error: CouldNotCheckError, reason: str) -> None:
    assert reason in Bench(FakeWorkflows(refusals=[error])).reason()


def test_whoever_stops_it_cancels_the_run_and_is_heard() -> None:
    class StoppedError(CouldNotCheckError):
        pass

    def stop(progress: CategoryProgress) -> None:
        if progress.stage is SandboxStage.RUNNING:
            raise StoppedError("stopped")

    bench = Bench(FakeWorkflows([QUEUED, RUNNING]))

    with pytest.raises(StoppedError):
        bench.run(watch=stop)
    assert bench.workflows.cancelled == [101]
