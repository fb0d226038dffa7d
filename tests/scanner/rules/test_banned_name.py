from typing import Any

import pytest

from bot.domain.configuration import Rule
from bot.domain.scan import FileProblem, Scan
from bot.scanner.rules.banned_name import Parameters
from tests.support.trees import Files, Shelf, configured, scan_files


def _scan(files: Files, *names: str, allow: tuple[str, ...] = (), **changes: Any) -> Scan:
    parameters = Parameters(names=names or ("legacy",), allow=allow)
    return scan_files(Rule(id="r", kind="banned-name", parameters=parameters), files, **changes)


def _places(text: str | bytes, *names: str) -> list[tuple[int, int, str]]:
    scan = _scan({"pkg/a.py": text}, *names)
    return [(one.line, one.column, one.via) for one in scan.violations]


@pytest.mark.parametrize(
    ("text", "line", "column", "via"),
    [
        pytest.param("legacy()\n", 1, 1, "call", id="a call"),
        pytest.param("x.legacy\n", 1, 3, "attribute", id="an attribute"),
        pytest.param("x = [legacy]\n", 1, 6, "name", id="a reference"),
        pytest.param("@legacy\ndef f(): ...\n", 1, 2, "call", id="a decorator"),
        pytest.param("@a.legacy(1)\nclass C: ...\n", 1, 4, "call", id="a decorator with arguments"),
        pytest.param("class C(legacy): ...\n", 1, 9, "name", id="a base"),
        pytest.param(
            *("match x:\n    case C(a=1, b=legacy.B): ...\n", 2, 19, "name"),
            id="the class of a keyword pattern",
        ),
        pytest.param("def f(x: legacy): ...\n", 1, 10, "name", id="an annotation"),
        pytest.param("def f() -> legacy: ...\n", 1, 12, "name", id="a return annotation"),
        pytest.param("def f(x=legacy): ...\n", 1, 9, "name", id="a default"),
        pytest.param("async def f():\n    await legacy()\n", 2, 11, "call", id="async"),
        pytest.param("x = f'a {legacy} b'\n", 1, 10, "name", id="an f-string"),
        pytest.param("[legacy for x in y]\n", 1, 2, "name", id="a comprehension"),
        pytest.param("lambda: legacy\n", 1, 9, "name", id="a lambda"),
        pytest.param("match x:\n    case legacy(): ...\n", 2, 10, "name", id="a pattern"),
        pytest.param("del legacy\n", 1, 5, "name", id="a deletion"),
        pytest.param("legacy += 1\n", 1, 1, "name", id="an augmented assignment"),
        pytest.param("é.legacy\n", 1, 3, "attribute", id="after other letters"),
        pytest.param("\ufefflegacy()\n", 1, 1, "call", id="a byte order mark"),
        pytest.param("x = 1\r\nlegacy()\r\n", 2, 1, "call", id="CRLF"),
        pytest.param(b"# coding: latin-1\nx = '\xe9'; legacy()\n", 2, 10, "call", id="Latin-1"),
        pytest.param(b"x = '\xff'\nlegacy()\n", 2, 1, "call", id="bytes that are no text"),
        pytest.param("def f(:\nlegacy()\n", 2, 1, "call", id="after a syntax error"),
        pytest.param("x.\\\n  legacy\n", 2, 3, "attribute", id="a continued line"),
        pytest.param("from b import legacy as new\nnew()\n", 2, 1, "call", id="an alias"),
        pytest.param("import legacy as new\nnew.x\n", 2, 1, "name", id="a module's alias"),
        pytest.param("from b import legacy\nnew = legacy\n", 2, 7, "name", id="an assignment"),
        pytest.param("x = ｌegacy\n", 1, 5, "name", id="full width"),  # noqa: RUF001
        pytest.param("x.legacy = 1\n", 1, 3, "attribute", id="set on something else"),
    ],
)
def test_is_a_use_of_the_name(text: str | bytes, line: int, column: int, via: str) -> None:
    assert _places(text) == [(line, column, via)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("# legacy()\n", id="a comment"),
        pytest.param("'legacy()'\n", id="a string"),
        pytest.param("f'legacy {x}'\n", id="the text of an f-string"),
        pytest.param("import legacy\n", id="an import"),
        pytest.param("from b import legacy\n", id="an import of the name"),
        pytest.param("def legacy(): ...\n", id="its definition"),
        pytest.param("class legacy: ...\n", id="its class"),
        pytest.param("legacy = 1\n", id="its assignment"),
        pytest.param("def legacy():\n    return legacy\n", id="within its definition"),
        pytest.param("class A:\n    def f(self):\n        self.legacy = 1\n", id="its attribute"),
        pytest.param("f(legacy=1)\n", id="a keyword"),
        pytest.param("def f(legacy):\n    return legacy\n", id="a parameter"),
        pytest.param("def f():\n    legacy = 1\n    return legacy\n", id="a local variable"),
        pytest.param("[legacy for legacy in x]\n", id="a loop's variable"),
        pytest.param("legacy2()\nlegacy_()\n", id="other names"),
        pytest.param("def f(legacy):\n    def g():\n        return legacy\n", id="a closure"),
        pytest.param("def f():\n    global x\n    import legacy\n", id="an import in a function"),
    ],
)
def test_is_no_use_of_the_name(text: str) -> None:
    assert _places(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import a.b\na.b.c.d()\n", 1),
        ("from a.b import c\nc.d()\n", 1),
        ("from a.b.c import d\nd()\n", 1),
        ("from a.b.c import *\nd()\n", 1),
        ("from a.b import c as x\ny = x\ny.d\n", 1),
        ("try:\n    from a.b.c import d\nexcept ImportError:\n    d = None\nd()\n", 1),
        ("from a.x import c\nc.d()\n", 0),
        ("from a.b.c import e as d\nd()\n", 0),
        ("z.b.c.d()\n", 0),
        ("def f(c):\n    c.d()\n", 0),
    ],
)
def test_a_dotted_name_is_followed_through_imports(text: str, found: int) -> None:
    assert len(_places(text, "a.b.c.d")) == found


def test_allowed_files_and_other_files_are_left_alone() -> None:
    text = "legacy()\n"
    scan = _scan({"a.py": text, "compat/b.py": text, "c.txt": text}, allow=("compat/**",))
    assert [one.path for one in scan.violations] == ["a.py"]


def test_what_is_too_deep_to_read_is_degraded() -> None:
    scan = _scan({"a.py": "x = " + "(" * 5000 + "legacy" + ")" * 5000 + "\n"})
    assert scan.violations == ()
    assert [one.path for one in scan.degraded] == ["a.py"]


def test_a_file_with_a_syntax_error_is_degraded() -> None:
    scan = _scan({"a.py": "legacy()\nclass :\n"})
    assert len(scan.violations) == 1
    assert scan.degraded == (FileProblem("a.py", "syntax error at 2:7"),)


def test_files_that_cannot_hold_it_are_not_parsed_and_those_that_changed_are_read_alone() -> None:
    shelf = Shelf()
    configuration = configured(
        Rule(id="r", kind="banned-name", parameters=Parameters(names=("legacy",)))
    )
    files = {"a.py": "legacy()\n", "b.py": "class :\n"}
    scan = shelf.engine.scan(configuration, shelf.trees.add(files))
    assert scan.degraded == ()
    shelf.examinations.asked.clear()
    shelf.engine.scan(configuration, shelf.trees.add({**files, "c.py": "x = 1\n"}))
    assert [one.path for one in shelf.examinations.asked] == ["c.py"]
