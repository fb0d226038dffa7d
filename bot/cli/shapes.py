"""The JSON of `scan` and `compare`: the shapes of docs/cli.md, version 1."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bot.domain.scan import FileProblem, MigrationCounts, Scan, WaiverProblem
from bot.domain.violation import Violation
from bot.version import VERSION

if TYPE_CHECKING:
    from bot.domain.comparison import Comparison, MigrationComparison


def scan_json(scan: Scan) -> str:
    """`canon scan --format json`."""
    return _written(
        {
            "version": 1,
            "commit": scan.commit,
            "config_digest": scan.config_digest,
            "canon": VERSION,
            "files": {
                "considered": scan.considered,
                "scanned": scan.scanned,
                "degraded": _files(scan.degraded),
                "skipped": _files(scan.skipped),
            },
            "migrations": [_counts(one) for one in scan.migrations],
            "violations": [_violation(one) for one in scan.violations],
            "waivers": _waivers(scan.waivers),
            "timing": {
                "seconds": round(scan.timing.seconds, 3),
                "cache": {"hits": scan.timing.cache_hits, "misses": scan.timing.cache_misses},
            },
        }
    )


def comparison_json(comparison: "Comparison") -> str:
    """`canon compare --format json`."""
    return _written(
        {
            "version": 1,
            "base": comparison.base,
            "head": comparison.head,
            "merge_base": comparison.merge_base,
            "config_digest": comparison.config_digest,
            "migrations": [_migration(one) for one in comparison.migrations],
            "verdict": comparison.verdict,
            "skipped": _files(comparison.skipped),
            "degraded": _files(comparison.degraded),
            "waivers": _waivers(comparison.waivers),
        }
    )


def _counts(counts: MigrationCounts) -> dict[str, Any]:
    return {
        "issue": counts.issue,
        "phase": counts.phase,
        "rules": [
            {
                "id": rule.id,
                "kind": rule.kind,
                "severity": rule.severity,
                "count": rule.count,
                "files": rule.files,
                "target": rule.target,
                "waived": rule.waived,
                **({"unchecked": rule.unchecked} if rule.unchecked else {}),
            }
            for rule in counts.rules
        ],
    }


def _migration(one: "MigrationComparison") -> dict[str, Any]:
    return {
        "issue": one.issue,
        "phase": one.phase,
        "added": [_violation(violation) for violation in one.added],
        "removed": [_violation(violation) for violation in one.removed],
        "kept": one.kept,
        "rules": [
            {
                "id": rule.id,
                "base": rule.base,
                "head": rule.head,
                "limit": rule.limit,
                "met": rule.met,
            }
            for rule in one.rules
        ],
        "verdict": one.verdict,
        "reasons": [{"rule": reason.rule, "text": reason.text} for reason in one.reasons],
    }


def _violation(one: Violation) -> dict[str, Any]:
    waiver = one.waiver
    return {
        "migration": one.migration,
        "rule": one.rule,
        "severity": one.severity,
        "path": one.path,
        "line": one.line,
        "column": one.column,
        "symbol": one.symbol,
        "message": one.message,
        "context": one.context,
        "via": one.via,
        "replacement": one.replacement,
        "suggestion": None if one.suggestion is None else asdict(one.suggestion),
        "fingerprint": one.fingerprint,
        "waiver": None
        if waiver is None
        else {"reason": waiver.reason, "by": waiver.by, "until": waiver.until},
        "details": dict(one.details),
    }


def _files(problems: Sequence[FileProblem]) -> list[dict[str, str]]:
    return [{"path": problem.path, "reason": problem.reason} for problem in problems]


def _waivers(problems: Sequence[WaiverProblem]) -> list[dict[str, Any]]:
    return [{"path": one.path, "line": one.line, "reason": one.reason} for one in problems]


def _written(value: Any) -> str:
    """ASCII, so that a path that is no UTF-8 survives (as an escaped surrogate, PEP 383)."""
    return json.dumps(value, separators=(",", ":"))
