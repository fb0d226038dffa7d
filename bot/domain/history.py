"""How a migration's counts have gone from day to day on the default branch."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class CountsOn:
    """The counts at the end of a day (UTC), by rule id, and the commit that they were taken of.

    Waived violations are in none of them.
    """

    on: date
    commit: str
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """The violations of all rules."""
        return sum(self.counts.values())
