"""The words of an alert: a service that is not as available as was wanted."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.probe import Probe
from bot.domain.probing import Alert, Availability
from bot.reports.context import ReportContext
from bot.reports.rendering import render
from bot.reports.stamp import stamp


def alert_comment(
    probe: Probe,
    alert: Alert,
    seen: Sequence[Availability],
    context: ReportContext,
    *,
    closed_at: datetime | None = None,
) -> str:
    """What an alert says while it is open, and, in the same place, once it is closed.

    `seen` holds the availability over several windows, the shortest first.
    """
    request = probe.http or probe.websocket
    assert request is not None
    last = seen[0].last[0] if seen[0].last else None
    return render(
        "alert",
        name=probe.name,
        url=request.url,
        wanted=_percent(probe.alert_below) if probe.alert_below is not None else "",
        opened=_moment(alert.opened_at),
        closed=_moment(closed_at) if closed_at else "",
        reason=last.reason if last else "",
        windows=[_window(one) for one in seen],
        stamp=stamp(context),
    )


def withdrawn_alert(alert: Alert, context: ReportContext) -> str:
    """What the alert of a probe says that is not configured any more."""
    opened = _moment(alert.opened_at)
    return render("alert_withdrawn", name=alert.name, opened=opened, stamp=stamp(context))


def _window(seen: Availability) -> dict[str, object]:
    days = (seen.until - seen.since).days
    share = seen.share
    return {
        "days": "24 hours" if days == 1 else f"{days} days",
        "share": "not asked" if share is None else _percent(share),
        "asked": seen.asked,
        "up": seen.up,
    }


def _percent(share: float) -> str:
    """0.98958 as 98.95%: rounded down, so that what is not all is never shown as 100%."""
    return f"{int(share * 10_000) / 100:g}%"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
