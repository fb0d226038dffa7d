"""Short ways to write violations, scans and configurations in tests."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from bot.domain.configuration import Configuration, Migration, Rule
from bot.domain.phase import Phase
from bot.domain.scan import FileProblem, MigrationCounts, RuleCount, Scan, Timing
from bot.domain.severity import Severity
from bot.domain.violation import Violation, Waiver, fingerprint

ISSUE = 1098
DIGEST = "5f2d8c1e" * 8
BASE, HEAD, MERGE_BASE = "b" * 40, "a1" * 20, "c" * 40
WAIVER = Waiver(reason="waiting for v2 clients", by="@alice", until="2026-12-31")


def violation(path: str = "app/a.py", line: int = 1, **changes: Any) -> Violation:
    """One violation; its fingerprint is right as long as its symbol is alone in its file."""
    values: dict[str, Any] = {
        "migration": ISSUE,
        "rule": "factory-import",
        "severity": Severity.P0,
        "path": path,
        "line": line,
        "column": 5,
        "symbol": "pkg.legacy.create",
        "message": "The factory is going away",
        "replacement": "pkg.manager.create",
        **changes,
    }
    values.setdefault(
        "fingerprint",
        fingerprint(values["migration"], values["rule"], path, values["symbol"], 0),
    )
    return Violation(**values)


def numbered(violations: Iterable[Violation]) -> tuple[Violation, ...]:
    """The violations in a scan's order, with the fingerprints that a scanner gives them."""
    seen: Counter[tuple[int, str, str, str]] = Counter()
    result = []
    for one in sorted(violations, key=lambda v: (v.migration, v.path, v.line, v.column, v.rule)):
        key = (one.migration, one.rule, one.path, one.symbol)
        result.append(replace(one, fingerprint=fingerprint(*key, seen[key])))
        seen[key] += 1
    return tuple(result)


def rule(id_: str = "factory-import", **changes: Any) -> Rule:
    """A rule; severity P0."""
    return Rule(
        **{
            "id": id_,
            "kind": "banned-import",
            "parameters": None,
            "severity": Severity.P0,
            **changes,
        }
    )


def migration(*rules: Rule, phase: Phase = Phase.MIGRATE, **changes: Any) -> Migration:
    """A migration, of one default rule unless others are given."""
    return Migration(
        **{
            "issue": ISSUE,
            "title": "Remove the WebSocket manager factory",
            "phase": phase,
            "rules": rules or (rule(),),
            **changes,
        }
    )


def configuration(*migrations: Migration, **changes: Any) -> Configuration:
    """A configuration, of one default migration unless others are given."""
    return Configuration(
        **{
            "digest": DIGEST,
            "migrations": migrations or (migration(),),
            "sources": (".github/canon.yml",),
            **changes,
        }
    )


def scan(
    violations: Sequence[Violation] = (),
    *,
    of: Configuration | None = None,
    commit: str = HEAD,
    skipped: Sequence[FileProblem] = (),
    degraded: Sequence[FileProblem] = (),
) -> Scan:
    """A scan under a configuration that found these violations, in this order."""
    under = of or configuration()
    return Scan(
        commit=commit,
        config_digest=under.digest,
        considered=100,
        scanned=100 - len(skipped),
        degraded=tuple(degraded),
        skipped=tuple(skipped),
        migrations=tuple(_counts(one, violations) for one in under.migrations),
        violations=tuple(violations),
        timing=Timing(seconds=0.5, cache_hits=0, cache_misses=100),
    )


def _counts(one: Migration, violations: Sequence[Violation]) -> MigrationCounts:
    return MigrationCounts(
        issue=one.issue,
        phase=one.phase,
        rules=tuple(_count(rule, one, violations) for rule in one.rules),
    )


def _count(one: Rule, of: Migration, violations: Sequence[Violation]) -> RuleCount:
    found = [v for v in violations if (v.migration, v.rule) == (of.issue, one.id)]
    return RuleCount(
        id=one.id,
        kind=one.kind,
        severity=one.severity,
        count=sum(v.waiver is None for v in found),
        files=len({v.path for v in found}),
        target=one.target,
        waived=sum(v.waiver is not None for v in found),
    )
