import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.scanner.lexer import lex
from bot.scanner.mentions import may_import

_PIECES = (
    "import ", "from ", "six", "six.moves", "a", ".", "..", ", ", " as ", "(", ")", "\n", "\r\n",
    "\r", "    ", "\t", "\f", "\\\n", "#", "# six\n", "; ", '"', '"""', "'''", "x = ", "if x: ",
    "sixth", "é", "*", "import six\n", "from a import (\n", "    six,\n",
)  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=25).map("".join))
@example("from a import (\n  x, # six\n  six)\n")
@example("from a import (\n  x, # six, six\n  # six\n\n  six)\n")
@example('"#"; from a import (\n  b,\n  six)\n')
@example("from a \\\n  import \\\n  six\n")
@example("x = 1; import six")
def test_whatever_is_imported_may_be_imported(text: str) -> None:
    content = text.encode()
    parts = {part for found in lex(content).imports for part in found.dotted.split(".")}
    if "six" in parts:
        assert may_import(content, b"six")


@pytest.mark.parametrize(
    "text",
    [
        "import sixth\n",
        "x.six()\n",
        "# import nothing\n# six\n",
        '"""Six of them.\n\nOr six.\n"""\n',
        "from a import b\nx = (\n    six,\n)\n",
        "",
    ],
)
def test_other_mentions_are_told_from_imports(text: str) -> None:
    assert not may_import(text.encode(), b"six")


@pytest.mark.parametrize("line", ["six\n", "six ", "# six\n", "six, # six\n", "x six\n", "\\\nsix"])
def test_a_text_full_of_mentions_takes_no_longer_than_it_is(line: str) -> None:
    started = time.process_time()
    may_import(line.encode() * 200_000, b"six")
    assert time.process_time() - started < 2
