"""What is read for globs of modules, against what is found when everything is read.

A glob whose every part has a wildcard, such as `[s]hop`, matches the same and narrows nothing down.
"""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.configuration import Rule
from bot.scanner.rules.dangling_import import Parameters
from bot.scanner.symbols.concern import lies_in, parts
from tests.support.trees import scan_files

_PATHS = (
    "app.py", "shop/__init__.py", "shop/legacy/__init__.py", "shop/legacy/carts.py", "legacy.py",
    "shop/carts.py", "tools/legacy/x.py", "tools/y.py",
)  # fmt: skip
_LINES = (
    "import shop", "import shop.legacy", "import shop.legacy.gone", "from shop import legacy",
    "from shop import carts as legacy", "from shop import gone", "from shop.legacy import Gone",
    "from shop.legacy.carts import Gone, Cart", "from . import legacy", "from . import gone",
    "from .legacy import Gone", "from .carts import Gone", "from . import carts, gone",
    "from .. import legacy", "from ..legacy import Gone", "from ..legacy.carts import Gone",
    "from .", "import legacy", "from legacy import Gone", "import legacy.gone", "class Cart: ...",
    "Gone = 1", "shop.legacy.Gone = 1", "shop.legacy = 1", "legacy.Gone = 1", "carts.Gone = 1",
    "setattr(shop, 'legacy', 1)", "setattr(shop, name, 1)", "setattr(legacy, name, 1)",
    "setattr(shop.legacy, 'Gone', 1)", "setattr(shop.legacy.carts, name, 1)",
    "for one in x:\n    setattr(carts, one, 1)", "from shop import \\\n  legacy",
    "from shop import (  # legacy\n    legacy,\n)", "'''\nimport shop.legacy\n'''", "# legacy",
    "from shop.\uff4cegacy import Gone", "def f(:", "def __getattr__(n): ...",
    "import sys; sys.modules['shop.legacy'] = 1",
)  # fmt: skip
_GLOBS = (
    "shop.legacy",
    "shop.*",
    "**.legacy",
    "legacy",
    "shop.legacy.carts",
    "*.legacy.**",
    "shop",
)
_IMPORTED = {"shop/__init__.py": "", "app.py": "from shop import legacy"}
_TEXTS = st.lists(st.sampled_from(_LINES), max_size=4).map("\n".join)


def _found(files: dict[str, str], *modules: str) -> list[tuple[str, str, int]]:
    rule = Rule(id="r", kind="dangling-import", parameters=Parameters(modules=modules))
    scan = scan_files(rule, files)
    return [(one.path, one.symbol, one.line) for one in scan.violations]


def _veiled(glob: str) -> str:
    """The same glob without a literal part."""
    return re.sub(r"\b(\w)(?=\w)", r"[\1]", glob)


@settings(max_examples=300)
@given(
    st.dictionaries(st.sampled_from(_PATHS), _TEXTS),
    st.lists(st.sampled_from(_GLOBS), min_size=1, max_size=2),
)
@example({"shop/legacy/__init__.py": "", "app.py": "from shop.legacy import Gone"}, ["shop.legacy"])
@example({**_IMPORTED, "a.py": "import shop\nsetattr(shop, x, 1)"}, ["shop.legacy"])
@example({**_IMPORTED, "a.py": "import shop\nshop.legacy = 1"}, ["shop.legacy"])
def test_what_is_not_read_changes_nothing(files: dict[str, str], globs: list[str]) -> None:
    assert _found(files, *globs) == _found(files, *map(_veiled, globs))


@pytest.mark.parametrize(
    ("globs", "expected"),
    [
        (("shop.legacy",), ("legacy",)),
        (("shop.*.legacy_*", "a.b"), ("shop", "b")),
        (("shop.legacy.**",), ("legacy",)),
        (("shop.legacy", "*_old"), ()),
        (("[s]hop.[l]egacy",), ()),
        ((), ()),
    ],
)
def test_the_part_of_a_glob_is_its_last_literal_one(
    globs: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert parts(globs) == expected
    assert parts(tuple(map(_veiled, globs))) == ()


def test_a_file_lies_in_all_folders_around_it_and_not_in_itself() -> None:
    assert lies_in("a/legacy/b/c.py", ["x", "legacy"])
    assert not lies_in("a/legacy.py", ["legacy"])
    assert not lies_in("legacy/x.py", [])
