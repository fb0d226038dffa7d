from datetime import UTC, date, datetime, timedelta

from bot.domain.forecast import CountOn, Forecast, NoForecast
from bot.domain.history import CountsOn, RuleWeek, Week
from bot.domain.notice import Beyond, ClosedEarly, Regressed, Regression
from bot.domain.repository import Authored
from bot.reports.notices import closed_early, regressed, weekly
from tests.reports.cases import CONTEXT
from tests.support.scans import BASE, HEAD, migration

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TWO = (Beyond("factory-import", 1200, 0), Beyond("both-ways", 3, 2))
NONE = NoForecast("there is no count yet")


def week(before: int | None, now: int) -> Week:
    monday = date(2026, 11, 23)
    earlier = {} if before is None else {"legacy": before}
    return Week(
        CountsOn(monday - timedelta(days=7), BASE, earlier),
        CountsOn(monday, HEAD, {"legacy": now}),
        (RuleWeek("legacy", before, now),),
    )


def test_a_note_on_closing_names_the_rules_that_are_left_and_what_can_be_done() -> None:
    text = closed_early(ClosedEarly(NOON, TWO), migration(), CONTEXT)
    assert "| `factory-import` | 1,200 | 0 |" in text
    assert "1,203 violations" in text
    assert "set its phase to `done`" in text


def test_rules_beyond_the_first_twenty_are_counted() -> None:
    many = tuple(Beyond(f"rule-{number}", 1, 0) for number in range(23))
    assert "3 more rules are above target" in closed_early(
        ClosedEarly(NOON, many), migration(), CONTEXT
    )


def test_a_regression_names_the_change_and_its_author_without_pinging_anybody() -> None:
    change = Authored(HEAD, "@acme/everyone", "Merge | #7 <b>")
    text = regressed(Regression(Regressed(BASE, TWO), change), CONTEXT)
    assert HEAD[:12] in text
    assert "@acme" not in text
    assert "<b>" not in text
    assert "#7" not in text


def test_a_regression_whose_change_is_not_known_says_so() -> None:
    text = regressed(Regression(Regressed(BASE, TWO), None), CONTEXT)
    assert "could not be told" in text


def test_a_week_is_summed_up_in_its_heading() -> None:
    assert "### This week: 4 violations, 3 fewer than a week ago" in weekly(
        week(7, 4), NONE, CONTEXT
    )
    assert "### This week: 9 violations, 2 more than a week ago" in weekly(
        week(7, 9), NONE, CONTEXT
    )
    assert "### A quiet week: 7 violations, as a week ago" in weekly(week(7, 7), NONE, CONTEXT)


def test_a_rule_that_is_new_is_not_said_to_have_been_at_zero() -> None:
    text = weekly(week(None, 4), NONE, CONTEXT)
    assert "| `legacy` | not counted | 4 |" in text
    assert "4 violations, as many as a week ago, by the rules that were counted then" in text


def test_a_week_ends_with_the_forecast_and_its_range() -> None:
    day = date(2027, 1, 9)
    expected = Forecast(
        expected=day,
        earliest=day - timedelta(days=9),
        latest=None,
        per_week=4.0,
        since=date(2026, 10, 1),
        last=CountOn(date(2026, 11, 21), 4),
    )
    text = weekly(week(7, 4), expected, CONTEXT)
    assert "none are left on 2027-01-09" in text
    assert "2026-12-31 and a day too far away to name" in text
