"""The words of notices on a tracked issue."""

from bot.domain.configuration import Migration
from bot.domain.forecast import Forecast, NoForecast
from bot.domain.history import Week
from bot.domain.notice import ClosedEarly, Regression
from bot.reports.context import ReportContext
from bot.reports.rendering import render
from bot.reports.stamp import short, stamp
from bot.reports.views import Reference
from bot.reports.words import plural

_SHOWN = 20
"""Rules that are named; the status comment has all of them."""


def closed_early(notice: ClosedEarly, migration: Migration, context: ReportContext) -> str:
    """The issue was closed before its migration was done."""
    return render(
        "closed_early",
        phase=migration.phase.value,
        rules=notice.rules[:_SHOWN],
        left_out=max(0, len(notice.rules) - _SHOWN),
        remaining=sum(rule.count for rule in notice.rules),
        stamp=stamp(context),
    )


def regressed(notice: Regression, context: ReportContext) -> str:
    """What was done is not done any more, and which change did it."""
    change = notice.change
    rules = notice.regressed.rules
    return render(
        "regressed",
        rules=rules[:_SHOWN],
        left_out=max(0, len(rules) - _SHOWN),
        change=change and Reference(short=short(change.commit), url=context.commit(change.commit)),
        subject=change.subject if change else "",
        author=change.author if change else "",
        since=Reference(
            short=short(notice.regressed.after), url=context.commit(notice.regressed.after)
        ),
        stamp=stamp(context),
    )


def weekly(week: Week, forecast: Forecast | NoForecast, context: ReportContext) -> str:
    """What the last seven days have brought; the rules that moved most come first."""
    moved = sorted(week.rules, key=lambda rule: -abs(rule.now - (rule.before or 0)))
    return render(
        "week",
        headline=_in_a_week(week),
        rules=moved[:_SHOWN],
        left_out=max(0, len(moved) - _SHOWN),
        since=Reference(short=short(week.before.commit), url=context.commit(week.before.commit)),
        until=Reference(short=short(week.now.commit), url=context.commit(week.now.commit)),
        forecast=_outlook(forecast),
        stamp=stamp(context),
    )


def _in_a_week(week: Week) -> str:
    if week.is_quiet:
        return f"A quiet week: {plural(week.now.total, 'violation')}, as a week ago"
    both = [(rule.before, rule.now) for rule in week.rules if rule.before is not None]
    by = sum(before - now for before, now in both)
    change = f"{abs(by):,} {'fewer' if by > 0 else 'more'} than" if by else "as many as"
    which = "" if len(both) == len(week.rules) else ", by the rules that were counted then"
    return f"This week: {plural(week.now.total, 'violation')}, {change} a week ago{which}"


def _outlook(forecast: Forecast | NoForecast) -> str:
    if isinstance(forecast, NoForecast):
        return f"No forecast: {forecast.reason}."
    latest = f"and {forecast.latest}" if forecast.latest else "and a day too far away to name"
    return (
        f"At this pace none are left on {forecast.expected}; four times in five between "
        f"{forecast.earliest} {latest}."
    )
