"""Saying how far a run is. The rest of posting is shown by the lifecycle's tests."""

from datetime import timedelta

from bot.domain.errors import RequestRefusedError, RetryLaterError
from bot.handlers.ledger import Ledger
from bot.handlers.posting import Posting
from bot.handlers.subject import Subject
from tests.fakes.clock import FakeClock
from tests.fakes.github import FakeAccess
from tests.fakes.runs import FakeRuns
from tests.support.work import REPOSITORY, target, work


class House:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.access = FakeAccess()
        runs = FakeRuns()
        now = self.clock.now()
        state = runs.note(work(target=target("12")))
        run = runs.begin(state, head_sha="a" * 40, base_ref="main", now=now, deadline_at=now)
        publisher = self.access.open(REPOSITORY).publisher
        subject = Subject(target=target("12"), head_sha="a" * 40, base_ref="main", fetch=())
        self.posting = Posting(publisher, runs, Ledger(runs, run), subject)
        self.trouble: Exception | None = None
        self.access.publisher.fail = self.fail

    def fail(self, step: str) -> None:
        if step == "before progress" and self.trouble is not None:
            raise self.trouble

    def say(self, title: str) -> None:
        self.posting.progress(title, "so far", self.clock.now())

    @property
    def said(self) -> list[str]:
        return self.access.publisher.progresses


def test_nothing_is_said_before_there_is_a_check() -> None:
    house = House()
    house.say("early")
    house.posting.start()
    house.say("then")
    assert house.said == ["then"]


def test_a_limit_is_kept_until_the_time_that_github_named() -> None:
    house = House()
    house.posting.start()
    house.trouble = RetryLaterError("too much", house.clock.now() + timedelta(seconds=60))
    house.say("refused")
    house.trouble = None
    house.clock.advance(59)
    house.say("too soon")
    house.clock.advance(1)
    house.say("again")
    assert house.said == ["again"]


def test_a_refusal_is_no_reason_to_stop() -> None:
    house = House()
    house.posting.start()
    house.trouble = RequestRefusedError("422")
    house.say("refused")
    house.trouble = None
    house.say("next")
    assert house.said == ["next"]
