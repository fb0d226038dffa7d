"""What is parsed for a question about names, against the answers when everything is parsed."""

import ast
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.scanner.examine import Examiner
from bot.scanner.mentions import stands
from bot.scanner.probes import CallProbe, EmissionProbe, ImportProbe, Query
from bot.scanner.reach import suspects
from bot.scanner.reading import Reading
from bot.scanner.syntax import UnparsableError, parse

_SIZE = 1 << 20
_CALL = CallProbe(("pickle.loads",))
_EMISSION = EmissionProbe(("emit",), ("a.b", "é", 'x"', "n\n"))
_CODE = (
    "import pickle", "import pickle as p", "from pickle import loads", "from pickle import *",
    "from pickle import loads as f", "import json, pickle.loads", "import \\\n pickle",
    "from .pickle import loads", "from . import pickle", "from . import *", "from .. import *",
    "from six.moves import cPickle as pickle", "import json", "from json import loads",
    "pickle.loads(x)", "p.loads(x)", "loads(x)", "json.loads(x)", "f(x)", "x = loads", "x(1)",
    "def loads(): ...", "class loads: ...", "loads = f", "if x: loads = f", "x, loads = 1, 2",
    "@loads\ndef f(): ...", "'''\nimport pickle\n'''", "# import pickle", "p = pickle",
    "def g():\n    import pickle\n    pickle . loads(x)", "from\tpickle import(\nloads,\n)",
    "import json; import pickle as q; q.loads(x)", "for loads in x: loads()", "pickle.loads",
)  # fmt: skip
_STRINGS = (
    "'a.b'", '"a.b"', "'''a.b'''", "'a' '.b'", "'a'\\\n'.b'", "('a'  # c\n  \".b\")", "'\\x61.b'",
    "'a\\x2eb'", "'\\141\\56\\142'", "'\\u0061.\\U00000062'", "'\\N{LATIN SMALL LETTER A}.b'",
    "'a\\\n.b'", "'' 'a.b' ''", "r'a.b'", "f'a.b'", "u'a' U'.b'", "f'a' '.' rf'b'", "'é'",
    "'\\xe9'", "'\\N{LATIN SMALL LETTER E WITH ACUTE}'", "'e\\u0301'", "'x\"'", "'x\\\"'", '"x\\""',
    "'n\\n'", "'''n\n'''", "'n\\x0a'", "'\\\na.b'", "'a.b\\\n'", "'a.b.c'", "'xa.b'", "'other'",
    "'a.b' if x else 'c'", "''''a.b'''", "E", "'a\\\r\n.b'",
)  # fmt: skip


def _has_calls(text: str) -> bool:
    references, _ = Reading(text.encode(), _SIZE).references
    found = references.answer(_CALL)
    paths = {path.lstrip(".:") for one in found for path in getattr(one, "paths", ())}
    return any(path in {"pickle.loads", "loads", "moves.cPickle.loads"} for path in paths)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(_CODE), max_size=8).map("\n".join))
@example("import pickle\npickle.loads(x)")
@example("import pickle as p\np.loads(x)")
@example("from . import *\nloads(x)")
@example("def loads(): ...\nloads(x)")
@example("loads = f\nloads(x)")
def test_a_module_that_can_call_what_is_banned_is_parsed(text: str) -> None:
    if _has_calls(text) and _reaches(text):
        assert suspects(_CALL)(Reading(text.encode(), _SIZE))


def _reaches(text: str) -> bool:
    """Whether the name that is banned can be reached: by an import, or by a definition here."""
    code = ast.unparse(_Mute().visit(ast.parse(text)))
    reached = re.search(
        r"import\W+pickle|from\s+\.?pickle|json, pickle|from \.\.? import \*"
        r"|^(def|class) loads|^loads =|^x, loads =|from \. import pickle",
        code,
        re.MULTILINE,
    )
    return reached is not None


class _Mute(ast.NodeTransformer):
    """Takes the words out of strings: they are no code."""

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.Constant(0) if isinstance(node.value, str | bytes) else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.Constant:
        del node
        return ast.Constant(0)


@pytest.mark.parametrize(
    "text",
    ["import json\njson.loads(x)\n", "# loads\n", "unloads(pickle)\n", "import pickle\nload(x)\n"],
)
def test_other_mentions_are_not_parsed(text: str) -> None:
    assert not suspects(_CALL)(Reading(text.encode(), _SIZE))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(_STRINGS), min_size=1, max_size=3), st.booleans())
@example(["'a\\\n.b'"], True)
def test_a_string_is_an_event_however_it_is_written(strings: list[str], joined: bool) -> None:
    arguments = "(" + "\n".join(strings) + ")" if joined else ", ".join(strings)
    text = f"E = 'a.b'\nemit({arguments})\n" if "E" in strings else f"emit({arguments})\n"
    reading = Reading(text.encode(), _SIZE)
    references, _ = reading.references
    if list(references.answer(_EMISSION)):
        assert suspects(_EMISSION)(reading)


@pytest.mark.parametrize("written", _STRINGS[:31])
def test_each_way_to_write_an_event_is_one_or_is_none(written: str) -> None:
    reading = Reading(f"emit({written})\n".encode(), _SIZE)
    references, _ = reading.references
    is_event = written not in {"'a.b.c'", "'xa.b'", "'other'", "'e\\u0301'"}
    assert bool(list(references.answer(_EMISSION))) == is_event
    assert suspects(_EMISSION)(reading) == is_event


@pytest.mark.parametrize("text", ["emit('a.b.c')\n", "emit(a.b)\n", "# 'a.b'\nemit\\x61.b\n"])
def test_other_texts_are_no_events(text: str) -> None:
    assert suspects(_EMISSION)(Reading(text.encode(), _SIZE)) == ("'a.b'" in text)


@given(st.text(alphabet="ab_. \n", max_size=12), st.sampled_from(["a", "ab", "a_"]))
def test_a_word_stands_where_nothing_of_a_name_is_beside_it(text: str, word: str) -> None:
    found = [one for one in re.finditer(r"\w+", text) if one[0] == word]
    assert stands(word.encode(), text.encode()) == bool(found)
    dotless = [one for one in found if text[max(one.start() - 1, 0) : one.start()] != "."]
    assert stands(word.encode(), text.encode(), unlike=b".") == bool(dotless)


_IMPORTS = (
    "import a.b.c", "import a.b", "import c", "from a.b import c", "from a import b",
    "from .b import c", "from ..a.b import c", "from . import c", "from .\\\n. import c, b",
    "from a.b import (\n  c)", "'''from a.b import c'''", "# from a.b import c",
    "from\\\n.b import c",
    "from x import c", "x = c", "import x.c", "\r", "from.b import c", "from x.b import c", ";",
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(_IMPORTS), max_size=5).map("\n".join))
@example("from\\\n.b import c")
@example("from.b import c")
def test_an_import_hits_whether_or_not_its_first_part_is_written(text: str) -> None:
    examined = Examiner(Query((ImportProbe("a.b.c"),), _SIZE)).examine(text.encode(), known=False)
    try:
        imports, _ = parse(text.encode())
    except UnparsableError:
        return
    dotted = [one.dotted for one in imports]
    relative = any(re.fullmatch(r"\.+(a\.)?(b\.)?c", one) for one in dotted)
    absolute = any(one == "a.b.c" for one in dotted)
    if relative or absolute:
        assert examined.hits == (0,)
