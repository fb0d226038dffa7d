import pytest

from bot.domain.configuration import Rule
from bot.domain.scan import Scan
from bot.scanner.rules.required_symbol import Parameters
from tests.support.trees import Files, scan_files


def _scan(files: Files, *names: str) -> Scan:
    parameters = Parameters(module="shop.carts", names=names or ("Cart",))
    return scan_files(Rule(id="r", kind="required-symbol", parameters=parameters), files)


def _unchecked(scan: Scan) -> str:
    return scan.migrations[0].rules[0].unchecked


def _missing(files: Files, *names: str) -> list[str]:
    scan = _scan(files, *names)
    assert not _unchecked(scan)
    return [one.symbol for one in scan.violations]


@pytest.mark.parametrize(
    "text",
    [
        "class Cart: ...\n",
        "def Cart(): ...\n",
        "async def Cart(): ...\n",
        "Cart = object()\n",
        "Cart: int = 1\n",
        "(a, [Cart, *b]) = f()\n",
        "from other import Cart\n",
        "from other import Basket as Cart\n",
        "import Cart.deep\n",
        "import other as Cart\n",
        "if x:\n    class Cart: ...\n",
        "try:\n    from a import Cart\nexcept ImportError:\n    Cart = None\n",
        "with x as Cart: ...\n",
        "for Cart in x: ...\n",
        "print(Cart := 1)\n",
        "def f():\n    global Cart\n    Cart = 1\n",
        "match x:\n    case {'a': [Cart, *_]}: ...\n",
        "# class Wagon\nclass Ｃart: ...\n",  # noqa: RUF001 - identifiers compare in NFKC
        "from shop.models import *\n",
        "from .models import *\n",
    ],
)
def test_a_module_has_what_it_binds(text: str) -> None:
    files = {"shop/carts.py": text, "shop/models.py": "class Cart: ...\n"}
    assert _missing(files) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# class Cart: ...\n",
        "'''\nclass Cart: ...\n'''\n",
        "class A:\n    Cart = 1\n",
        "def f(Cart):\n    Cart = 1\n",
        "Cart: int\n",
        "from other import Cart as Basket\n",
        "print(Cart)\n",
        "Cart = 1\ndel Cart\n",
        "try: ...\nexcept E as Cart: ...\n",
        "from shop.models import *\n",
        "lambda: (Cart := 1)\n",
    ],
)
def test_a_module_has_nothing_else(text: str) -> None:
    files = {
        "shop/carts.py": text,
        "shop/models.py": "from shop.base import Cart\n__all__ = ['Wagon']\n",
    }
    assert _missing(files) == ["shop.carts.Cart"]


@pytest.mark.parametrize(
    "text",
    [
        "def __getattr__(name): ...\n",
        "from lazy import __getattr__\n",
        "__getattr__, __dir__ = attach(__name__)\n",
        "exec(source)\n",
        "globals()['Cart'] = 1\n",
        "globals().update(names)\n",
        "vars()[name] = 1\n",
        "import sys\nsys.modules[__name__] = Lazy()\n",
        "from elsewhere import *\n",
        "from shop.generated import *\n",
        "class (:\n",
    ],
)
def test_what_only_running_a_module_tells_is_not_checked_and_no_violation(text: str) -> None:
    files = {"shop/carts.py": text, "shop/generated.py": "__all__ = list(names())\n"}
    scan = _scan(files)
    assert not scan.violations
    assert "only running it tells" in _unchecked(scan)


@pytest.mark.parametrize(
    "text",
    [
        "x = globals()['x']\n",
        "if 'x' in globals(): ...\n",
        "def f(code):\n    exec(code, {})\n",
        "def f():\n    return locals()\n",
        "class A:\n    def __getattr__(self, name): ...\n",
    ],
)
def test_what_looks_like_a_trick_and_is_none(text: str) -> None:
    assert _missing({"shop/carts.py": text}) == ["shop.carts.Cart"]


def test_a_submodule_is_a_name_of_its_package() -> None:
    files = {"shop/carts/__init__.py": "", "shop/carts/Cart.py": "", "shop/carts/Data/x.txt": ""}
    assert _missing(files, "Cart", "Data", "Other") == ["shop.carts.Other"]


def test_what_the_configuration_leaves_out_is_there_all_the_same() -> None:
    parameters = Parameters(module="shop.carts", names=("Cart",))
    rule = Rule(id="r", kind="required-symbol", parameters=parameters)
    files = {"shop/carts.py": "from vendored import *\n", "vendored.py": "class Cart: ...\n"}
    assert not scan_files(rule, files, exclude=("vendored.py",)).violations


def test_a_missing_module_is_one_violation_for_each_name() -> None:
    assert _missing({"shop/a.py": ""}, "Cart", "Item") == ["shop.carts.Cart", "shop.carts.Item"]


def test_a_compiled_module_is_not_judged() -> None:
    scan = _scan({"shop/carts.pyx": "class Cart: ...\n"})
    assert not scan.violations
    assert "no Python source" in scan.migrations[0].rules[0].unchecked


def test_star_imports_in_a_circle_end() -> None:
    files = {"shop/carts.py": "from shop.b import *\n", "shop/b.py": "from shop.carts import *\n"}
    assert _missing(files) == ["shop.carts.Cart"]
