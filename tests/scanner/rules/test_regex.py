from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from bot.domain.configuration import Limits, Rule
from bot.domain.scan import FileProblem, Scan
from bot.scanner.expressions import MOST_MATCHES, required
from bot.scanner.rules.regex import Parameters
from tests.support.trees import Files, scan_files


def _scan(files: Files, pattern: str = "legacy", group: int | str = 0, **changes: Any) -> Scan:
    rule = Rule(id="r", kind="regex", parameters=Parameters(pattern=pattern, group=group))
    return scan_files(rule, files, **changes)


def _places(text: str | bytes, pattern: str = "legacy", group: int | str = 0) -> list[Any]:
    scan = _scan({"a.txt": text}, pattern, group)
    return [(one.line, one.column, one.symbol) for one in scan.violations]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("legacy legacy\n", [(1, 1, "legacy"), (1, 8, "legacy")]),
        ("é legacy\n", [(1, 3, "legacy")]),
        ("\ufefflegacy\n", [(1, 1, "legacy")]),
        ("\r\nlegacy\r\n", [(2, 1, "legacy")]),
        (b"\xff\nlegacy", [(2, 1, "legacy")]),
        ("legacy".encode("utf-16"), [(1, 1, "legacy")]),
        (b"\0legacy", []),
        (b"x" * 9000 + b"\0legacy", [(1, 9002, "legacy")]),
        ("", []),
    ],
)
def test_texts_are_read_as_people_see_them(text: str | bytes, found: list[Any]) -> None:
    assert _places(text) == found


@pytest.mark.parametrize(
    ("pattern", "text", "symbols"),
    [
        ("^legacy$", "legacy\nlegacy x\nlegacy", ["legacy", "legacy"]),
        ("^legacy$", "legacy\r\n", ["legacy"]),
        ("(?i)LEGACY", "Legacy", ["Legacy"]),
        ("(?s)a.b", "a\nb", ["a b"]),
        ("a.b", "a\nb", []),
        ("x*", "abc", []),
        ("é+", "éé", ["éé"]),
        (r"\bword\b", "a word, words", ["word"]),
        ("a|b", "ab", ["a", "b"]),
        ("aa", "aaaa", ["aa", "aa"]),
    ],
)
def test_what_an_expression_matches(pattern: str, text: str, symbols: list[str]) -> None:
    assert [symbol for _, _, symbol in _places(text, pattern)] == symbols


def test_a_group_is_the_place_and_the_symbol_where_it_takes_part() -> None:
    assert _places("a=1 b=\n", r"(\w)=(\d)?", 2) == [(1, 3, "1")]
    assert _places("a=1\n", r"(?P<key>\w)=", "key") == [(1, 1, "a")]


def _refusal(**parameters: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Parameters).validate_python(parameters)
    return str(caught.value)


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"pattern": "("}, "not a regular expression of RE2: missing )"),
        ({"pattern": "(?=x)"}, "not a regular expression of RE2"),
        ({"pattern": r"(a)\1"}, "not a regular expression of RE2"),
        ({"pattern": "(x{100}){100}"}, "not a regular expression of RE2"),
        ({"pattern": ""}, "expected an expression of up to 1000 characters"),
        ({"pattern": "x" * 1001}, "expected an expression of up to 1000 characters"),
        ({"pattern": "x", "group": 1}, "the pattern has no group 1"),
        ({"pattern": "x", "group": "a"}, "the pattern has no group a"),
        ({"pattern": "x", "group": -1}, "expected the number or the name of a group"),
    ],
)
def test_what_is_no_expression_is_refused_with_the_reason(
    parameters: dict[str, Any], reason: str
) -> None:
    assert reason in _refusal(**parameters)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(a+)+$", "a" * 200_000 + "b"),
        ("(a|aa)+$", "a" * 200_000 + "b"),
        ("(.*)(.*)(.*)(.*)x", "a" * 200_000),
        ("(x+x+)+y", "x" * 200_000),
    ],
)
def test_an_expression_that_is_meant_to_explode_does_not(pattern: str, text: str) -> None:
    assert _places(text, pattern) == []


def test_a_line_as_long_as_a_file_may_be_is_read_in_linear_time() -> None:
    text = "x" * (8 << 20)
    scan = _scan({"a.txt": f"{text}legacy"}, limits=Limits(file_size=9 << 20))
    assert [one.column for one in scan.violations] == [(8 << 20) + 1]


def test_a_file_that_is_too_large_is_listed() -> None:
    scan = _scan({"a.txt": "x" * (1 << 20) + "legacy"})
    assert (scan.violations, scan.skipped) == ((), (FileProblem("a.txt", "larger than 1 MiB"),))


def test_more_matches_than_anybody_reads_are_left_out() -> None:
    scan = _scan({"a.txt": "legacy\n" * (MOST_MATCHES + 1)})
    assert len(scan.violations) == MOST_MATCHES
    assert scan.degraded == (FileProblem("a.txt", "has more than 10000 matches of one expression"),)


def test_a_pointer_of_git_lfs_is_not_the_file() -> None:
    scan = _scan({"a.py": "version https://git-lfs.github.com/spec/v1\noid legacy\n"})
    assert [one.reason for one in scan.skipped] == ["Git LFS pointer"]


@pytest.mark.parametrize(
    ("pattern", "literal"),
    [
        ("legacy", b"legacy"),
        (r"legacy\.shop", b"legacy.shop"),
        ("legacys?", b"legacy"),
        ("legacy{0,2}", b"legac"),
        ("x*legacy+", b"legacy"),
        ("a|legacy", b""),
        ("(legacy)?x", b"x"),
        ("(?i)legacy", b""),
        ("[legacy]x", b"x"),
        (r"\w+", b""),
        (r"\x41", b""),
    ],
)
def test_texts_without_what_an_expression_needs_are_left_alone(
    pattern: str, literal: bytes
) -> None:
    assert required(pattern) == literal
