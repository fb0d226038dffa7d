"""What a run does when everything around it fails. The judge is the test's own."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.errors import (
    CanonError,
    CouldNotCheckError,
    RetryLaterError,
)
from bot.domain.publication import CheckOutput, Conclusion, Publication
from bot.domain.repository import RepositoryRef
from bot.domain.work import Target, TargetKind, TargetState, Work
from bot.handlers.checkpoint import WithdrawnError
from bot.handlers.ledger import Ledger
from bot.handlers.lifecycle import ATTEMPTS_AT_MOST, Judge, Situation, expire, keep_true, withdraw
from bot.handlers.posting import Posting
from bot.handlers.subject import Subject
from bot.ports.clock import Cancellation
from bot.ports.store import RunState
from tests.fakes.clock import FakeClock
from tests.fakes.github import FakeAccess
from tests.fakes.runs import FakeRuns
from tests.fakes.services import services

ACME = RepositoryRef(7, "acme/shop", 1)
PULL = Target(ACME, TargetKind.PULL_REQUEST, "12")
ONE, TWO = "1" * 40, "2" * 40
GREEN = Publication(
    check=CheckOutput(conclusion=Conclusion.SUCCESS, title="ok", summary="ok"),
    comment="7 removed",
    resolved="nothing any more",
)


class KilledError(BaseException):
    """The process dies here: nothing that it would have done afterwards happens."""


class House:
    """One target, the services around it, and a way to run its job."""

    def __init__(self) -> None:
        self.runs = FakeRuns()
        self.access = FakeAccess()
        self.clock = FakeClock()
        self.head = ONE
        self.services = services(
            github=self.access,
            runs=self.runs,
            queue=self.runs,
            clock=self.clock,
            github_url="https://github.com",
            check_name="canon",
        )
        self.deliver()

    def deliver(self, **changes: Any) -> TargetState:
        work = Work(target=PULL, reason="test", head_sha=self.head, base_ref="main")
        return self.runs.note(replace(work, **changes))

    def run_job(self, judge: Judge) -> None:
        state = self.runs.states[PULL.key]
        subject = Subject(
            target=PULL, head_sha=self.head, base_ref="main", fetch=(), pull_request=12
        )
        keep_true(
            Situation(
                services=self.services,
                access=self.access.open(ACME),
                state=state,
                subject=subject,
                head_now=lambda: self.head,
            ),
            judge,
        )

    @property
    def conclusions(self) -> list[Conclusion | None]:
        checks = self.access.publisher.checks
        return [check.output.conclusion if check.output else None for check in checks]


@pytest.fixture
def house() -> House:
    return House()


def green(_: Situation, __: Ledger, posting: Posting, ___: Cancellation) -> Publication:
    posting.start()
    return GREEN


def raising(error: CanonError, *, started: bool = True) -> Judge:
    def judge(_: Situation, __: Ledger, posting: Posting, ___: Cancellation) -> Publication:
        if started:
            posting.start()
        raise error

    return judge


def test_a_run_posts_one_check_and_one_comment(house: House) -> None:
    house.run_job(green)

    assert house.conclusions == [Conclusion.SUCCESS]
    assert list(house.access.publisher.comments) == [12]
    assert house.runs.rows[0].state is RunState.COMPLETED


def test_a_verdict_that_stands_is_not_taken_again(house: House) -> None:
    house.run_job(green)
    house.deliver()
    house.run_job(green)

    assert len(house.runs.rows) == len(house.access.publisher.checks) == 1


def test_a_rerun_gets_a_check_of_its_own(house: House) -> None:
    house.run_job(green)
    house.deliver(force=True)
    house.run_job(green)

    assert house.conclusions == [Conclusion.SUCCESS, Conclusion.SUCCESS]


def test_a_rerun_is_done_once(house: House) -> None:
    house.run_job(green)
    house.deliver(force=True)
    house.run_job(green)
    house.deliver()
    house.run_job(green)

    assert len(house.runs.rows) == 2


def test_a_new_base_branch_asks_for_a_new_verdict(house: House) -> None:
    house.run_job(green)
    house.runs.rows[0] = replace(house.runs.rows[0], base_ref="release")
    house.run_job(green)

    assert len(house.runs.rows) == 2


STEPS = [
    f"{when} {what}" for what in ("start", "complete", "comment") for when in ("before", "after")
]


@pytest.mark.parametrize("step", STEPS)
def test_a_process_that_dies_at_any_request_leaves_one_check_and_one_comment(
    house: House, step: str
) -> None:
    def die(now: str) -> None:
        if now == step:
            raise KilledError

    house.access.publisher.fail = die
    with pytest.raises(KilledError):
        house.run_job(green)
    house.access.publisher.fail = lambda _: None
    house.run_job(green)

    assert house.conclusions == [Conclusion.SUCCESS]
    assert len(house.access.publisher.comments) == 1
    assert [run.state for run in house.runs.rows] == [RunState.COMPLETED]


def test_nothing_to_say_makes_no_comment(house: House) -> None:
    quiet = replace(GREEN, comment=None)
    house.run_job(lambda *_: quiet)

    assert house.access.publisher.comments == {}


def test_nothing_to_say_any_more_brings_the_comment_up_to_date(house: House) -> None:
    house.run_job(green)
    house.deliver(force=True)
    house.run_job(lambda *_: replace(GREEN, comment=None))

    assert "nothing any more" in house.access.publisher.comments[12]


def test_where_no_configuration_concerns_it_nothing_is_posted(house: House) -> None:
    house.run_job(lambda *_: None)

    assert house.access.publisher.checks == []
    assert house.runs.rows[0].state is RunState.COMPLETED


def test_a_check_that_could_not_be_taken_is_a_failure_with_the_reason(house: House) -> None:
    house.run_job(raising(CouldNotCheckError("the disk is full")))

    output = house.access.publisher.checks[0].output
    assert output is not None
    assert output.conclusion is Conclusion.FAILURE
    assert "the disk is full" in output.title + output.summary


def test_a_run_past_its_deadline_ends_with_the_reason(house: House) -> None:
    def slow(_: Situation, __: Ledger, posting: Posting, cancellation: Cancellation) -> None:
        posting.start()
        house.clock.advance(house.services.deadline.total_seconds() + 1)
        cancellation.check()

    house.run_job(slow)

    output = house.access.publisher.checks[0].output
    assert output is not None
    assert "not done within 600 seconds" in output.title + output.summary


def test_an_outage_makes_the_run_late_and_not_lost(house: House) -> None:
    later = house.clock.now() + timedelta(minutes=30)
    with pytest.raises(RetryLaterError):
        house.run_job(raising(RetryLaterError("502", later)))
    assert house.conclusions == [None]

    house.clock.advance(31 * 60)
    house.run_job(green)

    assert house.conclusions == [Conclusion.SUCCESS]


def test_a_push_in_the_middle_ends_the_old_check_as_cancelled(house: House) -> None:
    def overtaken(_: Situation, __: Ledger, posting: Posting, cancellation: Cancellation) -> None:
        posting.start()
        house.head = TWO
        house.deliver()
        house.clock.advance(1)
        cancellation.check()

    house.run_job(overtaken)
    house.run_job(green)

    assert house.conclusions == [Conclusion.CANCELLED, Conclusion.SUCCESS]
    assert [c.head_sha for c in house.access.publisher.checks] == [ONE, TWO]
    assert [r.state for r in house.runs.rows] == [RunState.SUPERSEDED, RunState.COMPLETED]


def test_a_late_delivery_of_an_old_head_does_not_stop_the_run(house: House) -> None:
    def go_on(
        _: Situation, __: Ledger, posting: Posting, cancellation: Cancellation
    ) -> Publication:
        posting.start()
        house.deliver(head_sha=TWO)
        house.clock.advance(1)
        cancellation.check()
        return GREEN

    house.run_job(go_on)

    assert house.conclusions == [Conclusion.SUCCESS]


def test_a_push_after_a_crash_ends_the_old_check_too(house: House) -> None:
    def die(now: str) -> None:
        if now == "after start":
            raise KilledError

    house.access.publisher.fail = die
    with pytest.raises(KilledError):
        house.run_job(green)
    house.access.publisher.fail = lambda _: None
    house.head = TWO
    house.deliver()
    house.run_job(green)

    assert house.conclusions == [Conclusion.CANCELLED, Conclusion.SUCCESS]


def test_a_closed_pull_request_ends_what_was_running(house: House) -> None:
    house.run_job(raising(WithdrawnError()))

    assert house.conclusions == [Conclusion.CANCELLED]
    assert house.runs.rows[0].state is RunState.WITHDRAWN


def cancelled_by_command(house: House, *, began_before: float) -> Judge:
    def judge(
        _: Situation, __: Ledger, posting: Posting, cancellation: Cancellation
    ) -> Publication:
        posting.start()
        house.clock.advance(began_before)
        house.runs.cancel(PULL.key, by="alice", at=house.clock.now())
        house.clock.advance(1)
        cancellation.check()
        return GREEN

    return judge


def test_a_cancelled_run_ends_as_cancelled_by_whom_and_is_not_begun_again(house: House) -> None:
    house.run_job(cancelled_by_command(house, began_before=1))
    house.deliver()
    house.run_job(green)

    output = house.access.publisher.checks[0].output
    assert house.conclusions == [Conclusion.CANCELLED]
    assert output is not None
    assert output.title == "Cancelled by alice"
    assert house.runs.rows[0].state is RunState.CANCELLED


def test_a_cancelled_run_can_be_asked_for_again(house: House) -> None:
    house.run_job(cancelled_by_command(house, began_before=1))
    house.clock.advance(1)
    house.deliver(force=True)
    house.run_job(green)

    assert house.conclusions == [Conclusion.CANCELLED, Conclusion.SUCCESS]


def test_withdrawing_ends_a_run_whose_process_died(house: House) -> None:
    with pytest.raises(KilledError):
        house.run_job(dying)
    withdraw(house.services, house.access.open(ACME), house.runs.states[PULL.key])

    assert house.conclusions == [Conclusion.CANCELLED]


def dying(_: Situation, __: Ledger, posting: Posting, ___: Cancellation) -> Publication:
    posting.start()
    raise KilledError


def test_a_run_that_kills_its_process_again_and_again_is_ended_with_the_reason(
    house: House,
) -> None:
    for _ in range(ATTEMPTS_AT_MOST):
        with pytest.raises(KilledError):
            house.run_job(dying)
    house.run_job(dying)

    assert house.conclusions == [Conclusion.FAILURE]


def test_a_process_that_was_only_slow_does_nothing_after_another_took_over(house: House) -> None:
    def slow(
        situation: Situation, ledger: Ledger, posting: Posting, _: Cancellation
    ) -> Publication:
        posting.start()
        situation.services.runs.resume(ledger.run, deadline_at=datetime.now(UTC))
        return GREEN

    house.run_job(slow)

    assert house.conclusions == [None]
    assert house.access.publisher.comments == {}


def test_an_expired_run_ends_as_a_failure_and_its_process_can_do_no_more(house: House) -> None:
    def stuck(
        situation: Situation, ledger: Ledger, posting: Posting, _: Cancellation
    ) -> Publication:
        posting.start()
        expire(situation.services, situation.access, situation.state, ledger.run)
        return GREEN

    house.run_job(stuck)

    assert house.conclusions == [Conclusion.FAILURE]
    assert house.runs.rows[0].state is RunState.EXPIRED
