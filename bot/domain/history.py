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


@dataclass(frozen=True, slots=True)
class RuleWeek:
    """A rule's counts a week ago and now; None where it was not counted then."""

    rule: str
    before: int | None
    now: int


@dataclass(frozen=True, slots=True)
class Week:
    """A week: the last counts of seven days ago, the newest, and each rule's part in them."""

    before: CountsOn
    now: CountsOn
    rules: tuple[RuleWeek, ...]

    @property
    def is_quiet(self) -> bool:
        """Whether no count has changed."""
        return all(rule.before == rule.now for rule in self.rules)
