"""SARIF as its standard and GitHub's code scanning have it."""

import gzip
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bot.cli.main import run
from bot.cli.sarif import scan_sarif
from bot.domain.scan import FileProblem, WaiverProblem
from bot.domain.severity import Severity
from tests.support.gitrepo import GitRepository
from tests.support.scans import WAIVER, configuration, numbered, scan, violation

SCHEMA = Path(__file__).parents[1] / "contract/sarif-2.1.0.json.gz"
UGLY = "a b/\udcff\x1b[31m::#?\n%.py"


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    """The schema of the standard."""
    return Draft202012Validator(json.loads(gzip.decompress(SCHEMA.read_bytes())))


def written(*violations: Any, **changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        scan_sarif(replace(scan(violations), **changes), configuration())
    )
    return found


def test_everything_that_a_scan_can_hold_fits_the_schema(schema: Draft202012Validator) -> None:
    log = written(
        *numbered(
            [
                violation(),
                violation(UGLY, symbol="\ud800", message="\x00" * 500),
                violation(line=7, waiver=WAIVER, severity=Severity.P3, replacement=None),
            ]
        ),
        skipped=(FileProblem(UGLY, "larger than 1 MiB"),),
        degraded=(FileProblem("a.py", "syntax error at 1:1"),),
        waivers=(WaiverProblem(UGLY, 3, "expired"),),
    )
    assert [error.message for error in schema.iter_errors(log)] == []


def test_the_schema_would_tell(schema: Draft202012Validator) -> None:
    log = written(violation())
    log["runs"][0]["results"][0]["level"] = "grave"
    assert list(schema.iter_errors(log))


def test_a_real_scan_fits_the_schema(
    repository: GitRepository, schema: Draft202012Validator, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["scan", "--repo", str(repository.path), "--format", "sarif"]) == 0
    log = json.loads(capsys.readouterr().out)
    assert len(log["runs"][0]["results"]) == 3
    assert [error.message for error in schema.iter_errors(log)] == []


def test_of_more_than_github_takes_the_gravest_are_kept_and_the_rest_is_told() -> None:
    many = [violation(line=n, severity=Severity.P2) for n in range(1, 25_001)]
    last = violation("z.py", severity=Severity.P0)
    (log,) = written(*many, last)["runs"]
    assert Counter(one["level"] for one in log["results"]) == {"warning": 24_999, "error": 1}
    (told,) = log["invocations"][0]["toolExecutionNotifications"]
    assert told["message"]["text"].startswith("1 violations are left out")
    assert len(gzip.compress(json.dumps(log).encode())) < 10 << 20
