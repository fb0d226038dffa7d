"""Waivers by command, applied to what a scan found."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.domain.scan import MigrationCounts, RuleCount, Scan, WaiverProblem
from bot.domain.violation import Violation
from bot.domain.waiver import GivenWaiver


def with_waivers(scan: Scan, given: Sequence[GivenWaiver], today: date) -> Scan:
    """The scan with the waivers that are in force on a day (UTC), and its counts by that.

    A waiver in the code comes first. Those that have ended are listed where they would still
    excuse something.
    """
    if not given:
        return scan
    in_force = [one for one in given if one.in_force(today)]
    violations = tuple(_waived(violation, in_force) for violation in scan.violations)
    lapsed = [
        WaiverProblem(violation.path, violation.line, _ended(one))
        for one in given
        if not one.in_force(today)
        for violation in violations
        if violation.waiver is None and one.covers(violation)
    ]
    problems = sorted({*scan.waivers, *lapsed}, key=lambda one: (one.path, one.line, one.reason))
    return replace(
        scan,
        violations=violations,
        migrations=tuple(_recounted(one, violations) for one in scan.migrations),
        waivers=tuple(problems),
    )


def _waived(violation: Violation, in_force: Sequence[GivenWaiver]) -> Violation:
    if violation.waiver is not None or violation.via == "waiver":
        return violation
    found = next((one for one in in_force if one.covers(violation)), None)
    return violation if found is None else replace(violation, waiver=found.waiver)


def _ended(one: GivenWaiver) -> str:
    return f"expired on {one.until.isoformat()}, given by @{one.by}: {one.reason}"


def _recounted(counts: MigrationCounts, violations: Sequence[Violation]) -> MigrationCounts:
    ours = [violation for violation in violations if violation.migration == counts.issue]
    counted = [violation for violation in ours if violation.waiver is None]
    count = Counter(violation.rule for violation in counted)
    waived = Counter(violation.rule for violation in ours if violation.waiver is not None)
    files = Counter(rule for rule, _ in {(one.rule, one.path) for one in counted})

    def recounted(rule: RuleCount) -> RuleCount:
        return replace(rule, count=count[rule.id], files=files[rule.id], waived=waived[rule.id])

    return replace(counts, rules=tuple(map(recounted, counts.rules)))
