"""Hypothesis strategies for Python modules that are hard to read without a parser."""

from collections.abc import Sequence

from hypothesis import strategies as st

NAMES = st.sampled_from(
    ["legacy", "new", "pkg", "a", "importer", "from_x", "_import", "Fabrik", "größe", "ﬁx"]
)
_SPACE = st.sampled_from([" ", "  ", "\t", " \\\n ", " \\\n"])
_GAP = st.sampled_from(["", " ", "\n", "\n    ", " # import x\n", " # )\n  ", "\\\n"])
_QUOTES = st.sampled_from(["'", '"', "'''", '"""'])
_INSIDE = st.sampled_from(
    [
        "import legacy",
        "\nimport legacy\n",
        "\nfrom pkg import legacy\n",
        "# import legacy",
        "\\\\",
        "\\'",
        '\\"',
        "'",
        '"',
        "''",
        '""',
        "'''",
        '"""',
        "\\\n",
        "{",
        "}",
        "é",
        " ",
    ]
)
_PREFIXES = st.sampled_from(["", "r", "b", "rb", "u", "f", "F", "Rb"])


@st.composite
def dotted(draw: st.DrawFn) -> str:
    """A dotted name, now and then with space around a dot."""
    parts = draw(st.lists(NAMES, min_size=1, max_size=3))
    return draw(st.sampled_from([".", ".", ".", " . "])).join(parts)


@st.composite
def plain_imports(draw: st.DrawFn) -> str:
    """`import a.b as c, d`."""
    names = draw(st.lists(dotted(), min_size=1, max_size=3))
    written = [name + draw(st.sampled_from(["", " as x", "  as  legacy"])) for name in names]
    return "import" + draw(_SPACE) + draw(st.sampled_from([",", ", ", " , "])).join(written)


@st.composite
def from_imports(draw: st.DrawFn) -> str:
    """`from ..a import (b as c, d)`, with comments and line breaks where they may be."""
    dots = draw(st.sampled_from(["", "", ".", "..", "...", ". ."]))
    module = draw(dotted()) if not dots or draw(st.booleans()) else ""
    space = draw(_SPACE) if not dots or draw(st.booleans()) else ""
    start = f"from{space}{dots}{module}{draw(_SPACE)}import"
    names = draw(st.lists(NAMES, min_size=1, max_size=3))
    written = [name + draw(st.sampled_from(["", " as y", "\tas\tz"])) for name in names]
    if draw(st.booleans()):
        gap = draw(_GAP)
        listed = f",{gap}".join(written) + draw(st.sampled_from(["", ",", " ,"]))
        return f"{start}{draw(st.sampled_from(['', ' ']))}({gap}{listed}{draw(_GAP)})"
    return f"{start}{draw(_SPACE)}{', '.join(written)}"


@st.composite
def strings(draw: st.DrawFn) -> str:
    """A string that may look like an import; many are not valid, which is the caller's business."""
    quotes = draw(_QUOTES)
    inside = "".join(draw(st.lists(_INSIDE, max_size=5)))
    return f"{draw(_PREFIXES)}{quotes}{inside}{quotes}"


@st.composite
def statements(draw: st.DrawFn) -> str:
    """One simple statement, or a few on one line."""
    one = draw(
        st.one_of(
            plain_imports(),
            from_imports(),
            strings(),
            strings().map(lambda text: f"x = ({text},\n  {text})"),
            st.sampled_from(
                ["pass", "important = 1", "x = [\n1,\n]  # import legacy", "# import a"]
            ),
            st.just("from pkg import *"),
        )
    )
    if draw(st.integers(0, 9)) == 0:
        return f"{one}; {draw(plain_imports())}"
    return one


_HEADERS = st.sampled_from(
    [
        "def f():",
        "async def f(\n{0}a, b\n{0}):",
        "def f(a,\n{0}        b):",
        "class C:",
        "class C(\n{0}    object,\n{0}):",
        "if x:",
        "if TYPE_CHECKING:",
        "if typing.TYPE_CHECKING:  # import a",
        "while x:",
        "for x in y:",
        "with open(x) as y:",
    ]
)


def _indented(body: Sequence[str], indentation: str) -> str:
    return "".join(f"{indentation}{line}\n" for line in body)


@st.composite
def blocks(draw: st.DrawFn, indentation: str = "", depth: int = 0) -> str:
    """Some statements at one level, with compound ones among them."""
    written = []
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.integers(0, 5)) if depth < 3 else 0
        inner = indentation + draw(st.sampled_from(["    ", "  "]))
        if kind <= 2:
            written.append(_indented([draw(statements())], indentation))
        elif kind == 3:
            header = draw(_HEADERS).format(indentation)
            written.append(_indented([header], indentation))
            written.append(draw(blocks(inner, depth + 1)))
        elif kind == 4:
            for header in ("try:", draw(st.sampled_from(["except ImportError:", "finally:"]))):
                written.append(_indented([header], indentation))
                written.append(draw(blocks(inner, depth + 1)))
        else:
            for header in ("if TYPE_CHECKING:", draw(st.sampled_from(["else:", "elif x:"]))):
                written.append(_indented([header], indentation))
                written.append(draw(blocks(inner, depth + 1)))
    return "".join(written)


@st.composite
def modules(draw: st.DrawFn) -> bytes:
    """A module as bytes of UTF-8; not all of them parse."""
    text = draw(blocks())
    ending = draw(st.sampled_from(["\n", "\n", "\r\n", "\r"]))
    text = text.replace("\n", ending)
    if draw(st.integers(0, 9)) == 0:
        text = "\f" + text
    return text.encode()
