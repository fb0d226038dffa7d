from datetime import date, timedelta

from bot.decide.week import week
from bot.domain.history import CountsOn, RuleWeek

MONDAY = date(2026, 11, 23)


def day(ago: int, **counts: int) -> CountsOn:
    return CountsOn(MONDAY - timedelta(days=ago), f"{ago}" * 40, counts)


def test_a_week_is_counted_from_the_last_counts_seven_days_ago() -> None:
    found = week([day(20, old=9), day(8, old=7), day(3, old=6), day(1, old=4)], today=MONDAY)
    assert found is not None
    assert found.rules == (RuleWeek("old", 7, 4),)


def test_without_counts_of_seven_days_ago_there_is_no_week() -> None:
    assert week([day(6, old=9), day(1, old=4)], today=MONDAY) is None


def test_a_rule_that_has_come_since_has_no_earlier_count() -> None:
    found = week([day(9, old=9), day(1, old=9, new=3)], today=MONDAY)
    assert found is not None
    assert found.rules == (RuleWeek("old", 9, 9), RuleWeek("new", None, 3))
    assert not found.is_quiet


def test_a_week_in_which_no_count_has_changed_is_quiet() -> None:
    found = week([day(9, old=9)], today=MONDAY)
    assert found is not None
    assert found.is_quiet
