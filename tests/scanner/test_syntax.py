import ast
import sys
from pathlib import Path

import pytest
from hypothesis import assume, given, settings

from bot.scanner.facts import Definition, StringTarget
from bot.scanner.source import read
from bot.scanner.syntax import UnparsableError, parse
from tests.support.imports import imports_of
from tests.support.programs import modules


@settings(max_examples=100, deadline=None)
@given(modules())
def test_imports_are_those_of_a_plain_walk(text: bytes) -> None:
    try:
        expected = imports_of(text)
    except (SyntaxError, ValueError):
        assume(False)
        return
    imports, _ = parse(text)
    assert [(i.line, i.column, i.module, i.name, i.context) for i in imports] == expected


@pytest.mark.slow
def test_an_installed_package_is_walked_without_a_difference() -> None:
    folders = [Path(folder) / "pydantic" for folder in sys.path]
    files = [file for folder in folders if folder.is_dir() for file in folder.rglob("*.py")]
    assert files
    for file in files:
        text = read(file.read_bytes()).text
        imports, syntax = parse(text)
        assert [(i.line, i.column, i.module, i.name, i.context) for i in imports] == imports_of(
            text
        )
        nodes = [
            node
            for node in ast.walk(ast.parse(text.decode()))
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        ]
        assert sorted((d.line, d.name) for d in syntax.definitions) == sorted(
            (node.lineno, node.name) for node in nodes
        )


def _definitions(text: str) -> list[Definition]:
    return list(parse(text.encode())[1].definitions)


def test_a_definition_knows_what_is_around_it() -> None:
    text = "class A:\n    def m(self):\n        class B: ...\n    async def n(self): ...\n"
    assert _definitions(text) == [
        Definition(1, 1, "A", True, "", False, "module"),
        Definition(2, 5, "m", False, "A", True, "class"),
        Definition(3, 9, "B", True, "A.m", False, "function"),
        Definition(4, 5, "n", False, "A", True, "class"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "if x:\n    def f(): ...\n",
        "if x:\n    pass\nelse:\n    def f(): ...\n",
        "try:\n    pass\nexcept E:\n    def f(): ...\n",
        "try:\n    pass\nfinally:\n    def f(): ...\n",
        "try:\n    pass\nexcept* E:\n    def f(): ...\n",
        "for x in y:\n    def f(): ...\n",
        "while x:\n    pass\nelse:\n    def f(): ...\n",
        "with x:\n    def f(): ...\n",
        "match x:\n    case 1:\n        def f(): ...\n",
        "@d\ndef f(): ...\n",
    ],
)
def test_a_definition_is_found_in_every_kind_of_block(text: str) -> None:
    assert [one.name for one in _definitions(text)] == ["f"]


def _targets(text: str) -> list[StringTarget]:
    return list(parse(text.encode())[1].targets)


@pytest.mark.parametrize(
    "call",
    [
        'importlib.import_module("a.b")',
        'import_module("a.b")',
        '__import__("a.b")',
        'patch("a.b")',
        'patch.dict("a.b", {})',
        'patch.multiple("a.b", c=1)',
        'mock.patch("a.b")',
        'mock.patch.dict("a.b")',
        'mocker.patch("a.b")',
        'mocker.patch.multiple("a.b")',
        'unittest.mock.patch("a.b")',
        'patch(target="a.b")',
        'monkeypatch.setattr("a.b", 1)',
        'monkeypatch.delattr("a.b")',
        'patch("a" ".b")',
        'patch(new=1, target="a.b")',
    ],
)
def test_a_string_target_of(call: str) -> None:
    (target,) = _targets(f"x = 1\n{call}\n")
    assert (target.line, target.text, target.context) == (2, "a.b", "module")


@pytest.mark.parametrize(
    "call",
    [
        'patch.object("a.b", "c")',
        'client.patch("a.b")',
        'setattr("a.b", "c", 1)',
        'patch(f"a.{b}")',
        'patch(b"a.b")',
        'patch(name, "a.b")',
        'print("a.b")',
        "\"patch('a.b')\"",
    ],
)
def test_no_string_target_in(call: str) -> None:
    assert _targets(f"{call}\n") == []


@pytest.mark.parametrize(
    "text",
    [
        'import importlib as il\nil.import_module("a.b")\n',
        'from importlib import import_module as load\nload("a.b")\n',
        'from unittest import mock as m\nm.patch("a.b")\n',
        'from unittest.mock import patch as p\np.dict("a.b")\n',
        'import unittest.mock\nunittest.mock.patch("a.b")\n',
    ],
)
def test_an_alias_hides_no_target(text: str) -> None:
    assert [one.text for one in _targets(text)] == ["a.b"]


@pytest.mark.parametrize(
    ("text", "line", "column", "context"),
    [
        ('@patch("a.b")\ndef f(): ...\n', 1, 8, "module"),
        ('def f():\n    with patch("a.b"): pass\n', 2, 16, "function"),
        ('class C:\n    x = [patch(\n        "a.b")]\n', 3, 9, "class"),
        ('é = patch("a.b")\n', 1, 11, "module"),
        ('def f(x=patch("a.b")): ...\n', 1, 15, "module"),
        ("f\"{patch('a.b')}\"\n", 1, None, "module"),
    ],
)
def test_the_place_of_a_target(text: str, line: int, column: int | None, context: str) -> None:
    (target,) = _targets(text)
    assert (target.line, target.context) == (line, context)
    assert column in {None, target.column}


def test_a_constant_that_is_no_text_can_still_be_written() -> None:
    (target,) = _targets('patch("a.\\ud800")\n')
    assert target.text == "a.?"


def test_the_package_of_a_relative_target_is_kept() -> None:
    (target,) = _targets('import_module(".legacy", package="shop")\n')
    assert (target.text, target.package) == (".legacy", "shop")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("def f(:\n", "syntax error at 1:7"),
        ("x = 1\nprint 'x'\n", "syntax error at 2:1"),
        ("(" * 1000, "syntax error at 1:201"),
        ("x = " + "-" * 50_000 + "1\n", "nested too deeply for the parser"),
    ],
)
def test_what_the_parser_refuses_says_why(text: str, reason: str) -> None:
    with pytest.raises(UnparsableError, match=f"^{reason}$"):
        parse(text.encode())
