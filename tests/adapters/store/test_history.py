from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from bot.adapters.store.history import DatabaseHistory
from bot.domain.history import CountsOn
from bot.domain.observation import RecordedCount
from tests.support.scans import ISSUE, configuration, migration, rule, scan, violation

REPOSITORY = 7
MORNING = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
A, B, C = "a" * 40, "b" * 40, "c" * 40


@pytest.fixture
def history(engine: Engine) -> DatabaseHistory:
    return DatabaseHistory(engine)


def note(history: DatabaseHistory, commit: str, at: datetime, **rules: int) -> None:
    of = configuration(migration(*(rule(id_) for id_ in rules)))
    found = [violation(rule=id_, line=n) for id_, count in rules.items() for n in range(count)]
    history.record(REPOSITORY, scan(found, of=of, commit=commit), at=at)


def test_a_day_ends_with_its_last_counts(history: DatabaseHistory) -> None:
    note(history, A, MORNING, legacy=9)
    note(history, B, MORNING + timedelta(hours=2), legacy=8)
    note(history, C, MORNING + DAY, legacy=5)
    assert history.daily(REPOSITORY, ISSUE) == [
        CountsOn(date(2026, 11, 21), B, {"legacy": 8}),
        CountsOn(date(2026, 11, 22), C, {"legacy": 5}),
    ]


def test_days_are_those_of_utc(history: DatabaseHistory) -> None:
    note(history, A, datetime.fromisoformat("2026-11-22T00:30:00+02:00"), legacy=9)
    assert [point.on for point in history.daily(REPOSITORY, ISSUE)] == [date(2026, 11, 21)]


def test_only_the_days_asked_for_are_told(history: DatabaseHistory) -> None:
    note(history, A, MORNING, legacy=9)
    note(history, B, MORNING + DAY, legacy=8)
    assert [p.commit for p in history.daily(REPOSITORY, ISSUE, since=date(2026, 11, 22))] == [B]


def test_a_commit_keeps_what_was_noted_of_it_first(history: DatabaseHistory) -> None:
    note(history, A, MORNING, legacy=9)
    note(history, A, MORNING + DAY, legacy=3)
    assert history.daily(REPOSITORY, ISSUE) == [CountsOn(date(2026, 11, 21), A, {"legacy": 9})]


def test_the_first_count_is_that_of_each_rule(history: DatabaseHistory) -> None:
    note(history, A, MORNING, legacy=9)
    note(history, B, MORNING + DAY, legacy=4, late=2)
    assert history.first(REPOSITORY, ISSUE) == {
        "legacy": RecordedCount(9, A, date(2026, 11, 21)),
        "late": RecordedCount(2, B, date(2026, 11, 22)),
    }


def test_the_counts_before_a_commit_are_those_noted_last_before_it(
    history: DatabaseHistory,
) -> None:
    for day, commit in enumerate((A, B, C)):
        note(history, commit, MORNING + day * DAY, legacy=9 - day)
    before = history.latest_before(REPOSITORY, ISSUE, B)
    assert before == CountsOn(date(2026, 11, 21), A, {"legacy": 9})


def test_before_the_first_commit_there_are_no_counts(history: DatabaseHistory) -> None:
    note(history, A, MORNING, legacy=9)
    assert history.latest_before(REPOSITORY, ISSUE, A) is None


def test_a_commit_that_is_not_noted_comes_after_all_that_are(history: DatabaseHistory) -> None:
    note(history, A, MORNING - 365 * DAY, legacy=9)
    before = history.latest_before(REPOSITORY, ISSUE, B)
    assert before is not None
    assert before.commit == A


def test_other_repositories_and_migrations_are_left_out(history: DatabaseHistory) -> None:
    note(history, A, MORNING, legacy=9)
    assert history.daily(REPOSITORY + 1, ISSUE) == []
    assert history.daily(REPOSITORY, ISSUE + 1) == []
    assert history.first(REPOSITORY, ISSUE + 1) == {}


def test_of_old_days_the_last_note_stays_and_the_very_first(history: DatabaseHistory) -> None:
    for hour, commit in enumerate("abc"):
        note(history, commit * 40, MORNING + timedelta(hours=hour), legacy=9 - hour)
    assert history.forget(date(2026, 11, 22)) == 1
    assert history.first(REPOSITORY, ISSUE)["legacy"].commit == A
    assert [point.commit for point in history.daily(REPOSITORY, ISSUE)] == [C]


def test_of_recent_days_every_note_stays(history: DatabaseHistory) -> None:
    for hour, commit in enumerate("abc"):
        note(history, commit * 40, MORNING + timedelta(hours=hour), legacy=9 - hour)
    assert history.forget(date(2026, 11, 21)) == 0
