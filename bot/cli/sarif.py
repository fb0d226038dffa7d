"""A scan as SARIF 2.1.0 (docs.oasis-open.org/sarif/sarif/v2.1.0), for code scanning and editors."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from bot.domain.configuration import Configuration
from bot.domain.scan import FileProblem, Scan, WaiverProblem
from bot.domain.severity import Severity
from bot.domain.violation import Violation
from bot.reports.plain import visible
from bot.version import VERSION

_SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS: Final[Mapping[Severity, str]] = {
    Severity.P0: "error",
    Severity.P1: "error",
    Severity.P2: "warning",
    Severity.P3: "note",
}


_MOST_RESULTS: Final = 25_000
"""GitHub refuses a run with more, and shows the 5,000 gravest of it.

See docs.github.com/code-security/code-scanning/troubleshooting-sarif/results-exceed-limit. Its
other limits (20 runs, 25,000 rules, 10 MB when compressed) are out of reach.
"""


def scan_sarif(scan: Scan, configuration: Configuration) -> str:
    """One run with a rule for each of the configuration's, and a result for each violation.

    Where there are more than GitHub accepts, the least grave are left out, and a notification says
    how many.
    """
    results = _gravest(scan.violations)
    rules = {
        (migration.issue, rule.id): {
            "id": _rule_id(migration.issue, rule.id),
            "name": rule.id,
            "shortDescription": {"text": visible(rule.message) or rule.id},
            "defaultConfiguration": {"level": _LEVELS[rule.severity]},
            "properties": {"severity": rule.severity, "kind": rule.kind},
        }
        for migration in configuration.migrations
        for rule in migration.rules
    }
    index = {key: position for position, key in enumerate(rules)}
    unchecked = [
        {
            "level": "error",
            "message": {"text": visible(f"{rule.id} could not be checked: {rule.unchecked}")},
            "associatedRule": {"id": _rule_id(migration.issue, rule.id)},
        }
        for migration in scan.migrations
        for rule in migration.rules
        if rule.unchecked
    ]
    run = {
        "tool": {"driver": {"name": "Canon", "version": VERSION, "rules": list(rules.values())}},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not unchecked,
                "toolExecutionNotifications": [
                    *unchecked,
                    *(_notification(one) for one in (*scan.skipped, *scan.degraded)),
                    *(_notification(one, one.line) for one in scan.waivers),
                    *_left_out(len(scan.violations) - len(results)),
                ],
            }
        ],
        "automationDetails": {"id": f"canon/{scan.config_digest[:12]}"},
        "results": [
            _result(violation, index[violation.migration, violation.rule]) for violation in results
        ],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _gravest(violations: Sequence[Violation]) -> Sequence[Violation]:
    if len(violations) <= _MOST_RESULTS:
        return violations
    return sorted(violations, key=lambda one: one.severity)[:_MOST_RESULTS]


def _left_out(count: int) -> Iterator[dict[str, Any]]:
    if count:
        text = f"{count:,} violations are left out: GitHub accepts {_MOST_RESULTS:,} results"
        yield {"level": "warning", "message": {"text": text}}


def _result(violation: Violation, rule_index: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": _rule_id(violation.migration, violation.rule),
        "ruleIndex": rule_index,
        "level": _LEVELS[violation.severity],
        "message": {"text": _message(violation)},
        "locations": [_location(violation.path, violation.line, violation.column)],
        "partialFingerprints": {"canon/v1": violation.fingerprint},
    }
    if violation.waiver is not None:
        result["suppressions"] = [
            {"kind": "inSource", "justification": visible(violation.waiver.reason)}
        ]
    return result


def _message(violation: Violation) -> str:
    text = visible(violation.message or violation.symbol)
    if violation.replacement is None:
        return text
    return f"{text}: write {visible(violation.replacement)} instead"


def _notification(problem: FileProblem | WaiverProblem, line: int | None = None) -> dict[str, Any]:
    return {
        "level": "warning",
        "message": {"text": visible(problem.reason)},
        "locations": [_location(problem.path, line)],
    }


def _location(path: str, line: int | None = None, column: int = 1) -> dict[str, Any]:
    uri = quote(path.encode("utf-8", "surrogateescape"))
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri}}
    if line is not None:
        physical["region"] = {"startLine": line, "startColumn": column}
    return {"physicalLocation": physical}


def _rule_id(issue: int, rule: str) -> str:
    return f"{issue}/{rule}"
