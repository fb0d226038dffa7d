from datetime import UTC, datetime, timedelta

import pytest

from bot.decide.alerts import alert_change
from bot.domain.probe import HttpRequest, Probe
from bot.domain.probing import Alert, AlertChange, Availability, ProbeAnswer

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
OPEN = Alert(name="staging", opened_at=NOON)


def probe(alert_below: float | None = 0.99) -> Probe:
    return Probe(
        name="staging",
        within=2.0,
        every=900.0,
        alert_below=alert_below,
        http=HttpRequest(url="https://staging.example.com"),
    )


def seen(up: int, asked: int, *last: bool) -> Availability:
    answers = tuple(
        ProbeAnswer(at=NOON - timedelta(minutes=n), up=well, seconds=0.1)
        for n, well in enumerate(last)
    )
    return Availability(
        asked=asked, up=up, since=NOON - timedelta(days=1), until=NOON, last=answers
    )


def test_a_failure_that_brings_availability_below_the_wanted_opens_an_alert() -> None:
    assert alert_change(probe(), seen(94, 96, False, True, True), None) is AlertChange.OPEN


def test_a_failure_that_leaves_it_at_the_wanted_opens_none() -> None:
    assert alert_change(probe(), seen(99, 100, False, True, True), None) is None


@pytest.mark.parametrize("last", [(True, False, False), (True, True, True)])
def test_a_good_answer_opens_none(last: tuple[bool, ...]) -> None:
    assert alert_change(probe(), seen(50, 96, *last), None) is None


def test_a_probe_that_was_never_asked_opens_none() -> None:
    assert alert_change(probe(), seen(0, 0), None) is None


def test_without_a_wanted_share_there_is_no_alert() -> None:
    assert alert_change(probe(None), seen(0, 9, False), None) is None


def test_three_good_answers_in_a_row_close_it() -> None:
    assert alert_change(probe(), seen(50, 96, True, True, True), OPEN) is AlertChange.CLOSE


@pytest.mark.parametrize("last", [(True, True, False), (True, False, True), (True, True), ()])
def test_fewer_close_nothing(last: tuple[bool, ...]) -> None:
    assert alert_change(probe(), seen(50, 96, *last), OPEN) is None


def test_an_alert_that_is_not_wanted_any_more_closes() -> None:
    assert alert_change(probe(None), seen(0, 9, False), OPEN) is AlertChange.CLOSE
