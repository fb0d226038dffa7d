from typing import Any

import pytest

from bot.domain.configuration import Rule
from bot.scanner.rules.dangling_import import Parameters
from tests.support.trees import Files, Shelf, configured, scan_files

_SHOP = {"shop/__init__.py": "", "shop/carts.py": "class Cart: ...\n"}
_GONE = "from shop.carts import Gone\n"


def _rule(**parameters: Any) -> Rule:
    return Rule(id="r", kind="dangling-import", parameters=Parameters(**parameters))


def _found(files: Files, *modules: str, **changes: Any) -> list[str]:
    scan = scan_files(_rule(modules=modules), {**_SHOP, **files}, **changes)
    return [one.symbol for one in scan.violations]


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("from shop.carts import Gone\n", "shop.carts.Gone"),
        ("from shop.gone import x\n", "shop.gone.x"),
        ("from shop.gone import *\n", "shop.gone.*"),
        ("from shop import gone\n", "shop.gone"),
        ("import shop.gone\n", "shop.gone"),
        ("import shop.gone.deep as d\n", "shop.gone.deep"),
        ("import shop.carts.deep\n", "shop.carts.deep"),
        ("if TYPE_CHECKING:\n    from shop.carts import Gone\n", "shop.carts.Gone"),
        ("def f():\n    from shop.carts import Gone as G\n", "shop.carts.Gone"),
        ("try:\n    from shop.carts import Gone\nexcept KeyError: ...\n", "shop.carts.Gone"),
        ("try: ...\nexcept ImportError:\n    from shop.carts import Gone\n", "shop.carts.Gone"),
        ("def f(:\nfrom shop.carts import Gone\n", "shop.carts.Gone"),
    ],
)
def test_an_import_of_what_is_gone_is_found(text: str, symbol: str) -> None:
    assert _found({"app.py": text}) == [symbol]


@pytest.mark.parametrize(
    "text",
    [
        "from shop.carts import Cart, __name__, __doc__\n",
        "from shop import carts\n",
        "import shop.carts\n",
        "import gone\n",
        "from gone import x\n",
        "from .gone import x\n",
        "'''\nfrom shop.carts import Gone\n'''\n",
        "# from shop.carts import Gone\n",
        f"try:\n    {_GONE}except ImportError: ...\n",
        f"try:\n    {_GONE}except (KeyError, ModuleNotFoundError): ...\n",
        f"try:\n    {_GONE}except:\n    ...\n",
        f"with suppress(ImportError):\n    {_GONE}",
        f"with pytest.raises(ImportError):\n    {_GONE}",
    ],
)
def test_an_import_of_what_is_there_or_foreseen_is_not(text: str) -> None:
    assert _found({"app.py": text}) == []


@pytest.mark.parametrize(
    "text",
    [
        "if X:\n    class Gone: ...\n",
        "try:\n    from a import Gone\nexcept ImportError:\n    Gone = None\n",
        "for Gone in x: ...\n",
        "with x as Gone: ...\n",
        "a, (b, *Gone) = x\n",
        "a = Gone = x\n",
        "x = 1; Gone = 2\n",
        "print(Gone := 1)\n",
        "def f():\n    global Gone\n    Gone = 1\n",
        "from shop.models import *\n",
        "from shop.star import *\n",
        "from elsewhere import *\n",
        "def __getattr__(name): ...\n",
        "exec(code)\n",
        "globals()['Gone'] = 1\n",
        "globals().update(x)\n",
        "vars().update(x)\n",
        "sys.modules[__name__] = x\n",
        "IntEnum._convert_('x', __name__, f)\n",
        "import Gone.deep\n",
        "import x as Gone\n",
        "from x import (  # all of these\n    a, # and\n    Gone,\n)\n",
        "Gone \\\n  = 1\n",
        "Gone: int = 1\n",
        "match x:\n    case [Gone]: ...\n",
        "class\\\n  Gone: ...\n",
        "if x: Gone = 1\n",
        "(Gone) = 1\n",
        "Ｇone = 1\n",  # noqa: RUF001 - identifiers compare in NFKC
    ],
)
def test_a_name_may_be_bound_in_any_way(text: str) -> None:
    files = {
        "shop/carts.py": text,
        "shop/models.py": "class Gone: ...\n",
        "shop/star.py": "from shop.models import *\n",
        "app.py": _GONE,
    }
    assert _found(files) == []


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    Gone = 1\n",
        "class A:\n    Gone = 1\n",
        "'''\nGone = 1\n'''\n",
        "f(\n    a,\nGone=1)\n",
        "x = [\nGone == 1]\n",
        "Gone = 1\ndel Gone\n",
        "from x import Gone as other\n",
        "Gone: int\n",
        "from shop.models import *\n",
        "x = globals()['a']\n",
        "except_ = 1\ntry: ...\nexcept E as Gone: ...\n",
    ],
)
def test_what_looks_like_a_binding_and_is_none(text: str) -> None:
    files = {
        "shop/carts.py": text,
        "shop/models.py": "class Gone: ...\n__all__ = ['Other']\n",
        "app.py": _GONE,
    }
    assert _found(files) == ["shop.carts.Gone"]


def test_a_namespace_that_others_share_is_not_judged_unless_it_is_named() -> None:
    files = {"cloud/shop/__init__.py": "", "app.py": "from cloud import x\nimport cloud.y\n"}
    assert _found(files) == []
    assert _found(files, "cloud.*") == ["cloud.x", "cloud.y"]


def test_a_folder_in_a_regular_package_is_nobody_elses() -> None:
    files = {"shop/sub/a.py": "", "app.py": "from shop.sub import a, b\n"}
    assert _found(files) == ["shop.sub.b"]


@pytest.mark.parametrize(
    "text", ["__path__ = extend_path(__path__, __name__)\n", "__path__ += x\n"]
)
def test_a_package_that_may_lie_elsewhere_too_is_not_judged(text: str) -> None:
    files = {"shop/__init__.py": text, "app.py": "from shop import gone\nimport shop.lost\n"}
    assert _found(files) == []


@pytest.mark.parametrize(
    "path",
    ["fast.pyx", "fast.c", "fast.cpython-311-x86_64-linux-gnu.so", "fast.pyi", "fast.pyx.in"],
)
def test_a_module_that_may_be_compiled_is_not_judged_unless_it_is_named(path: str) -> None:
    files = {f"shop/{path}": "", "app.py": "from shop.fast import x\nfrom shop import fast\n"}
    assert _found(files) == []
    assert "shop.fast.x" in _found(files, "shop.fast")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("shop/meson.build", "py.extension_module('fast', 'src/parser.c')\n"),
        ("setup.py", "ext_modules=[Extension('shop.fast', ['src/x.cc'])]\n"),
        ("pyproject.toml", '[tool.maturin]\nmodule-name = "shop.fast"\n'),
    ],
)
def test_a_module_that_a_build_makes_is_not_judged(path: str, text: str) -> None:
    assert _found({path: text, "app.py": "from shop.fast import x\n"}) == []


@pytest.mark.parametrize(
    "text",
    [
        "from shop import carts\n\ndef register(cls):\n    setattr(carts, cls.__name__, cls)\n",
        "from shop import carts\nsetattr(carts, 'Gone', 1)\n",
        "import shop.carts\nshop.carts.Gone = 1\n",
        "from . import carts\ncarts.Gone = 1\n",
    ],
)
def test_what_another_module_gives_a_module_is_there(text: str) -> None:
    assert _found({"shop/other.py": text, "app.py": _GONE}) == []


def test_modules_without_a_file_may_be_registered() -> None:
    files = {
        "shop/__init__.py": "import sys\nsys.modules['shop.moves'] = x\n",
        "app.py": "from shop.moves import x\nimport shop.lost\n",
    }
    assert _found(files) == ["shop.lost"]


def test_what_the_configuration_leaves_out_is_there_but_is_no_importer() -> None:
    files = {"shop/old.py": f"x = 1\n{_GONE}", "app.py": "from shop.old import x, y\n"}
    assert _found(files, exclude=("shop/old.py",)) == ["shop.old.y"]


def test_roots_decide_what_is_imported() -> None:
    files = {"lib/tax/__init__.py": "", "app.py": "from tax import gone\n"}
    assert _found(files) == []
    assert _found(files, roots=(".", "lib")) == ["tax.gone"]


def test_a_module_beside_the_importer_counts() -> None:
    files = {
        "tools/shop/__init__.py": "",
        "tools/shop/carts.py": "Gone = 1\n",
        "tools/run.py": "from shop.carts import Gone, Lost\n",
    }
    assert _found(files) == ["shop.carts.Lost"]


def test_what_only_a_stub_has_may_be_imported_for_types() -> None:
    files = {
        "shop/carts.pyi": "class Gone: ...\n",
        "a.pyi": _GONE,
        "b.py": f"if TYPE_CHECKING:\n    {_GONE}",
        "c.py": _GONE,
    }
    scan = scan_files(_rule(), {**_SHOP, **files})
    assert [one.path for one in scan.violations] == ["c.py"]


def test_globs_narrow_what_is_looked_at() -> None:
    text = "from shop.carts import Gone\nfrom shop.gone import x\nimport old\n"
    assert _found({"app.py": text}, "shop.c*") == ["shop.carts.Gone"]
    assert _found({"app.py": text}, "shop.**", "old") == ["shop.carts.Gone", "shop.gone.x", "old"]


def _many() -> dict[str, str]:
    return {
        **_SHOP,
        **{f"d{n % 10}/f{n}.py": f"from shop.carts import Cart\nx = {n}\n" for n in range(50)},
    }


def test_a_module_that_is_deleted_leaves_its_importers_dangling_and_none_is_read_again() -> None:
    shelf = Shelf()
    configuration = configured(_rule())
    first = shelf.trees.add(_many())
    assert not shelf.engine.scan(configuration, first).violations
    shelf.examinations.asked.clear()
    files = {**_many(), "shop/carts.py": "class Basket: ...\n"}
    scan = shelf.engine.scan(configuration, shelf.trees.add(files))
    assert len(scan.violations) == 50
    changed = [one.path for one in shelf.examinations.asked if one.path == "shop/carts.py"]
    assert len(changed) == 2  # its outline, and then with care
    shelf.examinations.asked.clear()
    again = {**files, "new.py": _GONE}
    scan = shelf.engine.scan(configuration, shelf.trees.add(again))
    assert len(scan.violations) == 51
    assert {one.path for one in shelf.examinations.asked} == {"new.py"}
    assert scan.timing.cache_misses <= 2
