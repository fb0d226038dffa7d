import random
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.decide.forecast import HORIZON, LEAST_DAYS, STALE_AFTER, WINDOW, forecast
from bot.domain.forecast import CountOn, Forecast, NoForecast

TODAY = date(2026, 11, 21)


def daily(*counts: int) -> list[CountOn]:
    """One count a day; the last one is today's."""
    first = TODAY - timedelta(days=len(counts) - 1)
    return [CountOn(first + timedelta(days=n), count) for n, count in enumerate(counts)]


def steady(start: int, fall: int, days: int) -> list[CountOn]:
    return daily(*(start - fall * day for day in range(days + 1)))


def made(history: list[CountOn]) -> Forecast:
    found = forecast(history, today=TODAY)
    assert isinstance(found, Forecast)
    return found


def refused(history: list[CountOn]) -> str:
    found = forecast(history, today=TODAY)
    assert isinstance(found, NoForecast)
    return found.reason


def test_a_steady_fall_goes_on_as_it_was() -> None:
    found = made(steady(start=300, fall=3, days=56))  # 132 are left: 44 days
    assert found.expected == found.earliest == found.latest == TODAY + timedelta(days=44)
    assert found.per_week == 21
    assert (found.since, found.last) == (TODAY - timedelta(days=56), CountOn(TODAY, 132))


def test_the_day_is_the_first_on_which_nothing_is_left() -> None:
    assert made(steady(start=115, fall=3, days=35)).expected == TODAY + timedelta(days=4)  # 10 left


def test_records_in_any_order_come_to_the_same() -> None:
    history = steady(start=300, fall=3, days=40)
    assert forecast(history[::-1], today=TODAY) == forecast(history, today=TODAY)


def test_the_last_record_of_a_day_counts() -> None:
    history = steady(start=300, fall=3, days=40)
    earlier_that_day = CountOn(TODAY, 999)
    assert made([*history[:-1], earlier_that_day, history[-1]]) == made(history)


def test_days_without_a_record_are_days_without_a_change() -> None:
    every_day = daily(*(100 - 7 * (day // 7) for day in range(43)))
    once_a_week = [point for day, point in enumerate(every_day) if day % 7 == 0]
    assert made(once_a_week) == made(every_day)


def test_only_the_last_weeks_are_looked_at() -> None:
    quiet = [CountOn(TODAY - timedelta(days=WINDOW + n), 300) for n in range(1, 200)]
    recent = steady(start=300, fall=3, days=WINDOW)
    assert made([*quiet, *recent]) == made(recent)


@pytest.mark.parametrize("step", [-500, +500])
@pytest.mark.parametrize("weeks", [5, 8])
def test_one_mass_removal_or_one_late_rule_does_not_change_the_pace(step: int, weeks: int) -> None:
    falling = [1000 - 3 * day for day in range(7 * weeks + 1)]
    stepped = [count + (step if day >= 20 else 0) for day, count in enumerate(falling)]
    assert made(daily(*stepped)).per_week == 21


def test_an_uneven_pace_gives_a_range_around_the_day() -> None:
    rng = random.Random(3)  # noqa: S311 - chance that can be repeated
    counts = [400]
    for _ in range(56):
        counts.append(counts[-1] - rng.choice([0, 0, 2, 8]))
    found = made(daily(*counts))
    assert found.latest is not None
    assert TODAY < found.earliest < found.expected < found.latest


def test_where_the_slow_end_never_comes_to_zero_there_is_no_latest_day() -> None:
    late_rule = [(300 if day == 20 else 0) - 9 for day in range(42)]
    assert made(history_of(late_rule, left=100)).latest is None


@pytest.mark.parametrize(
    ("history", "reason"),
    [
        ([], "there is no count yet"),
        (steady(150, 3, 34), f"it needs {LEAST_DAYS} days of history and has 34"),
        (steady(120, 3, 40), "the count is 0"),
        (daily(*([100] * 40)), "it needs 3 days on which the count fell and has 0"),
        (daily(*([100] * 20), *([10] * 20)), "it needs 3 days on which the count fell and has 1"),
        (daily(*(100 + day - 3 * (day % 2) for day in range(40))), "the count rises over"),
        (daily(*([50] * 40), 49, 48, 47), "the count does not fall steadily over"),
        (daily(*(5000 - day // 10 for day in range(57))), "more than 5 years away"),
    ],
)
def test_without_data_or_a_fall_there_is_no_forecast_but_a_reason(
    history: list[CountOn], reason: str
) -> None:
    assert reason in refused(history)


def test_an_old_count_gives_no_forecast() -> None:
    history = steady(300, 3, 40)
    late = TODAY + STALE_AFTER
    assert isinstance(forecast(history, today=late), Forecast)
    assert forecast(history, today=late + timedelta(days=1)) == NoForecast(
        f"the last count is of {TODAY}"
    )


CHANGES = st.lists(st.integers(-9, 3), min_size=LEAST_DAYS, max_size=WINDOW)


def history_of(changes: list[int], left: int) -> list[CountOn]:
    counts = [left - sum(changes)]
    for change in changes:
        counts.append(counts[-1] + change)
    return daily(*counts)


def slow_pace(counts: list[int]) -> Fraction:
    """The definition: the median over all pairs of weeks, each with itself too, of their mean."""
    weeks = [counts[day + 7] - counts[day] for day in range(len(counts) - 7)]
    means = [
        Fraction(weeks[i] + weeks[j], 2) for i in range(len(weeks)) for j in range(i, len(weeks))
    ]
    return Fraction(median(means))


@settings(max_examples=100, deadline=None)
@given(CHANGES, st.integers(1, 500))
def test_the_pace_is_the_median_of_the_means_of_two_weeks(changes: list[int], left: int) -> None:
    history = history_of(changes, left)
    pace = slow_pace([point.count for point in history])
    found = forecast(history, today=TODAY)
    if isinstance(found, Forecast):
        assert found.per_week == float(-pace)
        assert (found.expected - TODAY).days == ceil(left * 7 / -pace)
    elif "fell on" not in found.reason:
        assert pace >= 0 or left * 7 / -pace > HORIZON


@settings(max_examples=100, deadline=None)
@given(CHANGES, st.integers(1, 500), st.integers(0, 3650))
def test_the_days_are_in_order_and_move_with_the_calendar(
    changes: list[int], left: int, later: int
) -> None:
    history = history_of(changes, left)
    found = forecast(history, today=TODAY)
    if isinstance(found, NoForecast):
        return
    assert TODAY < found.earliest <= found.expected
    assert found.latest is None or found.expected <= found.latest
    by = timedelta(days=later)
    moved = forecast([CountOn(p.on + by, p.count) for p in history], today=TODAY + by)
    assert isinstance(moved, Forecast)
    assert moved.expected - found.expected == moved.earliest - found.earliest == by


def burn_down(rng: random.Random) -> Iterator[int]:
    """Changes from day to day: work on weekdays, sometimes much, sometimes something is added."""
    day = 0
    while True:
        working = day % 7 < 5
        yield (rng.randrange(0, 4) - rng.randrange(0, 8)) if working else 0
        day += 1


def test_the_range_holds_the_true_day_about_four_times_in_five() -> None:
    rng = random.Random(20261121)  # noqa: S311 - chance that can be repeated
    held = trials = 0
    for _ in range(150):
        changes = burn_down(rng)
        left = rng.choice([20, 80, 200])
        found = forecast(
            history_of([next(changes) for _ in range(rng.choice([35, 56]))], left), today=TODAY
        )
        days = 0
        while left > 0:
            left += next(changes)
            days += 1
        if isinstance(found, Forecast):
            zero = TODAY + timedelta(days=days)
            held += found.earliest <= zero and (found.latest is None or zero <= found.latest)
            trials += 1
    assert trials > 120
    assert 0.72 < held / trials < 0.92
