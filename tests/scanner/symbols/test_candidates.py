"""What is parsed for a pattern of names, against what the parser says of all modules."""

import re
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.scanner.probes import SymbolsProbe, words
from bot.scanner.reading import Reading
from bot.scanner.symbols.candidates import candidates
from bot.scanner.symbols.extract import symbols
from bot.scanner.symbols.facts import Binding, Class

_LIBRARY = Path(sysconfig.get_paths()["stdlib"])
_PIECES = (
    "class Driver", "class FastDriver", "class \uff24river", "class Driverß", "Driver = Other",
    "from a import Driver as D", "from a import D as DriverX", "type('Driver', (), {})",
    "if x:\n    Driver = type('X', (), {'FastDriver': type('FastDriver', (), {})})",
    "def f():\n    class InnerDriver: pass", "é = 1", "x = 'é'", "xDriver.y = 1", "# Driver",
    ": pass", " = 1", "\n", "\n", "\\\n", "\t", ";", "_", "ﬁ",
)  # fmt: skip
_PATTERNS = (r"\w*Driver", r"Fast\w*|Inner\w+", "Driver", ".*", "[A-Z].*", r"\w+X", "Driverß", "D")


def _named(content: bytes) -> Iterator[str]:
    found = symbols(Reading(content, 1 << 20))
    pending = [*found.bindings, *found.inner]
    while pending:
        one: Binding = pending.pop()
        yield one.name.rpartition(".")[2]
        if isinstance(one.what, Class):
            pending += one.what.members


def _may_name(content: bytes, pattern: str) -> bool:
    parts = words(SymbolsProbe(pattern))
    return candidates(pattern, parts)(Reading(content, 1 << 20))


@given(st.lists(st.sampled_from(_PIECES), max_size=12).map("".join), st.sampled_from(_PATTERNS))
@example("class Driver: pass\n", r"\w*Driver")
@example("class \uff24river: pass\n", "Driver")
@example("class ﬁDriver: pass\n", r"fi\w*")
@example("x = type('X', (), {'FastDriver': type('Y', (), {})})\n", r"Fast\w*|Inner\w+")
def test_a_module_that_binds_a_matching_name_is_a_candidate(text: str, pattern: str) -> None:
    if any(re.fullmatch(pattern, name) for name in _named(text.encode()) if name != "*"):
        assert _may_name(text.encode(), pattern)


@pytest.mark.parametrize("name", ["enum.py", "typing.py", "unittest/case.py", "ast.py", "uuid.py"])
def test_every_name_of_a_real_module_makes_it_a_candidate(name: str) -> None:
    content = (_LIBRARY / name).read_bytes()
    named = {one for one in _named(content) if one != "*"}
    assert len(named) > 50
    assert all(_may_name(content, one) for one in named)
    assert all(_may_name(content, rf"{one[:-1]}\w") for one in named)


@pytest.mark.parametrize(
    "text",
    [
        "class Drivers: pass\n",
        "class MyDriver: pass\n",
        "driver = Fast\n",
        "DriverDriver = 1\n",
        "",
    ],
)
def test_longer_and_other_words_make_no_candidate(text: str) -> None:
    assert not _may_name(text.encode(), "Driver")


def test_a_word_that_nobody_would_write_makes_a_candidate() -> None:
    assert _may_name(b"x = '" + b"a" * 300 + b"Driver'\n", r"\w+Driver")
    assert _may_name(b"x = '" + b"Driver" * 100 + b"'\n", r"Driver\w+")
