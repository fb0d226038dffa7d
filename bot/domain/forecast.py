"""When a count will be zero, at the present pace, and how sure that is."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class CountOn:
    """How many violations there were at the end of a day (UTC)."""

    on: date
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The day of zero: `expected`, and the days between which it lies four times in five.

    `latest` is None where the slow end of the pace does not come to zero within the horizon.
    `per_week` is how much the count falls in a week; it was read off the days from `since` to
    `last.on`.
    """

    expected: date
    earliest: date
    latest: date | None
    per_week: float
    since: date
    last: CountOn


@dataclass(frozen=True, slots=True)
class NoForecast:
    """There is none, and why."""

    reason: str
