"""What a week has brought, from how the counts have gone."""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.domain.history import CountsOn, RuleWeek, Week

_WEEK = timedelta(days=7)


def week(history: Sequence[CountsOn], *, today: date) -> Week | None:
    """The counts now against those of seven days ago; None where nothing was counted by then.

    `history` is oldest first. A rule that has come since then has no earlier count.
    """
    earlier = [day for day in history if day.on <= today - _WEEK]
    if not earlier:
        return None
    before, now = earlier[-1], history[-1]
    rules = tuple(
        RuleWeek(rule, before.counts.get(rule), count) for rule, count in now.counts.items()
    )
    return Week(before, now, rules)
