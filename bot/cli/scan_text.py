"""A scan for people at a terminal."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from bot.cli.places import places, unread
from bot.reports.plain import visible
from bot.reports.words import plural

if TYPE_CHECKING:
    from bot.cli.sources import Lines
    from bot.cli.terminal import Palette
    from bot.domain.configuration import Configuration
    from bot.domain.scan import RuleCount, Scan
    from bot.domain.violation import Violation

_DIGITS: Final = 12


def scan_text(
    scan: "Scan", configuration: "Configuration", lines: "Lines", palette: "Palette"
) -> str:
    """Rule by rule and file by file, with the source lines; the sums at the end."""
    found: defaultdict[tuple[int, str], list[Violation]] = defaultdict(list)
    for violation in scan.violations:
        found[violation.migration, violation.rule].append(violation)
    titles = {one.issue: one.title for one in configuration.migrations}
    blocks = []
    for migration in scan.migrations:
        title = f"#{migration.issue} {visible(titles[migration.issue])}"
        blocks.append(f"{palette.bold(title)} ({migration.phase})")
        for rule in migration.rules:
            violations = found[migration.issue, rule.id]
            blocks.append("\n".join(_rule(rule, violations, lines, palette)))
    blocks.append("\n".join(_closing(scan)))
    return "\n\n".join(blocks)


def _rule(
    rule: "RuleCount", violations: "Sequence[Violation]", lines: "Lines", palette: "Palette"
) -> Iterator[str]:
    met = rule.count <= rule.target
    name = (palette.good if met else palette.bad)(f"{rule.id} {rule.severity}")
    waived = f", {rule.waived:,} waived" if rule.waived else ""
    where = f" in {plural(rule.files, 'file')}" if violations else ""
    yield f"  {name}: {plural(rule.count, 'violation')}{where}{waived}, target {rule.target:,}"
    for message in dict.fromkeys(violation.message for violation in violations):
        if message:
            yield f"    {visible(message)}"
    yield from places(violations, lines, palette, "    ")


def _closing(scan: "Scan") -> Iterator[str]:
    yield from unread(scan.skipped, "Not read")
    yield from unread(scan.degraded, "Read in part")
    count = sum(scan.counts().values())
    suffix = scan.commit[40:]
    yield (
        f"{plural(count, 'violation')} in {plural(scan.scanned, 'file')};"
        f" commit {scan.commit[:_DIGITS]}{suffix},"
        f" configuration {scan.config_digest[:_DIGITS]}, {scan.timing.seconds:.2f} s"
    )
