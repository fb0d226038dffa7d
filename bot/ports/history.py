from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from bot.domain.history import CountsOn
from bot.domain.observation import RecordedCount
from bot.domain.scan import Scan


class History(Protocol):
    """The counts of every migration on the default branch, over time."""

    def record(self, repository_id: int, scan: Scan, *, at: datetime) -> None:
        """Note the counts of all migrations in a scan of the default branch's head at this time.

        A commit that is noted already stays as it was noted first.
        """

    def daily(
        self, repository_id: int, issue: int, *, since: date | None = None
    ) -> Sequence[CountsOn]:
        """The last counts of each day on which there were any, oldest first."""

    def first(self, repository_id: int, issue: int) -> Mapping[str, RecordedCount]:
        """The first count ever noted of each rule, by the rule's id."""

    def latest_before(self, repository_id: int, issue: int, commit: str) -> CountsOn | None:
        """The counts noted last before those of this commit; None where there are none."""

    def forget(self, before: date) -> int:
        """Keep one note a day of the days before this one; answers how many were dropped.

        The first note of a migration stays whatever its age.
        """
