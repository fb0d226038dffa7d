"""The burn-down of a migration: a chart for GitHub's Mermaid, and the forecast in words.

Only numbers and dates of ours go into the chart, never a text from outside.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bot.domain.forecast import Forecast, NoForecast
from bot.domain.measurement import Unmeasured
from bot.reports.frame import Frame
from bot.reports.markdown import Markdown

_LOOK: Final = """\
---
config:
  themeVariables:
    xyChart:
      plotColorPalette: "#0969da"
---
"""
"""Mermaid's own colour for a line can hardly be seen on white."""

_MOST_POINTS: Final = 14
_LEAST_POINTS: Final = 2
_ROUND: Final = (10, 15, 20, 25, 30, 40, 50, 60, 80)


@dataclass(frozen=True, slots=True, kw_only=True)
class BurnDown:
    """`chart` is the source of a Mermaid chart, None with `why_not` where there is nothing to draw.

    `forecast` and `pace` are sentences. `since` is the first day of the chart.
    """

    chart: str | None
    why_not: str | None
    forecast: str
    pace: str | None
    since: str | None
    until: str | None


def burn_down(frame: Frame) -> BurnDown:
    """The chart of the recorded days up to this report, and when zero is to be expected."""
    history, now = frame.evidence.history, frame.assessment.now
    ahead = frame.assessment.forecast
    points: Sequence[tuple[date, int]] = ()
    why_not = history.reason if isinstance(history, Unmeasured) else None
    if not isinstance(history, Unmeasured):
        known = {day.on: day.total for day in history}
        if not frame.assessment.unchecked:
            known[frame.today] = now
        points = _points(known)
        if len(points) < _LEAST_POINTS:
            why_not = "counts are known of one day; a chart needs two"
    drawn = [] if why_not else points
    return BurnDown(
        chart=_chart(drawn) if drawn else None,
        why_not=why_not,
        forecast=forecast_text(ahead),
        pace=_pace(ahead),
        since=str(drawn[0][0]) if drawn else None,
        until=str(drawn[-1][0]) if drawn else None,
    )


def forecast_text(ahead: Forecast | NoForecast) -> str:
    """One sentence, with its uncertainty."""
    if isinstance(ahead, NoForecast):
        return f"none, {ahead.reason}"
    latest = f"and {ahead.latest}" if ahead.latest else "and a day too far ahead to name"
    return (
        f"at this pace zero on {ahead.expected};"
        f" four times in five between {ahead.earliest} {latest}"
    )


def _pace(ahead: Forecast | NoForecast) -> str | None:
    if isinstance(ahead, NoForecast):
        return None
    return f"{ahead.per_week:,.1f} fewer a week, read off {ahead.since} to {ahead.last.on}"


def _points(known: Mapping[date, int]) -> Sequence[tuple[date, int]]:
    """At equal distances, so that the slope is true; between two records the count stays."""
    days = sorted(known)
    if not days:
        return ()
    length = (days[-1] - days[0]).days
    step = max(1, -(-length // (_MOST_POINTS - 1)))
    return list(_sampled(known, days, step))[::-1]


def _sampled(
    known: Mapping[date, int], days: Sequence[date], step: int
) -> Iterator[tuple[date, int]]:
    """From the last day backwards."""
    wanted = days[-1]
    position = len(days) - 1
    while wanted >= days[0]:
        while days[position] > wanted:
            position -= 1
        yield wanted, known[days[position]]
        wanted -= timedelta(days=step)


def _chart(points: Sequence[tuple[date, int]]) -> Markdown:
    """The source of the chart; it is made of numbers and dates alone."""
    top = _ceiling(max(count for _, count in points))
    labels = ", ".join(f'"{day.day} {day:%b}"' for day, _ in points)
    values = ", ".join(str(count) for _, count in points)
    return Markdown(
        f"{_LOOK}xychart-beta\n"
        f"    x-axis [{labels}]\n"
        f'    y-axis "violations" 0 --> {top}\n'
        f"    line [{values}]"
    )


def _ceiling(value: int) -> int:
    """The next round number, 10 at least."""
    scale = 1
    while True:
        for digits in _ROUND:
            if digits * scale >= value:
                return digits * scale
        scale *= 10
