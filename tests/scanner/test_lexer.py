import ast
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings

from bot.scanner.facts import UNKNOWN
from bot.scanner.lexer import lex
from bot.scanner.source import read
from tests.support.imports import imports_of
from tests.support.programs import modules


def _found(text: str | bytes) -> list[tuple[int, int, str, str | None]]:
    lexed = lex(text if isinstance(text, bytes) else text.encode())
    return [(one.line, one.column, one.module, one.name) for one in lexed.imports]


def _held_against_ast(text: bytes) -> None:
    expected = imports_of(text)
    lexed = lex(text)
    if lexed.exact:
        assert _found(text) == [one[:4] for one in expected]
        for found, (*_, context) in zip(lexed.imports, expected, strict=True):
            assert found.context in {UNKNOWN, context}


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(modules())
@example(b"x = 'a\\\nimport legacy\\\nb'\nimport new\n")
@example(b'x = """a\\"""\nimport legacy\n"""\nimport new\n')
@example(b"# \\\nimport legacy\n")
@example(b"x = ''''''\nimport legacy\n")
@example(b"from a import (b, # import (stuff]; weird\n c)\n")
def test_an_answer_that_is_called_exact_is_that_of_the_parser(text: bytes) -> None:
    try:
        ast.parse(text.decode())
    except (SyntaxError, ValueError):
        assume(False)
    _held_against_ast(text)


@settings(max_examples=100, deadline=None)
@given(modules())
def test_no_text_makes_the_lexer_fail(text: bytes) -> None:
    lex(text)
    lex(text[: len(text) // 2])


@pytest.mark.slow
@pytest.mark.parametrize("package", ["sqlalchemy", "pip", "hypothesis", "ruamel", "setuptools"])
def test_installed_packages_are_read_as_the_parser_reads_them(package: str) -> None:
    folders = [Path(folder) / package for folder in sys.path if (Path(folder) / package).is_dir()]
    files = [file for folder in folders for file in folder.rglob("*.py")]
    assert files
    inexact = 0
    for file in files:
        source = read(file.read_bytes())
        if source.problem is None:
            _held_against_ast(source.text)
            inexact += not lex(source.text).exact
    assert inexact * 50 <= len(files), "what is not exact costs a parse"


_PLACED = {
    "a module": ("import a\n", [(1, 8, "a", None)]),
    "an alias": ("import a.b as c, d\n", [(1, 8, "a.b", None), (1, 18, "d", None)]),
    "a last line": ("from a import b", [(1, 15, "a", "b")]),
    "parentheses": (
        "from a import (\n  b,\n  c as d,\n)\n",
        [(2, 3, "a", "b"), (3, 3, "a", "c")],
    ),
    "comments in parentheses": (
        "from a import (b, # import z)\n c)\n",
        [(1, 16, "a", "b"), (2, 2, "a", "c")],
    ),
    "a relative import": ("from . import a\n", [(1, 15, ".", "a")]),
    "space around dots": ("from .. a . b import c\n", [(1, 22, "..a.b", "c")]),
    "no space at all": ("from.a import(b)\n", [(1, 15, ".a", "b")]),
    "a star": ("from a import*\n", [(1, 14, "a", "*")]),
    "a continued line": ("from a \\\n  import b\n", [(2, 10, "a", "b")]),
    "continued names": ("import a, \\\n  b\n", [(1, 8, "a", None), (2, 3, "b", None)]),
    "CRLF": ("import a\r\nfrom b import c\r\n", [(1, 8, "a", None), (2, 15, "b", "c")]),
    "a form feed": ("\fimport a\n", [(1, 9, "a", None)]),
    "names in NFKC": ("é = 1\nfrom größe import ﬁx\n", [(2, 19, "größe", "fix")]),
}


@pytest.mark.parametrize(("text", "expected"), _PLACED.values(), ids=_PLACED)
def test_place_and_name_of(text: str, expected: list[tuple[int, int, str, str | None]]) -> None:
    assert lex(text.encode()).exact
    assert _found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('"""\nimport a\n"""\n', id="docstring"),
        pytest.param("'''\nfrom a import b\n'''\n", id="docstring of apostrophes"),
        pytest.param('x = """\nimport a\n""" + """\nimport b\n"""\n', id="two on a line"),
        pytest.param("# import a\n", id="comment"),
        pytest.param('x = "import a"\n', id="string"),
        pytest.param('x = 1  # """\ny = 2\n# """\n', id="quotes in comments"),
        pytest.param("x = \"'''\"\nimport_a = 1\n", id="quotes in strings"),
        pytest.param("important = importlib\n__import__('a')\n", id="parts of names"),
        pytest.param('x = "\\\nimport a\\\n"\n', id="continued string"),
        pytest.param('f"""\n{x!r}\nimport a\n"""\n', id="f-string"),
        pytest.param('f"""{x["a"]}{{ {y:{z}}\nimport a\n"""\n', id="f-string with fields"),
        pytest.param('r"""\\"""\nimport a"""\n', id="raw string with an escaped quote"),
    ],
)
def test_no_import_is_seen_in(text: str) -> None:
    assert imports_of(text.encode()) == []
    assert lex(text.encode()).exact
    assert _found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a = 1; import b\n", id="after a semicolon"),
        pytest.param("import a; import b\n", id="before one"),
        pytest.param("if a: import b\n", id="suite on the line"),
        pytest.param("a = 1\rimport b\r", id="lone carriage returns"),
        pytest.param('x = """\nimport a\n', id="string that never ends"),
        pytest.param("from a import (b,\n", id="parenthesis that never closes"),
        pytest.param('f"{x["#"]}"; import a\n', id="quotes in a replacement field"),
        pytest.param('f"""{x["""]}\nimport a\n"""]}"""\n', id="its own quotes in a field"),
        pytest.param("f'''{'}' + '''a'''}'''\nimport a\n", id="a brace in a text in a field"),
    ],
)
def test_it_says_that_it_is_not_sure_of(text: str) -> None:
    assert not lex(text.encode()).exact


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("if x: import a\n", [(1, 14, "a", None)]),
        ("print 'x'; from a import b\n", [(1, 26, "a", "b")]),
        ("x = '''\nimport a\n", [(2, 8, "a", None)]),
    ],
)
def test_what_it_is_not_sure_of_it_still_reads(
    text: str, expected: list[tuple[int, int, str, str | None]]
) -> None:
    assert _found(text) == expected


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("import a\n", "module"),
        ("if x:\n    import a\n", "module"),
        ("def f():\n    import a\n", "function"),
        ("class C:\n    import a\n", "class"),
        ("class C:\n    def f(self):\n        if x:\n            import a\n", "function"),
        ("try:\n    import a\nexcept E:\n    pass\n", "try"),
        ("try:\n    pass\nexcept E:\n    import a\n", "try"),
        ("def f():\n    try:\n        pass\n    finally:\n        import a\n", "try"),
        ("try:\n    pass\nexcept E:\n    pass\nelse:\n    import a\n", "try"),
        ("if TYPE_CHECKING:\n    import a\n", "type_checking"),
        ("if typing.TYPE_CHECKING:\n    import a\n", "type_checking"),
        ("if TYPE_CHECKING:\n    pass\nelse:\n    import a\n", "module"),
        ("def f(\n    a,\n):\n    import a\n", "function"),
        ("def f(a,\n      b):\n    import a\n", "function"),
        ('def f():\n    """\nclass C:\n    """\n    import a\n', "function"),
        ("def f():\n    x = 'a\\\nclass C:'\n    import a\n", "function"),
        ("def f():\n# class C:\n    import a\n", "function"),
    ],
)
def test_the_block_of_an_import_is_known_without_a_parser(text: str, context: str) -> None:
    (found,) = lex(text.encode()).imports
    assert found.context == context == imports_of(text.encode())[0][4]


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n\timport a\n",
        "def f(\n  a, b\n  ,):\n    x = [\n  1]\n    import a\n",
    ],
)
def test_where_the_block_is_not_certain_it_says_so(text: str) -> None:
    (found,) = lex(text.encode()).imports
    assert found.context == UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"import\\\n" * 100_000, id="continued lines"),
        pytest.param(b"\"'''\" " * 150_000, id="quotes in strings on one line"),
        pytest.param(b"import a;" * 100_000, id="statements on one line"),
        pytest.param(b"import a, " + b"b, " * 300_000, id="names on one line"),
        pytest.param("import é, ".encode() + "é, ".encode() * 200_000, id="names beyond ASCII"),
        pytest.param(b"from a import (" * 60_000, id="open parentheses"),
        pytest.param(b"# import a '\n" * 80_000, id="comments"),
        pytest.param(b"'" * 1_000_000, id="quotes"),
        pytest.param(b'"""' + b'\\"""' * 250_000, id="escaped quotes"),
        pytest.param(b"def f():\n" + b"    import a\n" * 80_000, id="imports in one block"),
        pytest.param(b"if x:\n" + b"    x = 1\n    import a\n" * 40_000, id="a long block"),
        pytest.param(b"import a . " * 90_000, id="dots with space"),
        pytest.param(b"from " * 200_000 + b"import", id="from from from"),
        pytest.param(b"from" + b" ." * 400_000 + b" import a", id="dots"),
        pytest.param(b'f"{' * 300_000 + b"import", id="replacement fields"),
    ],
)
def test_a_megabyte_of(text: bytes) -> None:
    started = time.process_time()
    lex(text)
    assert time.process_time() - started < 5
