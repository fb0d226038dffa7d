from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from bot.adapters.store.probes import DatabaseProbeBook
from bot.domain.probe import HttpRequest, Probe, WebSocketExchange
from bot.domain.probing import Alert, DueProbe, ProbeAnswer
from bot.domain.repository import RepositoryRef

ACME = RepositoryRef(7, "acme/shop", 3)
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
STAGING = Probe(
    name="staging",
    within=2.0,
    every=900.0,
    alert_below=0.99,
    http=HttpRequest(url="https://staging.example.com/health"),
)
EVENTS = Probe(
    name="events",
    within=30.0,
    every=900.0,
    websocket=WebSocketExchange(
        url="wss://staging.example.com/ws", send="{}", expect_in_order=("started", "completed")
    ),
)


@pytest.fixture
def book(engine: Engine) -> DatabaseProbeBook:
    book = DatabaseProbeBook(engine)
    book.keep(ACME, "main", {1: [STAGING, EVENTS]})
    return book


def due(probe: Probe = STAGING) -> DueProbe:
    return DueProbe(repository=ACME, branch="main", issue=1, probe=probe)


def answer(book: DatabaseProbeBook, minutes: int, *, up: bool | None) -> None:
    at = NOON - timedelta(minutes=minutes)
    book.note(due(), ProbeAnswer(at=at, up=up, seconds=0.1, reason="" if up else "503"))


def test_a_new_probe_is_due_at_once_and_comes_back_as_it_was(book: DatabaseProbeBook) -> None:
    assert sorted(book.due(at_most=9), key=lambda it: it.probe.name) == [due(EVENTS), due(STAGING)]


def test_what_was_given_out_is_not_due_before_its_interval_is_over(book: DatabaseProbeBook) -> None:
    book.due(at_most=9)
    assert book.due(at_most=9) == []


def test_keeping_the_same_probes_makes_none_due(book: DatabaseProbeBook) -> None:
    book.due(at_most=9)
    book.keep(ACME, "main", {1: [STAGING, EVENTS]})
    assert book.due(at_most=9) == []


def test_a_changed_probe_is_due_at_once(book: DatabaseProbeBook) -> None:
    book.due(at_most=9)
    changed = replace(STAGING, within=5.0)
    book.keep(ACME, "main", {1: [changed, EVENTS]})
    assert book.due(at_most=9) == [due(changed)]


def test_a_probe_that_is_not_kept_is_gone(book: DatabaseProbeBook) -> None:
    book.keep(ACME, "main", {1: [EVENTS], 2: [STAGING]})
    kept = {(it.issue, it.probe.name) for it in book.due(at_most=9)}
    assert kept == {(1, "events"), (2, "staging")}


def test_other_repositories_keep_theirs(book: DatabaseProbeBook) -> None:
    book.keep(RepositoryRef(8, "acme/other"), "main", {})
    assert len(book.due(at_most=9)) == 2


def test_a_hurried_probe_is_due_again(book: DatabaseProbeBook) -> None:
    book.due(at_most=9)
    book.hurry(ACME.id, 1)
    assert len(book.due(at_most=9)) == 2


def test_no_more_are_given_out_than_are_asked_for(book: DatabaseProbeBook) -> None:
    assert len(book.due(at_most=1)) == 1
    assert len(book.due(at_most=1)) == 1


def test_availability_is_that_of_the_window(book: DatabaseProbeBook) -> None:
    answer(book, 2000, up=False)
    for minutes, up in ((30, True), (20, False), (10, True), (5, True)):
        answer(book, minutes, up=up)
    seen = book.availability(ACME.id, 1, "staging", until=NOON, window=DAY)
    assert (seen.asked, seen.up, seen.share) == (4, 3, 0.75)
    assert [it.up for it in seen.last] == [True, True, False]


def test_what_could_not_be_asked_says_nothing_about_the_service(book: DatabaseProbeBook) -> None:
    answer(book, 10, up=True)
    answer(book, 5, up=None)
    seen = book.availability(ACME.id, 1, "staging", until=NOON, window=DAY)
    assert (seen.asked, seen.up, seen.unasked) == (1, 1, 1)
    assert [it.up for it in seen.last] == [True]


def test_a_probe_that_was_never_asked_has_no_share(book: DatabaseProbeBook) -> None:
    assert book.availability(ACME.id, 1, "events", until=NOON, window=DAY).share is None


def test_an_alert_is_open_until_it_is_closed(book: DatabaseProbeBook) -> None:
    alert = Alert(name="staging", opened_at=NOON)
    book.save_alert(ACME.id, 1, alert)
    said = replace(alert, comment_id=99)
    book.save_alert(ACME.id, 1, said)
    assert book.open_alerts(ACME.id, 1) == [said]
    book.save_alert(ACME.id, 1, replace(said, closed_at=NOON))
    assert book.open_alerts(ACME.id, 1) == []


def test_old_answers_are_forgotten(book: DatabaseProbeBook) -> None:
    answer(book, 2000, up=True)
    answer(book, 10, up=True)
    assert book.forget(NOON - DAY) == 1
