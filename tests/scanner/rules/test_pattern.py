from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from bot.domain.configuration import Rule
from bot.domain.scan import FileProblem, Scan
from bot.scanner.patterns import LANGUAGES, MOST_MATCHES, words
from bot.scanner.rules.pattern import Parameters
from tests.support.trees import Files, scan_files


def _scan(language: str, rule: Mapping[str, Any], files: Files, **changes: Any) -> Scan:
    parameters = Parameters(language=language, rule=rule)
    return scan_files(Rule(id="r", kind="pattern", parameters=parameters), files, **changes)


def _places(scan: Scan) -> list[tuple[str, int, int, str]]:
    return [(one.path, one.line, one.column, one.symbol) for one in scan.violations]


_CALL = {"pattern": "legacy($$$)"}


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        pytest.param("x = 'é', legacy(1)\n", 1, 10, id="after other letters"),
        pytest.param("\ufefflegacy(1)\n", 1, 1, id="after a byte order mark"),
        pytest.param("x = 1\r\nlegacy(1)\r\n", 2, 1, id="CRLF"),
        pytest.param(b"x = '\xff'\nlegacy(1)\n", 2, 1, id="bytes that are no text"),
        pytest.param(b"# coding: latin-1\nx = '\xe9'; legacy(1)\n", 2, 10, id="Latin-1"),
        pytest.param("async def f():\n    await legacy(1)\n", 2, 11, id="async"),
        pytest.param("x = f'{legacy(1)}'\n", 1, 8, id="in an f-string"),
        pytest.param("@legacy(1)\ndef f(): ...\n", 1, 2, id="a decorator"),
        pytest.param("def f(:\nlegacy(1)\n", 2, 1, id="after a syntax error"),
    ],
)
def test_code_is_found_whatever_is_around_it(text: str | bytes, line: int, column: int) -> None:
    assert _places(_scan("python", _CALL, {"a.py": text})) == [("a.py", line, column, "legacy(1)")]


@pytest.mark.parametrize("text", ["# legacy(1)\n", "'legacy(1)'\n", "legacy2(1)\n", "legacy = 1\n"])
def test_what_only_looks_like_it_is_not_found(text: str) -> None:
    assert _scan("python", _CALL, {"a.py": text}).violations == ()


def test_only_files_of_the_language_are_looked_at() -> None:
    text = "legacy(1);\n"
    files = {"a.js": text, "b.mjs": text, "c.ts": text, "d.txt": text, "js": text}
    scan = _scan("javascript", _CALL, files)
    assert [one.path for one in scan.violations] == ["a.js", "b.mjs"]
    assert scan.considered == 2


def test_a_file_with_a_syntax_error_is_degraded_and_searched() -> None:
    scan = _scan("python", _CALL, {"a.py": "legacy(1)\nclass :\n"})
    assert len(scan.violations) == 1
    assert scan.degraded == (FileProblem("a.py", "syntax error at 2:1 (as python)"),)


def test_a_binary_file_has_no_code() -> None:
    assert _scan("python", _CALL, {"a.py": b"legacy(1)\n\0\xff\n"}).violations == ()


def test_a_text_in_utf_16_is_read() -> None:
    files = {"a.js": "legacy(1);\n".encode("utf-16")}
    assert _places(_scan("javascript", _CALL, files)) == [("a.js", 1, 1, "legacy(1)")]


def test_more_matches_than_anybody_reads_are_left_out() -> None:
    scan = _scan("python", _CALL, {"a.py": "legacy(1)\n" * (MOST_MATCHES + 1)})
    assert len(scan.violations) == MOST_MATCHES
    assert scan.degraded == (FileProblem("a.py", "has more than 10000 matches of one pattern"),)


def test_deep_nesting_is_no_trouble() -> None:
    text = "legacy(" * 5000 + ")" * 5000
    assert len(_scan("python", {"pattern": "legacy()"}, {"a.py": text}).violations) == 1


def test_every_language_is_known_to_ast_grep() -> None:
    for language in LANGUAGES:
        Parameters(language=language, rule={"regex": "x"})
        assert _scan(language, {"regex": "^nothing$"}, {"a": "x"}).violations == ()


def _refusal(parameters: Mapping[str, Any]) -> str:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Parameters).validate_python(parameters)
    (error,) = caught.value.errors()
    return str(error["msg"])


def _nested(levels: int) -> dict[str, Any]:
    rule: dict[str, Any] = {"kind": "call"}
    for _ in range(levels):
        rule = {"not": rule}
    return rule


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ({}, "Rule must have one positive matcher"),
        ({"patern": "x"}, "unknown field `patern`"),
        ({"kind": "nonsense"}, "Kind `nonsense` is invalid"),
        ({"pattern": ""}, "No AST root is detected"),
        ({"pattern": "a; b"}, "Multiple AST nodes are detected"),
        ({"regex": "("}, "unclosed group"),
        ({"regex": "(x{100}){100}{100}"}, "exceeds size limit"),
        ({"matches": "x"}, "Rule `x` is not defined"),
        ({"nthChild": "x"}, "Illegal character x"),
        (_nested(100), "up to 32 levels deep"),
        (_nested(4000), "up to 32 levels deep"),
        ({"pattern": "x" * 10_000}, "up to 10000 characters"),
    ],
)
def test_what_is_no_rule_is_refused_with_the_reason(rule: dict[str, Any], reason: str) -> None:
    assert reason in _refusal({"language": "python", "rule": rule})


def test_an_unknown_language_is_refused_with_the_known_ones() -> None:
    assert "expected one of bash, c, cpp" in _refusal({"language": "perl", "rule": {"kind": "x"}})


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"pattern": "legacy($A, $$$B)"}, {"legacy"}),
        ({"pattern": "$OBJ.create_legacy(key=$V)"}, {"create_legacy", "key"}),
        ({"pattern": "'legacy'"}, set()),
        ({"pattern": "$A == $B"}, set()),
        ({"pattern": {"context": "class legacy: $F", "selector": "block"}}, set()),
        ({"not": {"pattern": "legacy()"}, "kind": "call"}, set()),
        ({"kind": "call", "has": {"pattern": "legacy", "stopBy": "end"}}, {"legacy"}),
        ({"any": [{"pattern": "first()"}, {"pattern": "other()"}]}, {"first", "other"}),
        ({"any": [{"pattern": "first()"}, {"kind": "call"}]}, set()),
        ({"all": [{"kind": "call"}, {"regex": "^legacy_"}]}, {"legacy_"}),
        ({"regex": "(?i)legacy"}, set()),
        ({"regex": "legacy|other"}, set()),
    ],
)
def test_only_texts_with_certain_words_are_parsed(rule: dict[str, Any], expected: set[str]) -> None:
    assert {word.decode() for word in words("python", rule)} <= expected
    assert bool(words("python", rule)) == bool(expected)
