"""The formats of scan and compare, from values."""

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.cli.compare_text import comparison_text
from bot.cli.sarif import scan_sarif
from bot.cli.scan_text import scan_text
from bot.cli.shapes import comparison_json, scan_json
from bot.cli.terminal import Palette
from bot.cli.workflow import scan_workflow
from bot.domain.configuration import Milestone
from bot.domain.phase import Phase
from bot.domain.scan import FileProblem
from bot.domain.severity import Severity
from tests.reports.cases import NEW, OLD, UNDER, compared
from tests.support.scans import (
    DIGEST,
    HEAD,
    WAIVER,
    configuration,
    migration,
    numbered,
    rule,
    scan,
    violation,
)

PLAIN = Palette(on=False)
FOUND = numbered([violation("app/a.py", 12), violation("app/b.py", 3, waiver=WAIVER)])
SKIPPED = FileProblem("app/big.py", "larger than 1 MiB")
DEGRADED = FileProblem("app/odd.py", "syntax error at 12:3")
SCAN = scan(FOUND, skipped=[SKIPPED], degraded=[DEGRADED])
SAID = "The factory is going away: write pkg.manager.create instead"
UGLY = b"caf\xe9\x1b[31m.py".decode("utf-8", "surrogateescape")


def test_the_json_of_a_scan_has_the_documented_shape() -> None:
    shape = json.loads(scan_json(SCAN))
    waived = shape["violations"].pop()
    assert waived["waiver"] == {
        "reason": "waiting for v2 clients",
        "by": "@alice",
        "until": "2026-12-31",
    }
    assert shape == {
        "version": 1,
        "commit": HEAD,
        "config_digest": DIGEST,
        "canon": "0.1.0",
        "files": {
            "considered": 100,
            "scanned": 99,
            "degraded": [{"path": "app/odd.py", "reason": "syntax error at 12:3"}],
            "skipped": [{"path": "app/big.py", "reason": "larger than 1 MiB"}],
        },
        "migrations": [
            {
                "issue": 1098,
                "phase": "migrate",
                "rules": [
                    {
                        "id": "factory-import",
                        "kind": "banned-import",
                        "severity": "P0",
                        "count": 1,
                        "files": 2,
                        "target": 0,
                        "waived": 1,
                    }
                ],
            }
        ],
        "violations": [
            {
                "migration": 1098,
                "rule": "factory-import",
                "severity": "P0",
                "path": "app/a.py",
                "line": 12,
                "column": 5,
                "symbol": "pkg.legacy.create",
                "message": "The factory is going away",
                "context": "module",
                "via": "import",
                "replacement": "pkg.manager.create",
                "suggestion": None,
                "fingerprint": FOUND[0].fingerprint,
                "waiver": None,
                "details": {},
            },
        ],
        "waivers": [],
        "timing": {"seconds": 0.5, "cache": {"hits": 0, "misses": 100}},
    }


def test_the_json_of_a_comparison_has_the_documented_shape() -> None:
    shape = json.loads(comparison_json(compared(OLD, [*OLD, NEW[0]])))
    (one,) = shape.pop("migrations")
    ends = ["version", "base", "head", "merge_base", "config_digest", "verdict"]
    assert list(shape) == [*ends, "skipped", "degraded", "waivers"]
    assert shape["verdict"] == one["verdict"] == "fail"
    assert list(one) == [
        "issue",
        "phase",
        "added",
        "removed",
        "kept",
        "rules",
        "verdict",
        "reasons",
    ]
    assert [found["path"] for found in one["added"]] == [NEW[0].path]
    assert one["kept"] == len(OLD)
    assert one["rules"][0] == {
        "id": "factory-import",
        "base": 124,
        "head": 125,
        "limit": 124,
        "met": False,
    }
    assert one["reasons"] == [
        {"rule": "factory-import", "text": "factory-import: 1 added (limit 124, now 125)"}
    ]


def test_a_path_that_is_no_utf8_survives_json() -> None:
    found = json.loads(scan_json(scan([violation(UGLY)])))
    assert found["violations"][0]["path"] == UGLY


def sarif(*violations: Any) -> dict[str, Any]:
    run: dict[str, Any] = json.loads(scan_sarif(replace(SCAN, violations=violations), UNDER))
    return run["runs"][0]


def test_sarif_names_each_rule_once_and_results_point_at_it() -> None:
    run = sarif(*FOUND)
    rules = run["tool"]["driver"]["rules"]
    assert [one["id"] for one in rules] == [
        "1098/factory-import",
        "1098/dual-import",
        "1098/one-manager-file",
    ]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_a_sarif_result_stands_at_its_line_with_its_fingerprint() -> None:
    (result,) = sarif(FOUND[0])["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "app/a.py"
    assert place["region"] == {"startLine": 12, "startColumn": 5}
    assert result["partialFingerprints"] == {"canon/v1": FOUND[0].fingerprint}
    assert result["level"] == "error"
    assert result["message"]["text"] == SAID


def test_a_waived_violation_is_suppressed_in_sarif() -> None:
    (result,) = sarif(FOUND[1])["results"]
    assert result["suppressions"] == [
        {"kind": "inSource", "justification": "waiting for v2 clients"}
    ]


def test_a_path_is_a_uri_in_sarif() -> None:
    (result,) = sarif(violation("a b/c#d:é.py"))["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "a%20b/c%23d%3A%C3%A9.py"


def test_files_that_were_not_read_are_notifications_in_sarif() -> None:
    (invocation,) = sarif()["invocations"]
    told = [one["message"]["text"] for one in invocation["toolExecutionNotifications"]]
    assert told == ["larger than 1 MiB", "syntax error at 12:3"]


def workflow(**changes: Any) -> list[str]:
    return scan_workflow(scan([violation(**changes)])).splitlines()


def test_a_workflow_command_names_the_place_and_what_to_write() -> None:
    assert workflow(path="app/a.py", line=3) == [
        f"::error file=app/a.py,line=3,col=5,title=factory-import::{SAID}"
    ]


@pytest.mark.parametrize(
    ("severity", "name"),
    [("P0", "error"), ("P1", "error"), ("P2", "warning"), ("P3", "notice")],
)
def test_a_workflow_command_is_as_grave_as_the_violation(severity: str, name: str) -> None:
    assert workflow(severity=Severity(severity))[0].startswith(f"::{name} ")


def test_the_gravest_violation_is_the_first_workflow_command() -> None:
    several = [violation(line=1, severity=Severity.P3), violation(line=2, severity=Severity.P0)]
    first, second = scan_workflow(scan(several)).splitlines()
    assert (first.partition(" ")[0], second.partition(" ")[0]) == ("::error", "::notice")


def test_nothing_in_a_repository_can_give_a_workflow_command() -> None:
    lines = workflow(path="a,b:c%\r\n::set-env name=x::y.py", message="x\n::error::y\r%0A")
    (line,) = lines
    assert line.startswith("::error file=a%2Cb%3Ac%25%0D%0A%3A%3Aset-env name=x%3A%3Ay.py,line=1,")
    assert line.endswith("::x ::error::y %250A: write pkg.manager.create instead")


def test_waived_violations_give_no_workflow_command() -> None:
    assert workflow(waiver=WAIVER) == []


def test_the_text_of_a_scan_goes_by_rule_and_file_with_source_lines() -> None:
    lines = {("app/a.py", 12): "    from pkg.legacy import create"}
    under = configuration(migration(rule(message="The factory is going away")))
    assert scan_text(SCAN, under, lines, PLAIN).splitlines() == [
        "#1098 Remove the WebSocket manager factory (migrate)",
        "",
        "  factory-import P0: 1 violation in 2 files, 1 waived, target 0",
        "    The factory is going away",
        "    app/a.py",
        "      12:5  from pkg.legacy import create  -> pkg.manager.create",
        "    app/b.py",
        "      3:5  pkg.legacy.create  waived until 2026-12-31 by @alice: waiting for v2 clients",
        "",
        "Not read:",
        "  app/big.py: larger than 1 MiB",
        "Read in part:",
        "  app/odd.py: syntax error at 12:3",
        "1 violation, 99 files read; commit a1a1a1a1a1a1, configuration 5f2d8c1e5f2d, 0.50 s",
    ]


def test_the_text_of_a_comparison_ends_with_the_verdict() -> None:
    lines = {(NEW[0].path, NEW[0].line): "from x import create_manager"}
    text = comparison_text(compared(OLD, [*OLD[1:], NEW[0]]), lines, PLAIN)
    assert "  factory-import: 124 (1 added, 1 removed, limit 124)" in text
    assert "      12:5  from x import create_manager  -> " in text
    assert "  factory-import: 124 (1 added, 1 removed, limit 124)" in text
    assert "fail: 1 violation added, 1 removed" in text.splitlines()


def test_a_scan_of_changed_files_says_that_they_are_not_committed() -> None:
    text = scan_text(scan(commit=f"{HEAD}+worktree"), configuration(), {}, PLAIN)
    assert "commit a1a1a1a1a1a1+worktree," in text


def test_nothing_in_a_repository_can_steer_the_terminal() -> None:
    escape = "\x1b]0;pwned\x07\u202e"
    found = [violation(UGLY, symbol=escape, message=escape, replacement=escape)]
    under = configuration(migration(rule(message=escape), title=escape))
    lines = {(UGLY, 1): f"import {escape}"}
    for text in (
        scan_text(scan(found, of=under, skipped=[FileProblem(UGLY, escape)]), under, lines, PLAIN),
        comparison_text(compared([], found, under), lines, PLAIN),
    ):
        assert all(line.isprintable() for line in text.splitlines())
        text.encode()


def test_colours_are_there_only_where_they_are_wanted() -> None:
    assert "\x1b[" in scan_text(SCAN, configuration(), {}, Palette(on=True))
    assert "\x1b[" not in scan_text(SCAN, configuration(), {}, PLAIN)


def test_every_format_names_the_rules_that_could_not_be_checked() -> None:
    counts = [replace(one, unchecked="no such log") for one in SCAN.migrations[0].rules]
    scan = replace(SCAN, migrations=(replace(SCAN.migrations[0], rules=tuple(counts)),))
    text = f"{counts[0].id} could not be checked: no such log"
    under = configuration()
    (run,) = json.loads(scan_sarif(scan, under))["runs"]
    (invocation,) = run["invocations"]
    assert not invocation["executionSuccessful"]
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == text
    assert text in scan_workflow(scan)
    assert json.loads(scan_json(scan))["migrations"][0]["rules"][0]["unchecked"] == "no such log"
    assert "could not be checked: no such log" in scan_text(scan, under, {}, PLAIN)


def test_the_text_names_what_the_phase_and_the_milestones_ask_for() -> None:
    asking = rule(
        targets={Phase.MIGRATE: 50, Phase.VALIDATE: 9},
        milestones=(Milestone(until="2026-12-01", at_most=40),),
    )
    under = configuration(migration(asking))
    text = scan_text(scan(of=under), under, {}, PLAIN)
    assert "target 0, in migrate at most 50, after 2026-12-01 at most 40\n" in text
