"""Numbers as sentences, the same in comment, check and command line; without markup."""

from collections.abc import Sequence
from typing import assert_never

from bot.domain.comparison import Comparison, MigrationComparison
from bot.domain.verdict import Outcome

GLYPHS = {
    Outcome.PASS: "✅",
    Outcome.NEUTRAL: "ℹ️",  # noqa: RUF001 - the emoji
    Outcome.FAIL: "❌",
    Outcome.ERROR: "⚠️",
}


def plural(count: int, noun: str) -> str:
    """1 violation, 2 violations."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def headline(comparison: Comparison) -> str:
    """A comparison's verdict in one line."""
    what = what_changed(comparison.migrations)
    match comparison.verdict:
        case Outcome.PASS:
            return what
        case Outcome.NEUTRAL:
            return f"{_not_checked(comparison) or what}: reported only"
        case Outcome.FAIL:
            return f"{what}{_though_none_was_added(comparison)}"
        case Outcome.ERROR:
            return _not_checked(comparison)
    assert_never(comparison.verdict)


def what_changed(migrations: Sequence[MigrationComparison]) -> str:
    """How many violations were added and removed, over all rules."""
    rules = [rule for migration in migrations for rule in migration.rules]
    added, removed = sum(rule.added for rule in rules), sum(rule.removed for rule in rules)
    unwaived = sum(len(migration.unwaived) for migration in migrations)
    waived = sum(len(migration.waived) for migration in migrations)
    changes = {
        "added": added,
        "no longer waived": unwaived,
        "removed": removed,
        "waived": waived,
    }
    said = [f"{count:,} {words}" for words, count in changes.items() if count]
    if not said:
        return "No violation added"
    first, _, what = said[0].partition(" ")
    noun = "violation" if first == "1" else "violations"
    none_added = [] if added or unwaived else ["none added"]
    return ", ".join([f"{first} {noun} {what}", *said[1:], *none_added])


def _not_checked(comparison: Comparison) -> str:
    """The rules, or else the violations, that could not be checked; empty where all were."""
    migrations = comparison.migrations
    rules = sum(bool(rule.unchecked) for migration in migrations for rule in migration.rules)
    violations = sum(len(migration.unchecked) for migration in migrations)
    if rules:
        return f"{plural(rules, 'rule')} could not be checked"
    return f"{plural(violations, 'violation')} could not be checked" if violations else ""


def _though_none_was_added(comparison: Comparison) -> str:
    """The rules that fail all the same, because they are over their limit."""
    over = [
        rule
        for migration in comparison.migrations
        for rule in migration.rules
        if rule.outcome is Outcome.FAIL and not rule.added and rule.limit is not None
    ]
    if len(over) > 1:
        return f"; {len(over):,} rules are over their limits"
    return "".join(f"; {rule.id} is at {rule.head:,}, limit {rule.limit:,}" for rule in over)
