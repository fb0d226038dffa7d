from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.probe import Probe
from bot.domain.probing import Alert, Availability, DueProbe, ProbeAnswer
from bot.domain.repository import RepositoryRef


class Prober(Protocol):
    """Asks live services, and none that the operator has not listed."""

    def ask(self, probe: Probe) -> ProbeAnswer:
        """Ask once; never raises for what a service or the network does."""


class ProbeBook(Protocol):
    """Which probes there are, when they are due, what they answered, and their alerts."""

    def keep(
        self, repository: RepositoryRef, branch: str, probes: Mapping[int, Sequence[Probe]]
    ) -> None:
        """Have these probes and no others for a repository's migrations, by issue.

        A new or changed one is due at once.
        """

    def hurry(self, repository_id: int, issue: int) -> None:
        """Make all probes of a migration due now."""

    def due(self, *, at_most: int) -> Sequence[DueProbe]:
        """Probes that are due, by the database's clock; each is next due after its interval.

        No other process is given the same ones.
        """

    def note(self, due: DueProbe, answer: ProbeAnswer) -> None:
        """Write an answer down."""

    def availability(
        self, repository_id: int, issue: int, name: str, *, until: datetime, window: timedelta
    ) -> Availability:
        """What was answered in the window before `until`."""

    def open_alerts(self, repository_id: int, issue: int) -> Sequence[Alert]:
        """The alerts of a migration that are not closed."""

    def save_alert(self, repository_id: int, issue: int, alert: Alert) -> None:
        """Write an alert down; it is known by its probe's name and when it was opened."""

    def forget(self, before: datetime) -> int:
        """Drop what was answered before; answers how many."""
