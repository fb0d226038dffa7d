"""Alerts on the tracked issue: one comment each, opened once, closed in place."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from bot.decide.alerts import alert_change
from bot.domain.configuration import Migration
from bot.domain.probe import Probe
from bot.domain.probing import WINDOW, Alert, AlertChange, Availability
from bot.domain.repository import RepositoryRef
from bot.handlers.services import Services
from bot.ports.github import RepositoryAccess
from bot.reports.alerts import alert_comment, withdrawn_alert
from bot.reports.context import ReportContext

_WINDOWS: Final = (WINDOW, timedelta(days=7), timedelta(days=30))


@dataclass(frozen=True, slots=True)
class Alerts:
    """The alerts of one migration's probes."""

    services: Services
    access: RepositoryAccess
    repository: RepositoryRef
    migration: Migration
    context: ReportContext

    def keep(self) -> None:
        """Open and close alerts, and say so.

        An alert is written down before it is said. Where the process died in between, its comment
        is looked for by its marker before it is made.
        """
        book, issue = self.services.probes, self.migration.issue
        left = {alert.name: alert for alert in book.open_alerts(self.repository.id, issue)}
        for probe in self.migration.probes:
            self._keep(probe, left.pop(probe.name, None))
        for alert in left.values():  # of probes that are not configured any more
            self._close(alert, withdrawn_alert(alert, self.context))

    def _keep(self, probe: Probe, alert: Alert | None) -> None:
        seen = [self._availability(probe, window) for window in _WINDOWS]
        match alert_change(probe, seen[0], alert):
            case AlertChange.OPEN:
                alert = Alert(name=probe.name, opened_at=self.services.clock.now())
                self._save(alert)
            case AlertChange.CLOSE if alert is not None:
                now = self.services.clock.now()
                self._close(alert, alert_comment(probe, alert, seen, self.context, closed_at=now))
                return
        if alert is not None and alert.comment_id is None:
            self._say(alert, alert_comment(probe, alert, seen, self.context))

    def _availability(self, probe: Probe, window: timedelta) -> Availability:
        return self.services.probes.availability(
            self.repository.id,
            self.migration.issue,
            probe.name,
            until=self.services.clock.now(),
            window=window,
        )

    def _close(self, alert: Alert, body: str) -> None:
        self._say(replace(alert, closed_at=self.services.clock.now()), body)

    def _say(self, alert: Alert, body: str) -> None:
        comment = self.access.publisher.comment(
            self.migration.issue, body, marker=_marker(alert), known_id=alert.comment_id
        )
        self._save(replace(alert, comment_id=comment))

    def _save(self, alert: Alert) -> None:
        self.services.probes.save_alert(self.repository.id, self.migration.issue, alert)


def _marker(alert: Alert) -> str:
    return f"<!-- canon:alert:{alert.name}:{alert.opened_at:%Y%m%dT%H%M%S.%fZ} -->"
