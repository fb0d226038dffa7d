"""What becomes of waivers by command when their time comes; on a real database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from bot.adapters.store.notes import DatabaseNotes
from bot.adapters.store.waivers import DatabaseWaivers
from bot.adapters.store.wishes import DatabaseQueue
from bot.domain.conversation import Comment
from bot.domain.errors import RepositoryGoneError
from bot.domain.repository import RepositoryRef
from bot.domain.waiver import GivenWaiver
from bot.domain.work import Target, TargetKind, Work
from bot.handlers.waivers import keep_waivers
from bot.ports.waivers import Occasion
from tests.fakes.clock import FakeClock
from tests.fakes.github import FakeAccess
from tests.fakes.runs import FakeRuns
from tests.fakes.services import services

ACME = RepositoryRef(7, "acme/shop", 1)
TYPED = Target(ACME, TargetKind.COMMENT, "12")
PULL = Target(ACME, TargetKind.PULL_REQUEST, "3")
NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
TODAY = NOW.date()
DAY = 86_400.0


class House:
    """Waivers of one repository, in which one pull request has a verdict."""

    def __init__(self, engine: Engine) -> None:
        said = Comment(
            id=12,
            number=1,
            on_pull_request=False,
            opened_by=None,
            author="ann",
            author_id=5,
            body="/canon waive",
            created_at=NOW,
        )
        queue = DatabaseQueue(engine)
        queue.want([Work(target=TYPED, reason="said", comment=said)])
        self.waivers = DatabaseWaivers(engine)
        self.runs = FakeRuns()
        state = self.runs.note(Work(target=PULL, reason="test", head_sha="1" * 40))
        run = self.runs.begin(state, head_sha="1" * 40, base_ref="main", now=NOW, deadline_at=NOW)
        self.runs.rows[0] = replace(run, config_digest="d")
        self.access = FakeAccess()
        self.clock = FakeClock(NOW)
        self.services = services(
            github=self.access,
            waivers=self.waivers,
            runs=self.runs,
            queue=self.runs,
            notes=DatabaseNotes(engine),
            clock=self.clock,
        )

    def give(self, until: date, migration: int = 1, path: str = "a.py") -> None:
        position = len(self.waivers.standing(ACME.id))
        waiver = GivenWaiver(
            id=0,
            migration=migration,
            rule="old-import",
            path=path,
            fingerprint=None,
            reason="waits for @everyone",
            by="ann",
            given_at=NOW,
            until=until,
            source="https://github.com/acme/shop/issues/1#issuecomment-12",
        )
        self.waivers.give(ACME.id, waiver, Occasion(TYPED.key, position))

    @property
    def said(self) -> dict[int, str]:
        return self.access.publisher.comments


@pytest.fixture
def house(engine: Engine) -> House:
    return House(engine)


def test_a_waiver_is_announced_a_week_before_it_ends_and_once(house: House) -> None:
    house.give(TODAY + timedelta(days=8))
    keep_waivers(house.services)
    assert house.said == {}

    house.clock.advance(DAY)
    keep_waivers(house.services)

    assert "`old-import in a.py`: until 2026-10-09" in house.said[1]
    assert "@everyone" not in house.said[1]
    house.said.clear()
    keep_waivers(house.services)
    assert house.said == {}


def test_waivers_of_one_migration_are_announced_together(house: House) -> None:
    house.give(TODAY + timedelta(days=3))
    house.give(TODAY + timedelta(days=5), path="b.py")
    house.give(TODAY + timedelta(days=4), migration=2, path="c.py")
    keep_waivers(house.services)

    assert ("a.py" in house.said[1], "b.py" in house.said[1]) == (True, True)
    assert ("c.py" in house.said[1], "c.py" in house.said[2]) == (False, True)


def test_the_day_after_a_waiver_ends_pull_requests_are_judged_again_once(house: House) -> None:
    house.give(TODAY)
    keep_waivers(house.services)
    assert house.runs.wanted == []

    house.clock.advance(DAY)
    for _ in range(2):
        keep_waivers(house.services)

    assert house.runs.wanted == [Work(target=PULL, reason="waiver ended", force=True)]


def test_an_issue_that_takes_no_comment_keeps_the_others_from_nothing(house: House) -> None:
    house.give(TODAY, migration=1)
    house.give(TODAY, migration=2, path="b.py")
    failures = iter([RepositoryGoneError("moved")])

    def fail(here: str) -> None:
        if here == "before comment" and (error := next(failures, None)):
            raise error

    house.access.publisher.fail = fail
    keep_waivers(house.services)

    assert list(house.said) == [2]
