"""A comparison for people at a terminal."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final

from bot.cli.places import places, unread
from bot.domain.scan import FileProblem
from bot.domain.verdict import Outcome
from bot.reports.plain import visible
from bot.reports.words import headline

if TYPE_CHECKING:
    from bot.cli.sources import Lines
    from bot.cli.terminal import Palette
    from bot.domain.comparison import Comparison, MigrationComparison, RuleDelta
    from bot.domain.violation import Violation

_DIGITS: Final = 12


def comparison_text(comparison: "Comparison", lines: "Lines", palette: "Palette") -> str:
    """The rules' counts, what was added with its source lines, and the verdict with its reasons.

    `lines` are those of the head.
    """
    blocks = []
    for migration in comparison.migrations:
        title = f"#{migration.issue} {visible(migration.title)}"
        blocks.append(f"{palette.bold(title)} ({migration.phase})")
        blocks.append("\n".join(_delta(rule, palette) for rule in migration.rules))
        for fate, violations in _groups(migration).items():
            order = [rule.id for rule in migration.rules]
            inside = sorted(violations, key=lambda one: order.index(one.rule))
            blocks += _by_rule(fate, inside, lines, palette)
        blocks.append("\n".join(f"  {visible(text)}" for text in _reasons(migration)))
    blocks.append("\n".join(_closing(comparison, palette)))
    return "\n\n".join(block for block in blocks if block)


def _groups(migration: "MigrationComparison") -> "dict[str, tuple[Violation, ...]]":
    return {
        "added": migration.added,
        "no longer waived": migration.unwaived,
        "not checked at the head": migration.unchecked,
    }


def _by_rule(
    fate: str, violations: "Sequence[Violation]", lines: "Lines", palette: "Palette"
) -> "Iterator[str]":
    """A block for each rule, with its message where all of its violations have the same."""
    for rule, grouped in groupby(violations, key=lambda violation: violation.rule):
        those = list(grouped)
        messages = {violation.message for violation in those}
        said = [f"    {visible(message)}" for message in messages if message and len(messages) == 1]
        heading = f"  {palette.bold(f'{rule}, {fate}')}"
        yield "\n".join([heading, *said, *places(those, lines, palette, "    ")])


def _reasons(migration: "MigrationComparison") -> "Iterator[str]":
    """Those that the counts above do not give already, as they do of what was added."""
    adding = {rule.id for rule in migration.rules if rule.added}
    return (reason.text for reason in migration.reasons if reason.rule not in adding)


def _delta(rule: "RuleDelta", palette: "Palette") -> str:
    name = (palette.bad if rule.outcome is Outcome.FAIL else palette.good)(rule.id)
    count = f"{rule.head:,}" if rule.base == rule.head else f"{rule.base:,} -> {rule.head:,}"
    changes = {"added": rule.added, "removed": rule.removed}
    said = [f"{number:,} {words}" for words, number in changes.items() if number]
    limit = [] if rule.limit is None else [f"limit {rule.limit:,}"]
    extra = ", ".join([*said, *limit])
    return f"  {name}: {count}" + (f" ({extra})" if extra else "")


def _closing(comparison: "Comparison", palette: "Palette") -> Iterator[str]:
    yield from unread(comparison.skipped, "Not read at the head")
    yield from unread(comparison.degraded, "Read in part at the head")
    waivers = [FileProblem(f"{one.path}:{one.line}", one.reason) for one in comparison.waivers]
    yield from unread(waivers, "Waivers that do nothing")
    good = comparison.verdict in {Outcome.PASS, Outcome.NEUTRAL}
    verdict = (palette.good if good else palette.bad)(str(comparison.verdict))
    yield f"{verdict}: {headline(comparison)}"
    yield (
        f"head {comparison.head[:_DIGITS]}, base {comparison.base[:_DIGITS]},"
        f" merge base {comparison.merge_base[:_DIGITS]},"
        f" configuration {comparison.config_digest[:_DIGITS]}"
    )
