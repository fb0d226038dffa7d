import pytest

from bot.scanner.examine import ALWAYS_PARSED, Examiner
from bot.scanner.facts import Depth, Problem
from bot.scanner.probes import DefinitionProbe, ImportProbe, Probe, Query, StringProbe

_PADDING = "# padding\n" * (ALWAYS_PARSED // 10 + 1)


def _examiner(*probes: Probe) -> Examiner:
    return Examiner(Query(probes, 1 << 20))


_LEGACY = ImportProbe("shop.core.legacy")


@pytest.mark.parametrize(
    "text",
    [
        "import shop.core.legacy\n",
        "from shop.core import legacy\n",
        "from shop.core.legacy.deep import x\n",
        "from . import legacy\n",
        "from .core import legacy\n",
        "from ..legacy import x\n",
        "if x: import shop.core.legacy\n",
        "from shop.core import ｌegacy\n",  # noqa: RUF001 - identifiers compare in NFKC
        "def f():\n\timport shop.core.legacy\n",
    ],
)
@pytest.mark.parametrize("padding", ["", _PADDING])
def test_an_import_probe_hits(text: str, padding: str) -> None:
    examined = _examiner(_LEGACY).examine((text + padding).encode(), known=False)
    assert examined.hits == (0,)
    assert examined.facts is not None
    assert any("legacy" in one.dotted for one in examined.facts.imports)


@pytest.mark.parametrize(
    "text",
    [
        "import shop.core.legacy2\n",
        "from shop.core import other  # legacy\n",
        "from other import legacy\n",
        "from ..shop import legacy\n",
        "'''\nimport shop.core.legacy\n'''\n",
        "legacy = 1\n",
    ],
)
def test_an_import_probe_does_not_hit(text: str) -> None:
    assert _examiner(_LEGACY).examine(text.encode(), known=False).hits == ()


@pytest.mark.parametrize(
    ("written", "name"),
    [("ｇross", "gross"), ("gro\u0308ss", "gröss"), ("ﬁx", "fix"), ("\u1112\u1161\u11ab", "한")],  # noqa: RUF001
)
def test_a_name_is_found_however_its_letters_are_composed(written: str, name: str) -> None:
    text = f"# é…½\nimport {written}\n".encode()
    assert _examiner(ImportProbe(name)).examine(text, known=False).hits == (0,)


def test_what_hits_nothing_is_not_looked_into() -> None:
    examined = _examiner(_LEGACY).examine(b"import other\n(\n", known=False)
    assert (examined.problem, examined.facts) == (None, None)


def test_a_long_text_is_not_parsed_for_an_import_that_is_certain() -> None:
    text = f"import shop.core.legacy\n{_PADDING}"
    examined = _examiner(_LEGACY).examine(text.encode(), known=False)
    assert examined.depth == Depth.IMPORTS
    assert examined.facts is not None
    assert examined.facts.syntax is None


def test_a_short_text_that_does_not_parse_is_degraded_and_gives_its_imports() -> None:
    text = b"def f():\n    import shop.core.legacy\n    return )\n"
    examined = _examiner(_LEGACY).examine(text, known=False)
    assert examined.facts is not None
    assert examined.facts.problem == Problem("syntax error at 3:12")
    assert [(one.line, one.context) for one in examined.facts.imports] == [(2, "function")]


def test_definitions_are_looked_for_by_name() -> None:
    examiner = _examiner(DefinitionProbe(r"\w*Router", True), DefinitionProbe("route", False))
    assert examiner.examine(b"class CartRouter: ...\n", known=False).hits == (0,)
    assert examiner.examine(b"class \\\n  Router: ...\n", known=False).hits == (0,)
    assert examiner.examine(b"async def route(): ...\n", known=False).hits == (1,)
    assert examiner.examine(b"class Routers: ...\nx = Router\n", known=False).hits == ()
    assert examiner.examine(b"def Router(): ...\n", known=False).hits == ()


def test_string_targets_are_looked_for_where_a_function_takes_them() -> None:
    examiner = _examiner(StringProbe("shop.legacy"))
    assert examiner.examine(b"patch('shop.legacy')\n", known=False).hits == (0,)
    assert examiner.examine(b"x = 'shop.legacy'\n", known=False).hits == ()


def test_what_is_known_is_not_extracted_again() -> None:
    text = b"import shop.core.legacy\n"
    examined = _examiner(_LEGACY).examine(text, known=True)
    assert (examined.hits, examined.facts) == ((0,), None)


@pytest.mark.parametrize(
    ("content", "lines"), [(b"", 0), (b"a", 1), (b"a\n", 1), (b"a\nb", 2), (b"\n\n", 2)]
)
def test_lines_are_counted_when_they_are_wanted(content: bytes, lines: int) -> None:
    examined = _examiner().examine(content, Depth.LINES, known=False)
    assert examined.facts is not None
    assert (examined.facts.depth, examined.facts.lines) == (Depth.LINES, lines)


def test_without_a_parser_the_imports_are_still_read() -> None:
    text = b"import shop.core.legacy\n"
    examined = _examiner(_LEGACY).examine(text, known=False, parser=False)
    assert examined.facts is not None
    assert [one.dotted for one in examined.facts.imports] == ["shop.core.legacy"]
    assert examined.facts.problem == Problem(
        "the parser did not survive this file, or took too long"
    )


def test_a_skipped_file_hits_nothing() -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:legacy\n"
    examined = _examiner(_LEGACY).examine(pointer, known=False)
    assert examined.hits == ()
    assert examined.problem == Problem("Git LFS pointer", skipped=True)
