from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.violation import Violation, Waiver


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenWaiver:
    """A waiver that was given by command.

    It excuses one violation (`fingerprint`), or where that is None every one of `rule` in `path`.
    `until` is its last day (UTC). `source` is the address of the comment that gave it.
    """

    id: int
    migration: int
    rule: str
    path: str
    fingerprint: str | None
    reason: str
    by: str
    given_at: datetime
    until: date
    source: str

    def in_force(self, today: date) -> bool:
        """Whether it excuses anything on that day."""
        return today <= self.until

    def covers(self, violation: Violation) -> bool:
        """Whether this violation is meant."""
        if self.fingerprint is not None:
            return violation.fingerprint == self.fingerprint
        place = (self.migration, self.rule, self.path)
        return place == (violation.migration, violation.rule, violation.path)

    @property
    def waiver(self) -> Waiver:
        """As it stands at a violation."""
        return Waiver(
            reason=self.reason,
            by=f"@{self.by}",
            until=self.until.isoformat(),
            source=self.source,
        )
