"""Which categories a run runs, and what becomes of them. What they come to is planned."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.configuration import Configuration, Migration
from bot.domain.errors import SupersededError
from bot.domain.phase import Phase
from bot.domain.probe import CoverageGoal
from bot.domain.suite import Category, Executor, Expectation, Trigger
from bot.domain.tested import TestVerdict
from bot.domain.testing import CategoryCoverage, CategoryOutcome, CategoryResult
from bot.domain.verdict import Outcome
from bot.domain.work import Target, TargetKind
from bot.handlers.categories import Categories
from bot.handlers.ends import Ends
from bot.handlers.ledger import Ledger
from bot.handlers.lifecycle import Situation
from bot.handlers.posting import Posting
from bot.handlers.subject import Subject
from bot.handlers.testing import Testing
from bot.ports.clock import Cancellation
from bot.ports.sandbox import SandboxStage
from bot.ports.store import Run, RunState
from bot.ports.testing import TestRequest
from bot.ports.trust import Approval
from bot.suites.executors import CategoryJob, Watch
from bot.suites.run import CategoryProgress, CategoryRun
from tests.fakes.clock import FakeClock, Never
from tests.fakes.github import FakeAccess
from tests.fakes.results import FakeResults
from tests.fakes.runs import FakeRuns
from tests.support.work import REPOSITORY, target, work

HEAD, BASE = "a" * 40, "b" * 40


def category(name: str = "unit", **changes: Any) -> Category:
    expect = dict.fromkeys(Phase, Expectation.PASS)
    return replace(Category(name=name, run="true", expect=expect, timeout=60.0), **changes)


COVERAGE = b"SF:shop/a.py\nDA:1,1\nDA:2,0\nend_of_record\n"
GOAL = CoverageGoal(name="carts", file="lcov.info")


def configuration(*categories: Category) -> Configuration:
    migration = Migration(
        issue=7, title="One", phase=Phase.DONE, rules=(), tests=categories, coverage=(GOAL,)
    )
    return Configuration(digest="d", migrations=(migration,))


@dataclass
class Recorded:
    """An executor that runs nothing: `act` decides, and may watch."""

    act: Callable[[CategoryJob, Watch], CategoryOutcome]
    ran: list[str] = field(default_factory=list)
    writes_coverage: bool = False

    def run(self, job: CategoryJob, watch: Watch) -> CategoryRun:
        self.ran.append(job.category.name)
        outcome = self.act(job, watch)
        result = CategoryResult(
            category=job.category.name,
            phase=job.phase,
            expect=Expectation.PASS,
            outcome=outcome,
            untrusted=job.untrusted,
        )
        coverage = dict.fromkeys(job.coverage, COVERAGE) if self.writes_coverage else {}
        return CategoryRun(result, b"log", coverage)


@dataclass
class Approvals:
    approved: set[tuple[int, int, str]] = field(default_factory=set)

    def approve(self, repository_id: int, number: int, head_sha: str, **_: Any) -> None:
        self.approved.add((repository_id, number, head_sha))

    def approval(self, repository_id: int, number: int, head_sha: str) -> Approval | None:
        there = (repository_id, number, head_sha) in self.approved
        return Approval(head_sha, "bea", FakeClock().now()) if there else None


@dataclass
class Requests:
    asked_for: list[TestRequest] = field(default_factory=list)

    def ask(self, key: str, head_sha: str, request: TestRequest) -> None:
        del key, head_sha
        self.asked_for.append(request)

    def asked(self, key: str, head_sha: str, *, since: Any) -> Sequence[TestRequest]:
        del key, head_sha
        return [it for it in self.asked_for if since is None or it.at > since]


class Commits:
    def changed(self, base: str, head: str) -> Sequence[str]:
        assert (base, head) == (BASE, HEAD)
        return ["shop/a.py"]

    def all_paths(self, commit: str) -> Sequence[str]:
        assert commit == HEAD
        return ["shop/a.py"]


def expected(_: CategoryJob, watch: Watch) -> CategoryOutcome:
    watch(CategoryProgress(category="unit", stage=SandboxStage.RUNNING, seconds=1, done=1, total=2))
    return CategoryOutcome.AS_EXPECTED


class House:
    """One pull request's run, and a way to have its categories."""

    def __init__(self) -> None:
        self.runs = FakeRuns()
        self.results = FakeResults()
        self.clock = FakeClock()
        self.access = FakeAccess()
        self.executor = Recorded(expected)
        self.approvals = Approvals()
        self.requests = Requests()
        self.distrust: str | None = None
        self.target = target("12")
        self.time = timedelta(minutes=10)
        self.run = self.begin()

    def begin(self) -> Run:
        state = self.runs.note(work(target=self.target))
        run = self.runs.begin(
            state,
            head_sha=HEAD,
            base_ref="main",
            now=self.clock.now(),
            deadline_at=self.clock.now() + timedelta(minutes=10),
        )
        self.results.heads[run.id] = HEAD
        return run

    def complete(self) -> None:
        """End the run with a verdict, and begin another one a minute later."""
        self.runs.save(replace(self.runs.rows[-1], state=RunState.COMPLETED))
        self.clock.advance(60)
        self.run = self.begin()

    def verdict(
        self, *categories: Category, cancellation: Cancellation | None = None
    ) -> TestVerdict | None:
        testing = Testing(
            executors={Executor.SANDBOX: self.executor},
            approvals=self.approvals,
            requests=self.requests,
            results=self.results,
            time=self.time,
        )
        subject = Subject(
            target=self.target,
            head_sha=HEAD,
            base_ref="main",
            fetch=(),
            pull_request=12,
            distrust=self.distrust,
        )
        access = self.access.open(REPOSITORY)
        ledger = Ledger(self.runs, self.run)
        posting = Posting(access.publisher, self.runs, ledger, subject)
        posting.start()
        categories_of = Categories(
            situation=Situation(
                services=Services(self.runs, self.clock, testing),  # type: ignore[arg-type]
                access=access,
                state=self.runs.states[self.target.key],
                subject=subject,
                head_now=lambda: HEAD,
            ),
            ledger=ledger,
            posting=posting,
            cancellation=cancellation or Never(),
            ends=Ends(tip=BASE, start=BASE, head=HEAD, gate={}, proposed={}),
            git_dir=Path("/mirror"),
        )
        found = categories_of.verdict(configuration(*categories), "No violation added")
        self.run = ledger.run
        return found

    @property
    def ran(self) -> list[str]:
        return sorted(self.executor.ran)


@dataclass
class Services:
    """What of the services tests use."""

    runs: FakeRuns
    clock: FakeClock
    testing: Testing
    deadline: timedelta = timedelta(minutes=10)

    def commits(self, _: Path) -> Commits:
        return Commits()


@pytest.fixture
def house() -> House:
    return House()


def test_without_categories_there_is_nothing_to_say(house: House) -> None:
    assert house.verdict() is None


def test_every_category_is_run_recorded_and_judged(house: House) -> None:
    verdict = house.verdict(category("unit"), category("smoke"))

    assert verdict is not None
    assert verdict.outcome is Outcome.PASS
    assert house.ran == ["smoke", "unit"]
    assert [it.result.category for it in house.results.of_run(house.run.id)] == ["smoke", "unit"]
    assert house.results.log(house.run.id, 7, "unit") == b"log"


def test_paths_are_held_against_the_changed_files(house: House) -> None:
    verdict = house.verdict(category("a", paths=("shop/**",)), category("b", paths=("docs/**",)))

    assert verdict is not None
    assert house.ran == ["a"]
    assert [it.category for it in verdict.migrations[0].left_out] == ["b"]


@pytest.mark.parametrize(
    ("kind", "ran"), [(TargetKind.BRANCH, ["push"]), (TargetKind.MERGE_GROUP, ["pull"])]
)
def test_a_merge_group_is_tested_as_a_pull_request_and_a_branch_as_a_push(
    house: House, kind: TargetKind, ran: list[str]
) -> None:
    house.target = Target(REPOSITORY, kind, "main")
    house.run = house.begin()
    house.verdict(
        category("pull", when=(Trigger.PULL_REQUEST,)), category("push", when=(Trigger.PUSH,))
    )
    assert house.ran == ran


def test_code_that_is_not_trusted_is_not_run_and_nothing_is_recorded(house: House) -> None:
    house.distrust = "the code comes from a fork"
    verdict = house.verdict(category())

    assert verdict is not None
    assert verdict.outcome is Outcome.ERROR
    assert f"/canon ok-to-test {HEAD[:12]}" in (verdict.waiting or "")
    assert house.ran == []
    assert house.results.records == []


def test_an_approval_of_another_commit_is_none(house: House) -> None:
    house.distrust = "the code comes from a fork"
    house.approvals.approve(REPOSITORY.id, 12, BASE)
    house.verdict(category())
    assert house.ran == []


def test_approved_code_is_run_and_its_results_are_marked(house: House) -> None:
    house.distrust = "the code comes from a fork"
    house.approvals.approve(REPOSITORY.id, 12, HEAD)
    verdict = house.verdict(category())

    assert verdict is not None
    assert verdict.outcome is Outcome.PASS
    assert verdict.categories[0].result.untrusted


def test_what_a_category_covers_is_kept_with_its_result(house: House) -> None:
    house.executor.writes_coverage = True

    house.verdict(category("unit"))

    (record,) = house.results.of_run(house.run.id)
    assert record.result.coverage == (
        CategoryCoverage(name="carts", file="lcov.info", covered=1, lines=2),
    )


def test_a_run_taken_up_after_a_crash_does_not_repeat_what_had_ended(house: House) -> None:
    class DiedError(BaseException):
        pass

    def dies(job: CategoryJob, watch: Watch) -> CategoryOutcome:
        if job.category.name == "second":
            while not house.results.records:
                time.sleep(0.01)
            raise DiedError
        return expected(job, watch)

    house.executor.act = dies
    both = category("first"), category("second")
    with pytest.raises(DiedError):
        house.verdict(*both)
    house.executor = Recorded(expected)
    house.run = house.runs.resume(house.run, deadline_at=house.clock.now())
    verdict = house.verdict(*both)

    assert verdict is not None
    assert verdict.outcome is Outcome.PASS
    assert house.ran == ["second"]


def test_a_run_without_a_request_measures_everything_anew(house: House) -> None:
    house.verdict(category())
    house.complete()
    house.verdict(category())
    assert house.ran == ["unit", "unit"]


def test_a_request_runs_what_it_names_and_takes_the_rest_over(house: House) -> None:
    both = category("unit"), category("smoke")
    house.verdict(*both)
    house.complete()
    house.requests.ask("", HEAD, TestRequest(at=house.clock.now(), category="smoke"))
    verdict = house.verdict(*both)

    assert verdict is not None
    assert [it.result.category for it in verdict.categories] == ["unit", "smoke"]
    assert house.ran == ["smoke", "smoke", "unit"]
    assert len(house.results.of_run(house.run.id)) == 2


def test_a_request_is_done_once(house: House) -> None:
    house.verdict(category())
    house.complete()
    house.requests.ask("", HEAD, TestRequest(at=house.clock.now(), category="smoke"))
    house.verdict(category())
    house.clock.advance(1)
    house.complete()
    house.verdict(category())
    assert house.ran == ["unit", "unit"]  # the last run was asked for by nobody's command


def test_a_request_for_what_was_not_as_expected_leaves_the_rest(house: House) -> None:
    def one_fails(job: CategoryJob, watch: Watch) -> CategoryOutcome:
        finding = job.category.name == "unit"
        return CategoryOutcome.FINDING if finding else expected(job, watch)

    house.executor.act = one_fails
    both = category("unit"), category("smoke")
    house.verdict(*both)
    house.complete()
    house.requests.ask("", HEAD, TestRequest(at=house.clock.now(), unexpected=True))
    house.verdict(*both)
    assert house.ran == ["smoke", "unit", "unit"]


def test_a_result_of_another_definition_does_not_stand(house: House) -> None:
    house.verdict(category("unit"), category("smoke"))
    house.complete()
    house.requests.ask("", HEAD, TestRequest(at=house.clock.now(), category="smoke"))
    house.verdict(category("unit", run="false"), category("smoke"))
    assert house.ran == ["smoke", "smoke", "unit", "unit"]


def watched(seen: threading.Event) -> Callable[[CategoryJob, Watch], CategoryOutcome]:
    """Something that goes on until it is stopped."""

    def act(_: CategoryJob, watch: Watch) -> CategoryOutcome:
        seen.set()
        while True:
            watch(CategoryProgress(category="unit", stage=SandboxStage.RUNNING, seconds=1))
            time.sleep(0.01)

    return act


def test_what_runs_is_stopped_when_the_run_is_superseded(house: House) -> None:
    seen = threading.Event()
    house.executor.act = watched(seen)

    class Overtaken:
        def check(self) -> None:
            if seen.is_set():
                raise SupersededError("c" * 40)

    with pytest.raises(SupersededError):
        house.verdict(category(), cancellation=Overtaken())
    assert not _running()


def _running() -> list[str]:
    return [it.name for it in threading.enumerate() if it.name.startswith("category")]


def test_what_has_not_ended_in_time_could_not_be_checked(house: House) -> None:
    seen = threading.Event()
    house.executor.act = watched(seen)

    class TimePasses:
        def check(self) -> None:
            if seen.is_set():
                house.clock.advance(3600)

    verdict = house.verdict(
        *(category(f"c{number}") for number in range(3)), cancellation=TimePasses()
    )

    assert verdict is not None
    assert verdict.outcome is Outcome.ERROR
    reasons = {it.result.reasons[0] for it in verdict.categories}
    assert reasons == {
        "it was stopped, because the time of all categories together was over",
        "there was no time left for it",
    }
    assert not _running()


def test_the_runs_deadline_comes_after_that_of_its_tests(house: House) -> None:
    began = house.clock.now()
    house.verdict(category(timeout=1000.0))
    assert house.run.deadline_at == began + timedelta(minutes=10) + timedelta(minutes=10)


def test_the_check_says_how_far_they_are(house: House) -> None:
    house.verdict(category())
    assert house.access.publisher.progresses
    assert "of 1 categories done" in house.access.publisher.progresses[0]


def test_a_check_that_cannot_say_it_does_not_stop_the_run(house: House) -> None:
    def refuse(step: str) -> None:
        if step == "before progress":
            raise SupersededError("no matter what kind of trouble")

    house.access.publisher.fail = refuse
    verdict = house.verdict(category())
    assert verdict is not None
    assert verdict.outcome is Outcome.PASS
