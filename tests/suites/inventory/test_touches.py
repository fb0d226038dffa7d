"""What counts as touching a migration, and by which import paths."""

from types import SimpleNamespace
from typing import Any

import pytest

from bot.domain.configuration import Rule
from bot.domain.inventory import Location, Touch, Via
from bot.scanner.rules.banned_import import Parameters as BannedImport
from bot.scanner.rules.dual_import import Parameters as DualImport
from bot.scanner.rules.single_definition import Parameters as SingleDefinition
from tests.support.inventories import by_path, inventory, legacy, only

ALL_CARTS = {"class": r"\w+Cart"}


def rule(kind: str, parameters: Any = None, **named: Any) -> Rule:
    return Rule(id="r", kind=kind, parameters=parameters or SimpleNamespace(**named))


def symbols(source: str, *rules: Rule) -> list[tuple[Via, str]]:
    found = inventory({"tests/test_a.py": source}, *rules)
    return [(touch.via, touch.symbol) for file in found.files for touch in file.touches]


def test_an_import_is_told_with_its_place_its_path_and_what_to_write_instead() -> None:
    source = "import os\nfrom shop.legacy import Cart\n\ndef test_a():\n    assert Cart().total()\n"
    touch = only(inventory({"tests/test_a.py": source})).touches
    assert touch == (
        Touch(
            rule="legacy",
            via=Via.IMPORT,
            symbol="shop.legacy.Cart",
            location=Location("tests/test_a.py", 2),
            module="shop.legacy",
            must_change=True,
            replacement="shop.orders.Cart",
        ),
    )


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from shop import legacy\n", [(Via.IMPORT, "shop.legacy")]),
        ("import shop.legacy.tax as t\n", [(Via.IMPORT, "shop.legacy.tax")]),
        ("from shop.legacy import *\n", [(Via.IMPORT, "shop.legacy.*")]),
        ("def test_a():\n    import shop.legacy\n", [(Via.IMPORT, "shop.legacy")]),
        ("import shop\nx = shop.legacy.Cart()\n", [(Via.NAME, "shop.legacy.Cart")]),
        ("import shop as s\nx = s.legacy.Cart()\n", [(Via.NAME, "shop.legacy.Cart")]),
        ("@patch('shop.legacy.a.b')\ndef test_a(m): ...\n", [(Via.STRING, "shop.legacy.a.b")]),
        ("self.use(MockPatch('shop.legacy.x'))\n", [(Via.STRING, "shop.legacy.x")]),
        ("names = ['shop.legacy']\n", [(Via.STRING, "shop.legacy")]),
        ("# import shop.legacy\n", []),
        ("'''\nimport shop.legacy\n'''\n", []),
        ("x = 'see shop.legacy for more'\n", []),
        ("from shop.legacy_free import Cart\n", []),
        ("import shop\n", []),
        ("from shop.orders import Cart\n", [(Via.IMPORT, "shop.orders.Cart")]),
        ("from shop.orders.deep.down import Cart\n", []),
    ],
)  # fmt: skip
def test_what_names_the_module_touches_and_nothing_else(
    source: str, found: list[tuple[Via, str]]
) -> None:
    assert symbols(source) == found


def test_relative_imports_are_made_absolute() -> None:
    files = {"shop/tests/test_a.py": "from ..legacy import Cart\n"}
    assert only(inventory(files)).import_paths == ("shop.legacy",)


def test_the_path_of_an_imported_module_is_its_own_where_the_repository_has_it() -> None:
    test = "from shop.legacy import tax, Cart\n"
    files = {"tests/test_a.py": test, "shop/legacy/tax.py": "", "shop/legacy/__init__.py": ""}
    assert by_path(inventory(files))["tests/test_a.py"].import_paths == (
        "shop.legacy",
        "shop.legacy.tax",
    )


def test_a_string_that_nothing_takes_as_target_need_not_change() -> None:
    source = "patch('shop.legacy.a')\nlogger = 'shop.legacy.b'\n"
    touches = only(inventory({"tests/test_a.py": source})).touches
    assert [(touch.symbol, touch.must_change) for touch in touches] == [
        ("shop.legacy.a", True),
        ("shop.legacy.b", False),
    ]


def test_using_what_was_imported_is_told_once() -> None:
    source = "from shop.legacy import Cart\nCart.total\nCart()\nfrom shop.legacy import Cart\n"
    assert symbols(source) == [(Via.IMPORT, "shop.legacy.Cart")]


def test_the_same_class_by_several_import_paths_counts_each_path() -> None:
    parameters = SingleDefinition(class_="CartManager", canonical="shop.unified:CartManager")
    files = {
        "tests/test_a.py": "from shop.unified import CartManager\n",
        "tests/test_b.py": "from shop.carts.manager import CartManager as M\n",
        "tests/test_c.py": "from shop import carts\ncarts.CartManager()\n",
        "tests/test_d.py": "from shop import CartManagers\n",
    }
    files = {path: f"{source}def test_a(): ...\n" for path, source in files.items()}
    found = inventory(files, rule("single-definition", parameters))
    assert str(found.totals) == "3 files, 2 import paths"
    assert found.import_paths == [("shop.carts.manager", 1), ("shop.unified", 1)]


def test_events_are_found_as_whole_strings() -> None:
    events = rule("event-contract", events=("agent_started",), emitters=(), calls=())
    assert symbols("expected = {'agent_started': 1}\n", events) == [(Via.EVENT, "agent_started")]
    assert symbols("x = 'agent_started_late'\nagent_started = 1\n", events) == []


def test_of_two_modules_that_must_not_be_mixed_the_second_must_change() -> None:
    parameters = DualImport(modules=("shop.carts", "shop.baskets"))
    files = {
        "tests/test_mixed.py": "from shop.baskets import B\nfrom shop.carts import C\n",
        "tests/test_one.py": "from shop.carts import C\n",
    }
    found = by_path(inventory(files, rule("dual-import", parameters)))
    assert [one.symbol for one in found["tests/test_mixed.py"].to_change] == ["shop.carts.C"]
    assert not found["tests/test_one.py"].to_change


def test_where_a_rule_does_not_apply_nothing_must_change() -> None:
    allowed = BannedImport(modules=("shop.legacy",), allow=("tests/compat/**",))
    files = dict.fromkeys(
        ("tests/compat/test_a.py", "tests/old/test_b.py", "tests/test_c.py"),
        "import shop.legacy\n",
    )
    found = by_path(inventory(files, legacy(parameters=allowed, exclude=("tests/old/**",))))
    assert [path for path, file in found.items() if file.to_change] == ["tests/test_c.py"]
    assert len(found) == 3


def test_a_map_of_replacements_is_followed_by_its_most_exact_entry() -> None:
    parameters = BannedImport(
        modules=("shop.legacy",),
        replacement={"shop.legacy": "shop.orders", "shop.legacy.Cart": "shop.carts.Cart"},
    )
    source = "from shop.legacy import Cart, Price\n"
    file = only(inventory({"tests/test_a.py": source}, legacy(parameters=parameters)))
    assert [touch.replacement for touch in file.touches] == ["shop.carts.Cart", "shop.orders.Price"]


@pytest.mark.parametrize(
    ("under", "source"),
    [
        (rule("banned-name", names=("old_total",)), "def test_a(c): c.old_total()\n"),
        (rule("banned-call", names=("shop.carts.Cart",)), "import shop.carts as c\nc.Cart()\n"),
        (rule("absent-file", files=("shop/legacy.py",)), "import shop.legacy\n"),
        (rule("single-file", files=("shop/*_manager.py",), keep=()), "import shop.a_manager\n"),
        (rule("interface", reference="shop.p:C", implementations=()), "from shop.p import C\n"),
        (rule("interface", reference="a:B", implementations=ALL_CARTS), "from x import MyCart\n"),
        (rule("facade", modules=("shop.*.api",)), "from shop.v1.api import x\n"),
        (rule("dangling-import", modules=("shop.**",)), "from shop.a.b import x\n"),
        (rule("required-symbol", module="shop.api", names=("run",)), "from shop.api import run\n"),
        (rule("duplicate-registration", call="register_cart"), "shop.register_cart(1)\n"),
    ],
)  # fmt: skip
def test_each_kind_that_names_something_is_looked_for(under: Rule, source: str) -> None:
    found = inventory({"tests/test_a.py": source, "shop/a_manager.py": ""}, under)
    assert [file.path for file in found.files if file.touches] == ["tests/test_a.py"]


def test_rules_that_name_nothing_are_told() -> None:
    found = inventory({"tests/test_a.py": "x = 1\n"}, rule("shared-state", constructs=()))
    assert (found.files, found.unnamed) == ((), ("r",))
