"""From a snapshot to a scan: findings become violations of the rules as they are configured."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from bot.domain.configuration import Configuration, Migration, Rule
from bot.domain.scan import FileProblem, MigrationCounts, RuleCount, Scan, Timing
from bot.domain.violation import Violation, fingerprint
from bot.scanner.snapshot import Finding, Snapshot
from bot.scanner.waiving import Waiving


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
    problems = sorted(
        (path, result.problem) for path, result in snapshot.results.items() if result.problem
    )
    skipped = tuple(FileProblem(path, one.reason) for path, one in problems if one.skipped)
    degraded = tuple(FileProblem(path, one.reason) for path, one in problems if not one.skipped)
    return Scan(
        commit=commit,
        config_digest=configuration.digest,
        considered=snapshot.considered,
        scanned=snapshot.considered - len(skipped),
        degraded=degraded,
        skipped=skipped,
        migrations=_counts(configuration, violations),
        violations=tuple(violations),
        timing=timing,
        waivers=waiving.problems(),
    )


def _violations(configuration: Configuration, snapshot: Snapshot) -> Iterator[Violation]:
    rules = [
        (migration, rule) for migration in configuration.migrations for rule in migration.rules
    ]
    for path, result in snapshot.results.items():
        ordinals: Counter[tuple[int, str]] = Counter()
        for number, finding in sorted(result.findings, key=lambda pair: pair[1].place):
            yield _violation(*rules[number], path, finding, ordinals[number, finding.symbol])
            ordinals[number, finding.symbol] += 1


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
    configuration: Configuration, violations: list[Violation]
) -> tuple[MigrationCounts, ...]:
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
                )
                for rule in migration.rules
            ),
        )
        for migration in configuration.migrations
    )
