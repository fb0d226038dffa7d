"""A scan for people at a terminal."""

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from bot.cli.places import places, unread
from bot.domain.scan import FileProblem
from bot.reports.plain import visible
from bot.reports.words import plural

if TYPE_CHECKING:
    from bot.cli.sources import Lines
    from bot.cli.terminal import Palette
    from bot.domain.configuration import Configuration, Rule
    from bot.domain.phase import Phase
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
    rules = {(one.issue, rule.id): rule for one in configuration.migrations for rule in one.rules}
    blocks = []
    for migration in scan.migrations:
        title = f"#{migration.issue} {visible(titles[migration.issue])}"
        blocks.append(f"{palette.bold(title)} ({migration.phase})")
        for rule in migration.rules:
            key = migration.issue, rule.id
            listed = places(found[key], lines, palette, "    ")
            message = [f"    {visible(rules[key].message)}"] if rules[key].message else []
            heading = _heading(rule, palette) + _wanted(rules[key], migration.phase)
            blocks.append("\n".join([heading, *message, *listed]))
    blocks.append("\n".join(_closing(scan)))
    return "\n\n".join(blocks)


def _heading(rule: "RuleCount", palette: "Palette") -> str:
    if rule.unchecked:
        name = palette.bad(f"{rule.id} {rule.severity}")
        return f"  {name}: could not be checked: {visible(rule.unchecked)}"
    met = rule.count <= rule.target
    name = (palette.good if met else palette.bad)(f"{rule.id} {rule.severity}")
    where = f" in {plural(rule.files, 'file')}" if rule.files else ""
    waived = f", {rule.waived:,} waived" if rule.waived else ""
    return f"  {name}: {plural(rule.count, 'violation')}{where}{waived}, target {rule.target:,}"


def _wanted(rule: "Rule", phase: "Phase") -> str:
    """What is asked of a rule besides its target: now by the phase, and from certain days on."""
    asked = rule.targets.get(phase)
    now = "" if asked is None else f", in {phase} at most {asked:,}"
    later = (f", after {one.until} at most {one.at_most:,}" for one in rule.milestones)
    return now + "".join(later)


def _closing(scan: "Scan") -> Iterator[str]:
    yield from unread(scan.skipped, "Not read")
    yield from unread(scan.degraded, "Read in part")
    waivers = [FileProblem(f"{one.path}:{one.line}", one.reason) for one in scan.waivers]
    yield from unread(waivers, "Waivers that do nothing")
    count = sum(scan.counts().values())
    suffix = scan.commit[40:]
    yield (
        f"{plural(count, 'violation')}, {plural(scan.scanned, 'file')} read; commit"
        f" {scan.commit[:_DIGITS]}{suffix},"
        f" configuration {scan.config_digest[:_DIGITS]}, {scan.timing.seconds:.2f} s"
    )
