"""One comparison sorted for reading: the worst first, violations by what became of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.comparison import Comparison, MigrationComparison, RuleDelta
from bot.domain.scan import RuleCount, Scan
from bot.domain.severity import Severity
from bot.domain.verdict import Outcome
from bot.domain.violation import Violation

_GRAVITY = list(reversed(Outcome))


class Fate(StrEnum):
    """What became of a violation between the merge base and the head, in the order of reading."""

    ADDED = "added"
    UNWAIVED = "no longer waived"
    STANDING = "still there"
    UNCHECKED = "not checked, because the file is skipped at the head"
    WAIVED = "waived, not counted"
    REMOVED = "removed"

    @property
    def at_head(self) -> bool:
        """Whether the violation's place is one of the head's, not of the merge base's."""
        return self not in {Fate.UNCHECKED, Fate.REMOVED}


@dataclass(frozen=True, slots=True)
class RuleFindings:
    """One rule: its numbers, and its violations.

    Standing ones are there only for a rule over its limit to which nothing was added.
    """

    delta: RuleDelta
    severity: Severity
    target: int
    violations: Mapping[Fate, Sequence[Violation]]

    @property
    def changed(self) -> bool:
        """Whether there is anything to say about this rule."""
        return bool(self.violations) or self.delta.outcome is not Outcome.PASS

    @property
    def change(self) -> str:
        """What became of its violations in words; nothing for nothing."""
        counts = {
            "added": self.delta.added,
            "no longer waived": len(self.violations.get(Fate.UNWAIVED, ())),
            "removed": self.delta.removed,
            "waived": len(self.violations.get(Fate.WAIVED, ())),
            "not checked": len(self.violations.get(Fate.UNCHECKED, ())),
        }
        said = ", ".join(f"{count:,} {words}" for words, count in counts.items() if count)
        if self.delta.unchecked:
            return "not checked"
        return said or ("over the limit" if self.delta.outcome is not Outcome.PASS else "")


@dataclass(frozen=True, slots=True)
class MigrationFindings:
    """One migration with its rules, the gravest first."""

    comparison: MigrationComparison
    rules: Sequence[RuleFindings]


def findings(comparison: Comparison, head: Scan) -> Sequence[MigrationFindings]:
    """The migrations of a comparison, the gravest first. `head` is the scan of its head."""
    counts = {(m.issue, rule.id): rule for m in head.migrations for rule in m.rules}
    standing = _standing(comparison, head)
    found = [_migration(one, counts, standing) for one in comparison.migrations]
    return sorted(
        found,
        key=lambda one: (_GRAVITY.index(one.comparison.verdict), -len(one.comparison.added)),
    )


def _migration(
    one: MigrationComparison,
    counts: Mapping[tuple[int, str], RuleCount],
    standing: Mapping[tuple[int, str], Sequence[Violation]],
) -> MigrationFindings:
    by_rule: defaultdict[str, dict[Fate, list[Violation]]] = defaultdict(dict)
    unread = {rule.id for rule in one.rules if rule.unchecked}
    groups = {
        Fate.ADDED: [violation for violation in one.added if violation.waiver is None],
        Fate.UNWAIVED: one.unwaived,
        Fate.STANDING: [v for rule in one.rules for v in standing.get((one.issue, rule.id), ())],
        Fate.UNCHECKED: [v for v in one.unchecked if v.rule not in unread],
        Fate.WAIVED: one.waived,
        Fate.REMOVED: [violation for violation in one.removed if violation.waiver is None],
    }
    for fate, violations in groups.items():
        for violation in violations:
            by_rule[violation.rule].setdefault(fate, []).append(violation)
    rules = [
        RuleFindings(
            delta=delta,
            severity=counts[one.issue, delta.id].severity,
            target=counts[one.issue, delta.id].target,
            violations=by_rule.get(delta.id, {}),
        )
        for delta in one.rules
    ]
    rules.sort(
        key=lambda rule: (_GRAVITY.index(rule.delta.outcome), rule.severity, -rule.delta.added)
    )
    return MigrationFindings(one, rules)


def _standing(comparison: Comparison, head: Scan) -> Mapping[tuple[int, str], Sequence[Violation]]:
    """The violations of the rules that are over their limit although nothing was added."""
    wanted: dict[tuple[int, str], list[Violation]] = {
        (one.issue, rule.id): []
        for one in comparison.migrations
        for rule in one.rules
        if rule.limit is not None and rule.head > rule.limit and not rule.added
    }
    if wanted:
        for violation in head.violations:
            key = violation.migration, violation.rule
            if key in wanted and violation.waiver is None:
                wanted[key].append(violation)
    return wanted
