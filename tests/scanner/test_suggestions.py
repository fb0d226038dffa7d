"""Suggested lines are exact, or there are none."""

import ast
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings

from bot.domain.configuration import Rule
from bot.domain.suggestion import Suggestion
from bot.domain.violation import Violation
from bot.scanner.rules.banned_import import Parameters
from bot.scanner.source import read
from bot.scanner.suggestions import Suggesting
from tests.support.programs import modules
from tests.support.trees import configured, scan_files

_PARAMETERS = Parameters(modules=("shop.legacy",), replacement="shop.orders")


def suggested(
    text: str | bytes, parameters: Parameters = _PARAMETERS, path: str = "shop/app.py"
) -> tuple[Sequence[Violation], Sequence[Suggestion]]:
    """The violations of a file, and the suggestions for them."""
    content = text if isinstance(text, bytes) else text.encode()
    rule = Rule(id="r", kind="banned-import", parameters=parameters)
    found = scan_files(rule, {path: content}).violations
    made = Suggesting(configured(rule)).suggestions(path, content, found)
    return found, list(dict.fromkeys(made.values()))


def applied(content: bytes, suggestions: Sequence[Suggestion]) -> bytes:
    """The file with all suggestions in it, as GitHub applies them."""
    lines = [line + b"\n" for line in content.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    for one in sorted(suggestions, key=lambda each: -each.start_line):
        old = lines[one.start_line - 1 : one.end_line]
        end = b"\r\n" if old[-1].endswith(b"\r\n") else b"\n"
        new = one.text.encode().replace(b"\n", end)
        tail = end if old[-1].endswith(b"\n") else b""
        lines[one.start_line - 1 : one.end_line] = [new + tail]
    return b"".join(lines)


_REWRITTEN = {
    "the only name": ("from shop.legacy import Cart\n", "from shop.orders import Cart"),
    "every name": (
        "from shop.legacy import Cart, Tax as T\n",
        "from shop.orders import Cart, Tax as T",
    ),
    "a module below": ("from shop.legacy.tax import rate\n", "from shop.orders.tax import rate"),
    "the module": ("from shop import legacy\n", "from shop import orders as legacy"),
    "the module with an alias": ("from shop import legacy as l\n", "from shop import orders as l"),
    "one of several names": (
        "from shop import cart, legacy, tax\n",
        "from shop import cart, orders as legacy, tax",
    ),
    "a module with an alias": ("import shop.legacy as old, os\n", "import shop.orders as old, os"),
    "a comment": ("from shop.legacy import Cart  # noqa\n", "from shop.orders import Cart  # noqa"),
    "CRLF": ("from shop.legacy import Cart\r\nx = 1\r\n", "from shop.orders import Cart"),
    "no end of line": ("from shop.legacy import Cart", "from shop.orders import Cart"),
    "an indented line": (
        "def f():\n    from shop.legacy import Cart\n",
        "    from shop.orders import Cart",
    ),
    "a relative import": ("from .legacy import Cart\n", "from .orders import Cart"),
    "a relative module": ("from . import legacy\n", "from . import orders as legacy"),
    "parentheses": (
        "from shop.legacy import (\n    Cart,  # one\n    # two\n    Tax,\n)\n",
        "from shop.orders import (\n    Cart,  # one\n    # two\n    Tax,\n)",
    ),
    "names beyond ASCII": ("from shop.legacy import größe\n", "from shop.orders import größe"),
}


@pytest.mark.parametrize(("text", "line"), _REWRITTEN.values(), ids=_REWRITTEN)
def test_new_lines_for(text: str, line: str) -> None:
    _, (one,) = suggested(text)
    assert one.text == line


_SYMBOL = Parameters(
    symbols=("shop.legacy.Cart", "shop.legacy.Tax"),
    replacement={"shop.legacy.Cart": "shop.orders.Basket", "shop.legacy.Tax": "vat"},
)
_SPLIT = {
    "the first name": (
        "from shop.legacy import Cart, Price\n",
        "from shop.legacy import Price\nfrom shop.orders import Basket as Cart",
    ),
    "the last name, with a comment": (
        "from shop.legacy import Price, Cart as C  # why\n",
        "from shop.legacy import Price  # why\nfrom shop.orders import Basket as C",
    ),
    "names that go to different places": (
        "from shop.legacy import Cart, Price, Tax\n",
        "from shop.legacy import Price\nfrom shop.orders import Basket as Cart\nimport vat as Tax",
    ),
    "all of them, to different places": (
        "    from shop.legacy import Cart, Tax  # why\n",
        "    from shop.orders import Basket as Cart  # why\n    import vat as Tax",
    ),
    "a line of its own in parentheses": (
        "from shop.legacy import (\n    Cart,  #2\n    Price,  #1\n)\n",
        "from shop.legacy import (\n    Price,  #1\n)\nfrom shop.orders import Basket as Cart  #2",
    ),
    "the last line in parentheses": (
        "from shop.legacy import (\n    Price,\n    Cart\n)\n",
        "from shop.legacy import (\n    Price,\n)\nfrom shop.orders import Basket as Cart",
    ),
    "a shared line in parentheses": (
        "from shop.legacy import (Price,\n    Cart, Other)\n",
        "from shop.legacy import (Price, Other)\nfrom shop.orders import Basket as Cart",
    ),
    "a continued line": (
        "from shop.legacy import Price, \\\n    Cart\n",
        "from shop.legacy import Price\nfrom shop.orders import Basket as Cart",
    ),
}


@pytest.mark.parametrize(("text", "lines"), _SPLIT.values(), ids=_SPLIT)
def test_a_statement_is_split_for(text: str, lines: str) -> None:
    whole = "if x:\n" + text if text.startswith(" ") else text
    _, (one,) = suggested(whole, _SYMBOL)
    assert one.text == lines


_NONE = {
    "a module whose attributes are used": "import shop.legacy\nshop.legacy.f()\n",
    "a star": "from shop.legacy import *\n",
    "a statement after another": "x = 1; from shop.legacy import Cart\n",
    "a statement before another": "from shop.legacy import Cart; x = 1\n",
    "a suite on its header's line": "if x: from shop.legacy import Cart\n",
    "space around dots": "from shop . legacy import Cart\n",
    "a module on two lines": "from shop.legacy \\\n  import Cart\n",
    "lone carriage returns": "from shop.legacy import Cart\rx = 1\n",
    "a string": "import importlib\nimportlib.import_module('shop.legacy')\n",
}


@pytest.mark.parametrize("text", _NONE.values(), ids=_NONE)
def test_there_is_no_suggestion_for(text: str) -> None:
    found, made = suggested(
        text, Parameters(modules=("shop.legacy",), replacement="shop.orders", strings=True)
    )
    assert found
    assert made == []


def test_a_comment_between_names_that_would_be_lost_means_no_suggestion() -> None:
    text = "from shop.legacy import (Cart,  # about Cart\n    Price)\n"
    assert suggested(text, _SYMBOL)[1] == []


def test_a_replacement_that_is_banned_itself_is_no_suggestion() -> None:
    parameters = Parameters(modules=("shop.legacy",), replacement="shop.legacy.v2")
    assert suggested("from shop.legacy import Cart\n", parameters)[1] == []


def _bound(text: bytes) -> Counter[str]:
    """Every name that an import, a definition or an assignment binds."""
    names: Counter[str] = Counter()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.update(alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.Name):
            names[node.id] += 1
    return names


def _hold(text: bytes, parameters: Parameters, path: str) -> tuple[int, int]:
    """The claims about suggestions; answers how many violations there are, and how many served."""
    rule = Rule(id="r", kind="banned-import", parameters=parameters)
    found = scan_files(rule, {path: text}).violations
    made = Suggesting(configured(rule)).suggestions(path, text, found)
    every = list(dict.fromkeys(made.values()))
    for some in (every[:1], every) if every else ():
        new = applied(text, some)
        assert _bound(new) == _bound(text)
        left = Counter(one.symbol for one in scan_files(rule, {path: new}).violations)
        served = Counter(one.symbol for one in found if made.get(one.fingerprint) in some)
        assert left == Counter(one.symbol for one in found) - served
    return len(found), len(made)


_GENERATED = Parameters(modules=("legacy", "pkg", "a.legacy"), replacement="instead.of")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(modules())
@example(b"from pkg import (legacy, # import x\n a,)\n")
@example(b"from.. \\\n import legacy\n")
@example("from pkg import größe, ﬁx\n".encode())
def test_applied_they_remove_what_they_are_for_and_bind_the_same(text: bytes) -> None:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        assume(False)
    _hold(text, _GENERATED, "app/x.py")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(modules())
def test_names_that_stay_stay(text: bytes) -> None:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        assume(False)
    some = Parameters(symbols=("pkg.legacy", "a.new", "legacy.a"), replacement="instead.of.this")
    _hold(text, some, "app/x.py")


@pytest.mark.slow
def test_nearly_every_from_import_of_a_real_package_has_one() -> None:
    """SQLAlchemy's own imports, relative ones among them, sent elsewhere."""
    top = next(Path(folder) for folder in sys.path if (Path(folder) / "sqlalchemy").is_dir())
    parameters = Parameters(
        modules=("sqlalchemy.sql", "sqlalchemy.util", "typing"), replacement="elsewhere.now"
    )
    violations = suggestions = 0
    for file in sorted((top / "sqlalchemy/orm").rglob("*.py")):
        path = file.relative_to(top).as_posix()
        found, served = _hold(read(file.read_bytes()).text, parameters, path)
        violations, suggestions = violations + found, suggestions + served
    assert violations > 500
    assert suggestions > 0.9 * violations
