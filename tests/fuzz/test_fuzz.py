"""A short run of the fuzzer, and what its long runs have found."""

import pytest

from tests.fuzz.claims import check
from tests.fuzz.runner import Fuzzing

_FOUND = {
    "quotes in a comment among names": b"from a import (b #'''\n)\nfrom t import c\nx = ''''''\n",
    "a string that ends in three quotes": b"x = 'import'''\nimport a\ny = (#'''\n1)\nimport b\n",
    "a parenthesis further out than its def": b"if a:\n if a:\n  def f(\n):\n   import b\n",
    "a comment that ends in a backslash": (b"if TYPE_CHECKING:\n  x = 1 #\\\nelse:\n  import b\n"),
    "a guard on two lines": b"try:\n  if t.\\\nTYPE_CHECKING:\n   import b\nfinally: pass\n",
    "a guard with another meaning": b"if TYPE_CHECKING:=x:\n import a\n",
    "an encoding with an end of line": b"# -*- coding: utf-8-unix -*-\nimport a\n",
    "a clause of a comprehension that looks like a header": (
        b"def f():\n    x = [y\nfor y in (a,\n    b)]\n    import c\n"
    ),
}


@pytest.mark.parametrize("text", _FOUND.values(), ids=_FOUND)
def test_what_was_found_once_stays_fixed(text: bytes) -> None:
    assert check(text)


def test_ten_seconds_find_nothing() -> None:
    fuzzing = Fuzzing(seed=0)
    fuzzing.run(10)
    assert fuzzing.findings == []
    assert fuzzing.valid > 100, "texts that Python does not take show little"
