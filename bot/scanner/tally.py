"""From a snapshot to a scan: findings become violations of the rules as they are configured."""

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date

from msgspec.structs import replace

from bot.domain.configuration import Configuration, Migration, Rule
from bot.domain.scan import FileProblem, MigrationCounts, RuleCount, Scan, Timing
from bot.domain.violation import Violation, fingerprint
from bot.scanner.facts import Problem
from bot.scanner.snapshot import Finding, Snapshot
from bot.scanner.waiving import Waiving

_CONFIGURATION = ".github/canon.yml"


def tally(
    configuration: Configuration, commit: str, snapshot: Snapshot, timing: Timing, *, today: date
) -> Scan:
    """Everything a snapshot holds, in the words of the configuration.

    `today` decides which waivers are in force.
    """
    waivers = {path: one.waivers for path, one in snapshot.results.items() if one.waivers}
    waiving = Waiving(configuration, waivers, today)
    violations = sorted(
        waiving.violations(_violations(configuration, snapshot)),
        key=lambda one: (one.migration, one.path, one.line, one.column, one.rule),
    )
    of_files = [(path, one.problem) for path, one in snapshot.results.items() if one.problem]
    unread = sum(one.skipped for _, one in of_files)
    problems = sorted(
        [*of_files, *_concluded_problems(configuration, snapshot)],
        key=lambda one: (one[0], one[1].reason),
    )
    skipped = tuple(FileProblem(path, one.reason) for path, one in problems if one.skipped)
    degraded = tuple(FileProblem(path, one.reason) for path, one in problems if not one.skipped)
    return Scan(
        commit=commit,
        config_digest=configuration.digest,
        considered=snapshot.considered,
        scanned=snapshot.considered - unread,
        degraded=degraded,
        skipped=skipped,
        migrations=_counts(configuration, violations, _unchecked(snapshot)),
        violations=tuple(violations),
        timing=timing,
        waivers=waiving.problems(),
    )


def _violations(configuration: Configuration, snapshot: Snapshot) -> Iterator[Violation]:
    rules = _rules(configuration)
    found = {path: list(result.findings) for path, result in snapshot.results.items()}
    for path, conclusions in snapshot.conclusions.items():
        for one in conclusions:
            if one.finding is not None:
                where, finding = _placed(rules[one.rule][1], path, one.finding)
                found.setdefault(where, []).append((one.rule, finding))
    for path, findings in found.items():
        ordinals: Counter[tuple[int, str]] = Counter()
        for number, finding in sorted(findings, key=lambda pair: pair[1].place):
            yield _violation(*rules[number], path, finding, ordinals[number, finding.symbol])
            ordinals[number, finding.symbol] += 1


def _rules(configuration: Configuration) -> list[tuple[Migration, Rule]]:
    return [(migration, rule) for migration in configuration.migrations for rule in migration.rules]


def _concluded_problems(
    configuration: Configuration, snapshot: Snapshot
) -> Iterator[tuple[str, Problem]]:
    """What kept rules about the whole repository from looking, with the name of the rule."""
    rules = _rules(configuration)
    for path, conclusions in snapshot.conclusions.items():
        for one in conclusions:
            if one.problem is not None and path:
                _, rule = rules[one.rule]
                yield path, replace(one.problem, reason=f"rule {rule.id}: {one.problem.reason}")


def _unchecked(snapshot: Snapshot) -> Mapping[int, str]:
    """The rules that could not look at anything, by position, and why."""
    return {
        one.rule: one.problem.reason
        for one in snapshot.conclusions.get("", ())
        if one.problem is not None
    }


def _placed(rule: Rule, path: str, finding: Finding) -> tuple[str, Finding]:
    """A finding where it belongs: at its rule if it is about no file."""
    if path:
        return path, finding
    if rule.place is None:
        return _CONFIGURATION, finding
    return rule.place.path, replace(finding, line=rule.place.line, column=rule.place.column)


def _violation(
    migration: Migration, rule: Rule, path: str, finding: Finding, ordinal: int
) -> Violation:
    return Violation(
        migration=migration.issue,
        rule=rule.id,
        severity=rule.severity,
        path=path,
        line=finding.line,
        column=finding.column,
        symbol=finding.symbol,
        message=rule.message or finding.message,
        fingerprint=fingerprint(migration.issue, rule.id, path, finding.symbol, ordinal),
        context=finding.context,
        via=finding.via,
        replacement=finding.replacement,
        details=finding.details,
    )


def _counts(
    configuration: Configuration, violations: list[Violation], unchecked: Mapping[int, str]
) -> tuple[MigrationCounts, ...]:
    positions = itertools.count()
    counted = [one for one in violations if one.waiver is None]
    counts = Counter((one.migration, one.rule) for one in counted)
    waived = Counter((one.migration, one.rule) for one in violations if one.waiver is not None)
    paths = {(one.migration, one.rule, one.path) for one in counted}
    files = Counter((migration, rule) for migration, rule, _ in paths)
    return tuple(
        MigrationCounts(
            issue=migration.issue,
            phase=migration.phase,
            rules=tuple(
                RuleCount(
                    id=rule.id,
                    kind=rule.kind,
                    severity=rule.severity,
                    count=counts[migration.issue, rule.id],
                    files=files[migration.issue, rule.id],
                    target=rule.target,
                    waived=waived[migration.issue, rule.id],
                    unchecked=unchecked.get(next(positions), ""),
                )
                for rule in migration.rules
            ),
        )
        for migration in configuration.migrations
    )
