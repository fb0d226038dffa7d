import json
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from bot.domain.configuration import Rule
from bot.domain.scan import FileProblem, Scan
from bot.ports.clock import Cancellation
from bot.ports.scanning import ToolError
from bot.scanner.rules.sarif import Parameters
from bot.scanner.sarif import LARGEST
from tests.support.trees import Files, Shelf, configured, scan_files

_PLACE = {"artifactLocation": {"uri": "shop/a.py"}, "region": {"startLine": 2}}


def _rule(file: str = "lint.sarif", **changes: Any) -> Rule:
    return Rule(id="r", kind="sarif", parameters=Parameters(file=file), **changes)


def _result(rule: str = "E1", **more: Any) -> dict[str, Any]:
    return {"ruleId": rule, "locations": [{"physicalLocation": _PLACE}], **more}


def _log(*results: dict[str, Any]) -> str:
    runs = [{"tool": {"driver": {"name": "lint"}}, "results": results}]
    return json.dumps({"version": "2.1.0", "runs": runs})


def _scan(files: Files, **changes: Any) -> Scan:
    return scan_files(_rule(**changes), files)


def test_a_violation_tells_all_that_is_known_of_it() -> None:
    (found,) = _scan({"lint.sarif": _log(_result(message={"text": "bad"}))}).violations
    assert (found.path, found.line, found.column) == ("shop/a.py", 2, 1)
    assert (found.symbol, found.message, found.via) == ("E1", "bad", "sarif")
    assert found.details == {"tool": "lint", "rule": "E1", "level": "warning"}


def test_the_fingerprint_stays_when_lines_move_and_changes_with_the_tools_own() -> None:
    moved = {**_PLACE, "region": {"startLine": 99}}
    logs = [
        _log(_result()),
        _log(_result(locations=[{"physicalLocation": moved}])),
        _log(_result(partialFingerprints={"a": "1"})),
        _log(_result(partialFingerprints={"a": "2"})),
        _log(_result(rule="E2")),
    ]
    found = [_scan({"lint.sarif": log}).violations[0].fingerprint for log in logs]
    assert found[0] == found[1]
    assert len(set(found)) == 4


def test_a_result_without_a_place_is_placed_at_its_rule() -> None:
    (found,) = _scan({"lint.sarif": _log({"ruleId": "E1"})}).violations
    assert (found.path, found.message) == (".github/canon.yml", "lint reports E1")


def test_the_rules_own_globs_choose_among_the_results() -> None:
    files = {"lint.sarif": _log(_result())}
    assert len(_scan(files, include=("shop/**", "lint.sarif")).violations) == 1
    assert _scan(files, exclude=("shop/**",)).violations == ()


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({}, "there is no such file"),
        ({"lint.sarif": "{"}, "it is no SARIF log: Input data was truncated"),
        ({"lint.sarif": " " * (LARGEST + 1)}, "it could not be read"),
        ({"other/lint.sarif": _log()}, "there is no such file"),
    ],
)
def test_a_log_that_cannot_be_relied_on_leaves_the_rule_unchecked(
    files: Files, reason: str
) -> None:
    scan = _scan(files)
    assert scan.violations == ()
    (counted,) = scan.migrations[0].rules
    assert (counted.count, counted.unchecked) == (0, f"lint.sarif: {reason}")


def test_a_log_that_is_too_large_is_listed_and_not_read() -> None:
    scan = _scan({"lint.sarif": " " * (LARGEST + 1)})
    assert scan.skipped == (FileProblem("lint.sarif", "larger than 32 MiB"),)


def test_a_log_larger_than_source_files_may_be_is_read() -> None:
    log = _log(*[_result(message={"text": "x" * 100})] * 10_000)
    assert len(log) > 1 << 20
    assert len(_scan({"lint.sarif": log}).violations) == 10_000


def test_after_a_change_elsewhere_the_log_is_not_read_again() -> None:
    shelf = Shelf()
    files = {"lint.sarif": _log(_result()), "shop/a.py": "x = 1\n"}
    configuration = configured(_rule())
    shelf.engine.scan(configuration, shelf.trees.add(files))
    shelf.examinations.asked.clear()
    scan = shelf.engine.scan(configuration, shelf.trees.add({**files, "shop/b.py": "y = 1\n"}))
    assert [one.path for one in shelf.examinations.asked] == ["shop/b.py"]
    assert [one.path for one in scan.violations] == ["shop/a.py"]


@dataclass
class _Tool:
    """A tool whose log is known beforehand, or that cannot be run."""

    log: str = ""
    error: str = ""
    runs: list[tuple[str, str]] = field(default_factory=list)

    def run(self, command: str, commit: str, cancellation: Cancellation) -> bytes:
        cancellation.check()
        self.runs.append((command, commit))
        if self.error:
            raise ToolError(self.error)
        return self.log.encode()


def _with_command(tool: _Tool | None, *versions: Files) -> list[Scan]:
    shelf = Shelf()
    engine = replace(shelf.engine, tools=tool)
    rule = Rule(id="r", kind="sarif", parameters=Parameters(command="lint {sarif}", rules=("E1",)))
    return [engine.scan(configured(rule), shelf.trees.add(files)) for files in versions]


def test_the_results_of_a_command_are_those_of_its_log() -> None:
    absolute = {"artifactLocation": {"uri": "file:///sandbox/tree/shop/b.py"}}
    tool = _Tool(_log(_result(locations=[{"physicalLocation": absolute}]), _result(rule="E2")))
    (scan,) = _with_command(tool, {"shop/b.py": ""})
    assert [(one.path, one.symbol) for one in scan.violations] == [("shop/b.py", "E1")]
    assert [command for command, _ in tool.runs] == ["lint {sarif}"]


def test_a_command_runs_once_for_a_tree() -> None:
    tool = _Tool(_log(_result()))
    first, second, third = _with_command(tool, {"a.py": ""}, {"a.py": ""}, {"a.py": "x = 1\n"})
    assert first.violations == second.violations == third.violations
    assert len(tool.runs) == 2


@pytest.mark.parametrize(
    ("tool", "reason"),
    [
        (None, "the command was not run: there is nothing here that runs commands"),
        (_Tool(error="no sandbox"), "the command was not run: no sandbox"),
        (_Tool(log="{"), "the log of the command: it is no SARIF log: Input data was truncated"),
    ],
)
def test_a_command_without_a_good_log_leaves_the_rule_unchecked(
    tool: _Tool | None, reason: str
) -> None:
    (scan,) = _with_command(tool, {"a.py": ""})
    (counted,) = scan.migrations[0].rules
    assert (counted.count, counted.unchecked) == (0, reason)


def test_a_command_that_was_not_run_is_run_the_next_time() -> None:
    tool = _Tool(error="no sandbox")
    _with_command(tool, {"a.py": ""}, {"a.py": ""})
    assert len(tool.runs) == 2


@pytest.mark.parametrize(
    "parameters",
    [{}, {"file": "a", "command": "lint {sarif}"}, {"command": "lint"}, {"file": "../a"}],
)
def test_what_is_no_source_of_results_is_refused(parameters: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Parameters).validate_python(parameters)
