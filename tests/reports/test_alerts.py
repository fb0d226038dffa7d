from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.probe import HttpRequest, Probe
from bot.domain.probing import Alert, Availability, ProbeAnswer
from bot.reports.alerts import alert_comment, withdrawn_alert
from tests.reports.cases import CONTEXT

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ALERT = Alert(name="staging", opened_at=NOON)
PROBE = Probe(
    name="staging",
    within=2.0,
    every=900.0,
    alert_below=0.99,
    http=HttpRequest(url="https://staging.example.com/health"),
)


def over(days: int, up: int, asked: int, reason: str = "status 503, not 200") -> Availability:
    last = (ProbeAnswer(at=NOON, up=False, seconds=0.1, reason=reason),)
    since = NOON - timedelta(days=days)
    return Availability(asked=asked, up=up, since=since, until=NOON, last=last)


def test_an_open_alert_says_what_failed_and_how_available_it_was_over_each_window() -> None:
    text = alert_comment(PROBE, ALERT, [over(1, 95, 96), over(7, 671, 672)], CONTEXT)
    assert "`staging` is below 99%" in text
    assert "`https://staging.example.com/health`: status 503, not 200" in text
    assert "| 24 hours | 98.95% | 95 | 96 |" in text
    assert "| 7 days | 99.85% | 671 | 672 |" in text


def test_a_closed_alert_says_how_long_it_was_open() -> None:
    closed = NOON + timedelta(hours=2)
    text = alert_comment(PROBE, ALERT, [over(1, 95, 96)], CONTEXT, closed_at=closed)
    assert "well again" in text
    assert "from 2026-11-21 12:00 UTC to 2026-11-21 14:00 UTC" in text


def test_a_window_in_which_nothing_was_asked_has_no_share() -> None:
    assert "| 24 hours | not asked | 0 | 0 |" in alert_comment(
        PROBE, ALERT, [over(1, 0, 0)], CONTEXT
    )


def test_what_a_service_says_is_shown_and_never_acted_on() -> None:
    text = alert_comment(PROBE, ALERT, [over(1, 0, 1, "@everyone <img src=x> #1")], CONTEXT)
    assert "@everyone" not in text
    assert "<img" not in text


def test_the_alert_of_a_probe_that_is_gone_is_closed_with_it() -> None:
    text = withdrawn_alert(replace(ALERT, name="old"), CONTEXT)
    assert "`old` is not configured any more" in text
