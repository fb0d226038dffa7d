"""All that is known of one migration at one commit: what every report is made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.codeowners import CodeOwners
from bot.domain.configuration import Migration
from bot.domain.history import CountsOn
from bot.domain.inventory import Inventory
from bot.domain.measurement import Unmeasured
from bot.domain.observation import (
    Fixable,
    LinesCovered,
    Observations,
    ProbeHistory,
    RecordedCount,
    TestRuns,
)
from bot.domain.scan import RuleCount, Scan
from bot.domain.test_plan import TestPlan
from bot.domain.violation import Violation

_NOT_RUN = Unmeasured("tests were not run for this report")
_NOT_LISTED = Unmeasured("the tests were not listed for this report")
_NO_HISTORY = Unmeasured("earlier counts were not read for this report")
_NOT_TRIED = Unmeasured("codemods were not tried for this report")
_NO_OWNERS = Unmeasured("CODEOWNERS was not read for this report")


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationEvidence:
    """What was seen of a migration; whatever could not be had is `Unmeasured`, with the reason.

    `scan` is of the configuration that the migration is part of, at the commit that the report is
    about; it may hold other migrations too. Violations that are waived, in code or by command,
    carry their waiver. `history` is oldest first, one entry a day, and leads up to the scan, which
    need not be in it. `first` holds each rule's first recorded count by the rule's id; where it is
    empty, the oldest of `history` takes its place. `stated_done` says of steps of the plan, by
    title, whether people call them done. `owners` are read from the same commit.
    """

    migration: Migration
    scan: Scan
    tests: TestRuns | Unmeasured = _NOT_RUN
    inventory: Inventory | Unmeasured = _NOT_LISTED
    test_plan: TestPlan | Unmeasured = _NOT_LISTED
    history: tuple[CountsOn, ...] | Unmeasured = _NO_HISTORY
    first: Mapping[str, RecordedCount] = field(default_factory=dict)
    codemods: Fixable | Unmeasured = _NOT_TRIED
    probes: Mapping[str, ProbeHistory | Unmeasured] = field(default_factory=dict)
    coverage: Mapping[str, LinesCovered | Unmeasured] = field(default_factory=dict)
    stated_done: Mapping[str, bool] = field(default_factory=dict)
    owners: CodeOwners | Unmeasured = _NO_OWNERS

    @property
    def violations(self) -> tuple[Violation, ...]:
        """The migration's violations, waived ones too, in the scan's order."""
        issue = self.migration.issue
        return tuple(one for one in self.scan.violations if one.migration == issue)

    @property
    def counts(self) -> tuple[RuleCount, ...]:
        """What each rule counted, in the configuration's order."""
        issue = self.migration.issue
        found = [one.rules for one in self.scan.migrations if one.issue == issue]
        return found[0] if found else ()

    @property
    def observations(self) -> Observations:
        """What measures are taken from."""
        return Observations(
            scan=self.scan,
            tests=self.tests,
            codemods=self.codemods,
            first=self.first or self._oldest(),
            probes=self.probes,
            coverage=self.coverage,
            stated_done=self.stated_done,
        )

    def _oldest(self) -> Mapping[str, RecordedCount]:
        """Each rule's count on the first day that has one."""
        if isinstance(self.history, Unmeasured):
            return {}
        return {
            rule: RecordedCount(count, day.commit, day.on)
            for day in reversed(self.history)
            for rule, count in day.counts.items()
        }
