from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from bot.adapters.store.waivers import DatabaseWaivers
from bot.adapters.store.wishes import DatabaseQueue
from bot.domain.waiver import GivenWaiver
from bot.ports.waivers import Occasion
from tests.adapters.store.test_comments import ACME, NOW, TARGET, WORK

LAST = date(2026, 10, 8)
GIVEN = GivenWaiver(
    id=0,
    migration=1,
    rule="legacy",
    path="a.py",
    fingerprint="f" * 32,
    reason="waits",
    by="ann",
    given_at=datetime(2026, 9, 1, tzinfo=UTC),
    until=LAST,
    source="https://github.com/acme/shop/issues/1#issuecomment-12",
)
FIRST, SECOND = Occasion(TARGET.key, 0), Occasion(TARGET.key, 1)


@pytest.fixture
def waivers(engine: Engine) -> DatabaseWaivers:
    DatabaseQueue(engine).want([WORK])
    return DatabaseWaivers(engine)


def ids(found: object) -> list[int]:
    return [one.id for _, one in found]  # type: ignore[attr-defined]


def test_one_command_gives_one_waiver_however_often_it_is_repeated(
    waivers: DatabaseWaivers,
) -> None:
    for _ in range(3):
        waivers.give(ACME.id, GIVEN, FIRST)

    (standing,) = waivers.standing(ACME.id)
    assert replace(standing, id=0) == GIVEN
    assert waivers.standing(8) == []


def test_an_ended_waiver_does_not_stand_and_is_known_to_who_ended_it(
    waivers: DatabaseWaivers,
) -> None:
    waivers.give(ACME.id, GIVEN, FIRST)
    (standing,) = waivers.standing(ACME.id)
    waivers.end([standing.id], by="bob", at=NOW, occasion=SECOND)

    assert waivers.standing(ACME.id) == []
    assert waivers.ended_on(SECOND) == [standing]
    assert waivers.ended_on(FIRST) == []


def test_a_waiver_near_its_end_is_announced_once(waivers: DatabaseWaivers) -> None:
    waivers.give(ACME.id, GIVEN, FIRST)
    (standing,) = waivers.standing(ACME.id)

    assert waivers.ending(LAST - timedelta(days=1)) == []
    assert waivers.ending(LAST) == [(ACME, standing)]
    waivers.announced([standing.id], NOW)
    assert waivers.ending(LAST) == []


def test_a_waiver_lapses_the_day_after_its_last_and_once(waivers: DatabaseWaivers) -> None:
    waivers.give(ACME.id, GIVEN, FIRST)

    assert waivers.lapsed(LAST) == []
    found = waivers.lapsed(LAST + timedelta(days=1))
    assert len(found) == 1
    waivers.acted_upon(ids(found), NOW)
    assert waivers.lapsed(LAST + timedelta(days=1)) == []


def test_an_ended_waiver_neither_ends_soon_nor_lapses(waivers: DatabaseWaivers) -> None:
    waivers.give(ACME.id, GIVEN, FIRST)
    (standing,) = waivers.standing(ACME.id)
    waivers.end([standing.id], by="bob", at=NOW, occasion=SECOND)

    assert (waivers.ending(LAST), waivers.lapsed(LAST + timedelta(days=1))) == ([], [])
