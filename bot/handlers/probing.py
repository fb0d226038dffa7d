"""Asks the probes that are due, and sees to it that alerts are opened and closed."""

from concurrent.futures import ThreadPoolExecutor
from typing import Final

import structlog

from bot.decide.alerts import alert_change
from bot.domain.errors import CanonError
from bot.domain.probing import WINDOW, Alert, DueProbe
from bot.domain.work import Target, TargetKind, Work
from bot.handlers.services import Services
from bot.ports.probes import Prober

_log = structlog.get_logger(__name__)

_AT_ONCE: Final = 16


def ask_due(services: Services, prober: Prober) -> None:
    """Ask every probe that is due, several at once.

    Whether an alert changes is decided again where it is said, so nothing is lost when this
    process dies: the next answer leads there as well.
    """
    due = services.probes.due(at_most=_AT_ONCE)
    if not due:
        return
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for one, answer in zip(due, pool.map(lambda it: prober.ask(it.probe), due), strict=True):
            services.probes.note(one, answer)
            if answer.up is None:
                _log.warning("probe.not_asked", probe=one.probe.name, reason=answer.reason)
    for one in due:
        try:
            _look(services, one)
        except CanonError as error:
            _log.warning("probe.failed", probe=one.probe.name, error=str(error))


def _look(services: Services, due: DueProbe) -> None:
    where, name = due.repository.id, due.probe.name
    seen = services.probes.availability(
        where, due.issue, name, until=services.clock.now(), window=WINDOW
    )
    alerts = services.probes.open_alerts(where, due.issue)
    alert: Alert | None = next((one for one in alerts if one.name == name), None)
    if alert_change(due.probe, seen, alert) is not None:
        target = Target(due.repository, TargetKind.ISSUE, str(due.issue))
        services.queue.want([Work(target=target, reason="probe", base_ref=due.branch)])
