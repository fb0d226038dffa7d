import json
from typing import Any

import pytest

from bot.scanner import sarif
from bot.scanner.sarif import Log, Result, read

_DRIVER = {"name": "lint", "rules": [{"id": "E1"}, {"id": "E2"}]}


def _log(*results: dict[str, Any], **run: Any) -> bytes:
    runs = [{"tool": {"driver": _DRIVER}, "results": results, **run}]
    return json.dumps({"version": "2.1.0", "runs": runs}).encode()


def _at(uri: str, line: int = 1, **artifact: Any) -> dict[str, Any]:
    location = {"artifactLocation": {"uri": uri, **artifact}, "region": {"startLine": line}}
    return {"locations": [{"physicalLocation": location}]}


def _results(content: bytes, *rules: str, root: str = "") -> tuple[Result, ...]:
    log = read(content, rules, root)
    assert log.fault == ""
    return log.results


def _fault(content: bytes) -> str:
    log = read(content, ())
    assert log.results == ()
    return log.fault


def test_a_result_is_read_with_all_that_there_is() -> None:
    place = {
        "physicalLocation": {
            "artifactLocation": {"uri": "shop/a.py"},
            "region": {"startLine": 3, "startColumn": 5, "endLine": 9},
        },
        "logicalLocations": [{"fullyQualifiedName": "shop.a.f", "kind": "function"}],
    }
    found = {"ruleId": "E1", "level": "error", "message": {"text": "is  bad"}, "locations": [place]}
    assert _results(_log(found)) == (
        Result("shop/a.py", 3, 5, "E1", "shop.a.f", "is bad", "error", "lint"),
    )


def test_a_result_needs_neither_place_nor_text() -> None:
    (found,) = _results(_log({"ruleId": "E1"}))
    assert found == Result("", 1, 1, "E1", "", "", "warning", "lint")


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("shop/a.py", "shop/a.py"),
        ("./shop/./a.py", "shop/a.py"),
        ("shop/x/../a.py", "shop/a.py"),
        ("shop/a%20b.py", "shop/a b.py"),
        ("shop/%C3%A9.py", "shop/é.py"),
        ("shop/a%23b.py", "shop/a#b.py"),
        ("shop/a%2525.py", "shop/a%25.py"),
        ("shop/a.py#L1", "shop/a.py"),
        ("../a.py", ""),
        ("shop/%2e%2e/%2e%2e/a.py", ""),
        ("a%00b.py", ""),
        ("a%0Ab.py", ""),
        ("", ""),
        (".", ""),
        ("/etc/passwd", ""),
        ("file:///etc/passwd", ""),
        ("https://shop.example/a.py", ""),
        ("C:/shop/a.py", ""),
        ("//[", ""),
    ],
)
def test_a_uri_without_a_base_starts_from_the_root_of_the_repository(uri: str, path: str) -> None:
    (found,) = _results(_log({"ruleId": "E1", **_at(uri)}))
    assert found.path == path


@pytest.mark.parametrize(
    ("bases", "uri", "base", "path"),
    [
        ({"SRCROOT": {"uri": "file:///work/shop/"}}, "a.py", "SRCROOT", "a.py"),
        ({"%SRCROOT%": {"uri": "file:///work/shop"}}, "file:///work/shop/b/a.py", None, "b/a.py"),
        ({"SRCROOT": {"uri": "file:///work/my%20shop/"}}, "a.py", "SRCROOT", "a.py"),
        ({"SRCROOT": {}, "S": {"uri": "src/", "uriBaseId": "SRCROOT"}}, "a.py", "S", "src/a.py"),
        (
            {
                "SRCROOT": {"uri": "file:///work/"},
                "S": {"uri": "src/", "uriBaseId": "SRCROOT"},
                "T": {"uri": "x%20y", "uriBaseId": "S"},
            },
            "a.py",
            "T",
            "src/x y/a.py",
        ),
        ({"SRCROOT": {"uri": "file:///work/"}}, "file:///other/a.py", None, ""),
        ({"SRCROOT": {"uri": "file:///work/"}}, "../a.py", "SRCROOT", ""),
        ({"ELSEWHERE": {"uri": "file:///work/"}}, "a.py", "ELSEWHERE", "a.py"),
        ({}, "a.py", "UNKNOWN", "a.py"),
        ({"A": {"uri": "b/", "uriBaseId": "A"}}, "../" * 20 + "a.py", "A", ""),
    ],
)
def test_a_uri_is_resolved_against_its_bases(
    bases: dict[str, Any], uri: str, base: str | None, path: str
) -> None:
    artifact = {} if base is None else {"uriBaseId": base}
    content = _log({"ruleId": "E1", **_at(uri, **artifact)}, originalUriBaseIds=bases)
    (found,) = _results(content)
    assert found.path == path


def test_the_root_may_be_known_from_outside() -> None:
    content = _log({"ruleId": "E1", **_at("file:///sandbox/tree/shop/a.py")})
    (found,) = _results(content, root="file:///sandbox/tree")
    assert found.path == "shop/a.py"


def test_the_root_may_be_known_from_version_control() -> None:
    provenance = [{"repositoryUri": "https://x.example", "mappedTo": {"uri": "file:///w/shop/"}}]
    content = _log(
        {"ruleId": "E1", **_at("file:///w/shop/a.py")}, versionControlProvenance=provenance
    )
    assert [one.path for one in _results(content)] == ["a.py"]


def test_an_artifact_may_be_given_by_its_index() -> None:
    place = {"physicalLocation": {"artifactLocation": {"index": 1}}}
    artifacts = [{"location": {"uri": "a.py"}}, {"location": {"uri": "b.py"}}]
    content = _log({"ruleId": "E1", "locations": [place]}, artifacts=artifacts)
    assert [one.path for one in _results(content)] == ["b.py"]


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"ruleId": "E9"}, "E9"),
        ({"ruleIndex": 1}, "E2"),
        ({"rule": {"index": 0}}, "E1"),
        ({"rule": {"id": "E7"}}, "E7"),
        ({"rule": {"index": 0, "toolComponent": {"index": 0}}}, "X1"),
        ({"rule": {"index": 0, "toolComponent": {"index": 5}}}, ""),
        ({"ruleIndex": 99}, ""),
        ({}, ""),
    ],
)
def test_a_rule_is_known_however_it_is_given(given: dict[str, Any], rule: str) -> None:
    tool = {"driver": _DRIVER, "extensions": [{"name": "more", "rules": [{"id": "X1"}]}]}
    (found,) = _results(_log(given, tool=tool))
    assert found.rule == rule


def test_only_rules_that_are_named_count_with_their_parts() -> None:
    ids = ["E1", "E1/a", "E10", "E2", "F/E1"]
    found = _results(_log(*({"ruleId": one} for one in ids)), "E1", "E2")
    assert [one.rule for one in found] == ["E1", "E1/a", "E2"]


@pytest.mark.parametrize(
    ("more", "counts"),
    [
        ({}, True),
        ({"kind": "fail", "level": "note"}, True),
        *(({"kind": kind}, False) for kind in ("pass", "open", "review", "informational")),
        ({"suppressions": []}, True),
        ({"suppressions": [{"kind": "inSource"}]}, False),
        ({"suppressions": [{"kind": "external", "status": "accepted"}]}, False),
        ({"suppressions": [{"kind": "external", "status": "underReview"}]}, True),
        ({"suppressions": [{"kind": "external", "status": "rejected"}]}, True),
        ({"suppressions": [{"status": "rejected"}, {"kind": "inSource"}]}, False),
        ({"baselineState": "new"}, True),
        ({"baselineState": "unchanged"}, True),
        ({"baselineState": "absent"}, False),
    ],
)
def test_which_results_count(more: dict[str, Any], counts: bool) -> None:
    assert len(_results(_log({"ruleId": "E1", **more}))) == counts


@pytest.mark.parametrize(
    ("more", "identity"),
    [
        ({"partialFingerprints": {"b/v1": "2", "a/v1": "1"}}, "1"),
        ({"partialFingerprints": {"a": "1"}, "fingerprints": {"z": "9"}}, "9"),
        ({"partialFingerprints": {"a": "1"}, "locations": [{"logicalLocations": []}]}, "1"),
        ({"locations": [{"logicalLocations": [{"name": "f"}]}], "fingerprints": {"z": "9"}}, "f"),
    ],
)
def test_what_results_are_told_apart_by(more: dict[str, Any], identity: str) -> None:
    (found,) = _results(_log({"ruleId": "E1", **more}))
    assert found.identity == identity


def test_a_message_may_be_the_rules_own_with_arguments() -> None:
    rules = [{"id": "E1", "messageStrings": {"default": {"text": "{0} calls {1}, not {7}"}}}]
    found = {"ruleIndex": 0, "message": {"id": "default", "arguments": ["f", "g"]}}
    (one,) = _results(_log(found, tool={"driver": {"name": "lint", "rules": rules}}))
    assert one.message == "f calls g, not {7}"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "it is no SARIF log: Input data was truncated"),
        (b"{", "it is no SARIF log: Input data was truncated"),
        (b"[]", "it is no SARIF log: Expected `object`, got `array`"),
        (b'{"version": "2.1.0"}', "it has no runs: its tool could not find out about any"),
        (b'{"version": "2.1.0", "runs": null}', "it has no runs: its tool could not find out"),
        (b'{"version": "1.0.0", "runs": []}', "it is of SARIF version 1.0.0; only 2.1.0 is read"),
        (_log().replace(b'"results": []', b'"results": null'), "lint did not look for results"),
        (
            _log(invocations=[{"executionSuccessful": False}]),
            "lint says that it did not run successfully",
        ),
        (_log({"locations": 1}), "it is no SARIF log: Expected `array | null`, got `int`"),
        (b"\xff\xfe{}", "it is no SARIF log: JSON is malformed"),
        (b"version https://git-lfs.github.com/spec/v1\n", "it is a Git LFS pointer"),
        (b"[" * 100_000, "it is no SARIF log"),
        (b'{"x":' * 100_000, "it is no SARIF log"),
        (b'{"version": "2.1.0", "runs": [], "x": "\0"}', "it is no SARIF log"),
        (b"1:" * 2_000_001, "it holds more than 2,000,000 values"),
        (b" " * (sarif.LARGEST + 1), "it is larger than 32 MiB"),
    ],
)
def test_what_cannot_be_relied_on_is_no_result(content: bytes, fault: str) -> None:
    assert _fault(content).startswith(fault)


def test_a_log_without_results_is_a_good_one() -> None:
    assert read(_log(), ()) == Log()
    assert read(b'\xef\xbb\xbf{"version": "2.1.0", "runs": []}', ()) == Log()


def test_more_results_than_anybody_reads_are_a_fault() -> None:
    content = _log(*[{"ruleIndex": 0}] * (sarif.MOST_RESULTS + 1))
    assert _fault(content) == "it has more than 50,000 results"
