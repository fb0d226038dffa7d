from typing import Any

import pytest

from bot.domain.configuration import Rule
from bot.domain.violation import Violation
from bot.scanner.rules.banned_import import Parameters
from tests.support.trees import Files, scan_files


def _violations(parameters: Parameters, files: Files, **changes: Any) -> tuple[Violation, ...]:
    rule = Rule(id="r", kind="banned-import", parameters=parameters)
    return scan_files(rule, files, **changes).violations


_LEGACY = Parameters(modules=("pkg.legacy",))


@pytest.mark.parametrize(
    ("path", "text", "symbol"),
    [
        ("a.py", "import pkg.legacy\n", "pkg.legacy"),
        ("a.py", "import pkg.legacy.deep as d\n", "pkg.legacy.deep"),
        ("a.py", "from pkg import legacy\n", "pkg.legacy"),
        ("a.py", "from pkg.legacy import Name\n", "pkg.legacy.Name"),
        ("a.py", "from pkg.legacy import *\n", "pkg.legacy.*"),
        ("pkg/a.py", "from . import legacy\n", "pkg.legacy"),
        ("pkg/__init__.py", "from .legacy import Name\n", "pkg.legacy.Name"),
        ("pkg/sub/a.py", "from ..legacy import Name\n", "pkg.legacy.Name"),
        ("pkg/sub/__init__.py", "from .. import legacy\n", "pkg.legacy"),
        ("pkg/legacy/a.py", "from . import b\n", "pkg.legacy.b"),
        ("pkg/legacy/__init__.py", "from .core import X\n", "pkg.legacy.core.X"),
        ("pkg/legacy/deep/a.py", "from ..b import X\n", "pkg.legacy.b.X"),
        ("src/pkg/a.py", "from . import legacy\n", "pkg.legacy"),
        ("a.pyi", "from pkg.legacy import Name\n", "pkg.legacy.Name"),
    ],
)
def test_is_an_import_of_something_banned(path: str, text: str, symbol: str) -> None:
    assert [one.symbol for one in _violations(_LEGACY, {path: text})] == [symbol]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", "import pkg\n"),
        ("a.py", "from pkg import legacy_free\n"),
        ("a.py", "from pkg import *\n"),
        ("a.py", "import legacy\n"),
        ("other/a.py", "from . import legacy\n"),
        ("pkg/sub/a.py", "from .legacy import Name\n"),
        ("a.py", "from .legacy import Name\n"),
        ("pkg/a.py", "from ...pkg import legacy\n"),
        ("pkg/legacy.py", "from . import other\n"),
        ("a.txt", "import pkg.legacy\n"),
    ],
)
def test_is_no_import_of_something_banned(path: str, text: str) -> None:
    assert _violations(_LEGACY, {path: text}) == ()


def test_a_relative_import_in_a_root_is_resolved_from_that_root() -> None:
    files = {"services/shop/src/pkg/a.py": "from .legacy import X\n"}
    assert _violations(_LEGACY, files) == ()
    (found,) = _violations(_LEGACY, files, roots=("services/*/src",))
    assert found.symbol == "pkg.legacy.X"


def test_a_violation_tells_all_that_is_known_of_it() -> None:
    parameters = Parameters(modules=("pkg.legacy",), replacement="pkg.new")
    text = "try:\n    from pkg.legacy import Name\nexcept ImportError:\n    pass\n"
    (found,) = _violations(parameters, {"a.py": text})
    assert (found.line, found.column, found.symbol) == (2, 28, "pkg.legacy.Name")
    assert (found.context, found.via, found.replacement) == ("try", "import", "pkg.new.Name")
    assert found.message == "import of pkg.legacy.Name; use pkg.new.Name"


def test_the_message_of_the_rule_comes_before_the_kinds_own() -> None:
    rule = Rule(id="r", kind="banned-import", parameters=_LEGACY, message="Use the new one")
    (found,) = scan_files(rule, {"a.py": "import pkg.legacy\n"}).violations
    assert found.message == "Use the new one"


@pytest.mark.parametrize(
    ("replacement", "text", "expected"),
    [
        (None, "import pkg.legacy\n", None),
        ("pkg.new", "import pkg.legacy\n", "pkg.new"),
        ("pkg.new", "from pkg.legacy import A\n", "pkg.new.A"),
        ("pkg.new", "from pkg.legacy import *\n", "pkg.new.*"),
        ({"pkg.legacy.A": "pkg.b.B"}, "from pkg.legacy import A\n", "pkg.b.B"),
        ({"pkg.legacy.A": "pkg.b.B"}, "from pkg.legacy import C\n", None),
        (
            {"pkg.legacy": "pkg.new", "pkg.legacy.A": "pkg.b.B"},
            "from pkg.legacy import C\n",
            "pkg.new.C",
        ),
        (
            {"pkg.legacy": "pkg.new", "pkg.legacy.A": "pkg.b.B"},
            "import pkg.legacy.A.x\n",
            "pkg.b.B.x",
        ),
    ],
)
def test_what_to_write_instead(
    replacement: str | dict[str, str] | None, text: str, expected: str | None
) -> None:
    parameters = Parameters(modules=("pkg.legacy",), replacement=replacement)
    (found,) = _violations(parameters, {"a.py": text})
    assert found.replacement == expected


def test_a_symbol_is_banned_alone() -> None:
    parameters = Parameters(symbols=("pkg.factory.create",), replacement="pkg.manager.create")
    text = "from pkg.factory import create, other\nimport pkg.factory.create.deeper\n"
    (found,) = _violations(parameters, {"a.py": text})
    assert (found.symbol, found.replacement) == ("pkg.factory.create", "pkg.manager.create")


def test_an_import_that_is_banned_twice_is_one_violation() -> None:
    parameters = Parameters(modules=("pkg.legacy", "pkg.legacy.deep"), symbols=("pkg.legacy.deep",))
    assert len(_violations(parameters, {"a.py": "import pkg.legacy.deep\n"})) == 1


def test_allowed_files_may_import_it() -> None:
    parameters = Parameters(modules=("pkg.legacy",), allow=("compat/**", "old_*.py"))
    text = "import pkg.legacy\n"
    files = {"compat/a.py": text, "x/old_a.py": text, "new.py": text}
    assert [one.path for one in _violations(parameters, files)] == ["new.py"]


def test_the_rules_own_globs_narrow_it() -> None:
    rule = Rule(
        id="r", kind="banned-import", parameters=_LEGACY, include=("app/**",), exclude=("app/x/**",)
    )
    text = "import pkg.legacy\n"
    scan = scan_files(rule, {"app/a.py": text, "app/x/a.py": text, "lib/a.py": text})
    assert [one.path for one in scan.violations] == ["app/a.py"]
    assert scan.considered == 3


_STRINGS = Parameters(modules=("pkg.legacy",), strings=True, replacement="pkg.new")


@pytest.mark.parametrize(
    ("text", "symbol", "column"),
    [
        ('importlib.import_module("pkg.legacy")\n', "pkg.legacy", 25),
        ('patch("pkg.legacy.Name")\n', "pkg.legacy.Name", 7),
        ('monkeypatch.setattr("pkg.legacy.Name", 1)\n', "pkg.legacy.Name", 21),
        ('patch(target="pkg.legacy")\n', "pkg.legacy", 14),
    ],
)
def test_strings_that_name_a_target_count_when_asked(text: str, symbol: str, column: int) -> None:
    (found,) = _violations(_STRINGS, {"a.py": text})
    assert (found.symbol, found.column, found.via) == (symbol, column, "string")
    assert found.replacement == symbol.replace("legacy", "new")
    assert _violations(_LEGACY, {"a.py": text}) == ()


def test_a_relative_target_is_resolved_and_keeps_its_spelling() -> None:
    (found,) = _violations(_STRINGS, {"a.py": 'import_module(".legacy", "pkg")\n'})
    assert (found.symbol, found.via) == (".legacy", "string")


@pytest.mark.parametrize(
    "text",
    [
        'print("pkg.legacy")\n',
        'patch.object("pkg.legacy", "x")\n',
        'patch("pkg.legacy2.Name")\n',
        '"""patch(pkg.legacy)"""\n',
        'import_module(".legacy")\n',
    ],
)
def test_other_strings_do_not_count(text: str) -> None:
    assert _violations(_STRINGS, {"a.py": text}) == ()


def test_imports_and_strings_come_in_source_order() -> None:
    text = 'patch("pkg.legacy.A")\nfrom pkg.legacy import A\n'
    assert [one.via for one in _violations(_STRINGS, {"a.py": text})] == ["string", "import"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("from pkg import ｌegacy\n", id="full width"),  # noqa: RUF001
        pytest.param("# coding: utf-7\n+AGk-mport pkg.+AGw-egacy\n", id="UTF-7"),
        pytest.param("from pkg \\\n  import \\\n  legacy\n", id="continued lines"),
        pytest.param("from pkg import (\n  # legacy\n  legacy\n)\n", id="parentheses"),
        pytest.param("x = 1; from pkg import legacy\n", id="a semicolon"),
        pytest.param("if x: from pkg import legacy\n", id="a suite on the line"),
        pytest.param("if x:\n\tfrom pkg import legacy\n", id="tabs"),
        pytest.param("import os, pkg . legacy\n", id="space around dots"),
        pytest.param("\ufeffimport pkg.legacy\n", id="a byte order mark"),
        pytest.param("import pkg.legacy\r\n", id="CRLF"),
        pytest.param("x = 1\rimport pkg.legacy\r", id="CR"),
        pytest.param("\fimport pkg.legacy\n", id="a form feed"),
        pytest.param("def f(:\n  import pkg.legacy\n", id="a syntax error"),
        pytest.param("x = '''\nimport pkg.legacy\n", id="a string without an end"),
        pytest.param(b"\xff = 1\nimport pkg.legacy\n", id="bytes that are no text"),
        pytest.param(b"import pkg.legacy\n\0\n", id="a null byte"),
    ],
)
def test_no_spelling_hides_an_import(text: str | bytes) -> None:
    (found,) = _violations(_LEGACY, {"a.py": text})
    assert found.symbol == "pkg.legacy"
