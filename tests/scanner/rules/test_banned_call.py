import pytest

from bot.domain.configuration import Rule
from bot.scanner.rules.banned_call import Parameters
from tests.support.trees import Files, scan_files


def _places(files: Files, *names: str, allow: tuple[str, ...] = ()) -> list[tuple[str, int, int]]:
    parameters = Parameters(names=names or ("shop.m.Manager",), allow=allow)
    scan = scan_files(Rule(id="r", kind="banned-call", parameters=parameters), files)
    return [(one.path, one.line, one.column) for one in scan.violations]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        pytest.param("import shop.m\nshop.m.Manager()\n", 2, 8, id="the whole path"),
        pytest.param("import shop.m as m\nm.Manager()\n", 2, 3, id="an alias of the module"),
        pytest.param("from shop import m\nm.Manager()\n", 2, 3, id="from the package"),
        pytest.param("from shop.m import Manager\nManager()\n", 2, 1, id="by name"),
        pytest.param("from shop.m import Manager as M\nM()\n", 2, 1, id="by another name"),
        pytest.param("from shop.m import *\nManager()\n", 2, 1, id="a star"),
        pytest.param("from shop import *\nm.Manager()\n", 2, 3, id="a star above"),
        pytest.param("from shop.m import Manager\nM = Manager\nM()\n", 3, 1, id="an assignment"),
        pytest.param("from shop.m import Manager\nManager[int]()\n", 2, 1, id="a subscript"),
        pytest.param("from shop.m import Manager\n@Manager\ndef f(): ...\n", 2, 2, id="decorator"),
        pytest.param(
            "def f():\n    from shop.m import Manager\n    return Manager()\n", 3, 12, id="function"
        ),
        pytest.param(
            "from shop.m import Manager\nasync def f():\n    await Manager()\n", 3, 11, id="async"
        ),
        pytest.param("from shop.m import Manager\nf'{Manager()}'\n", 2, 4, id="an f-string"),
        pytest.param(
            "try:\n    from shop.m import Manager\nexcept ImportError:\n    Manager = None\n"
            "Manager()\n",
            5,
            1,
            id="a conditional import",
        ),
        pytest.param(
            "import shop.m\nclass A:\n    M = shop.m.Manager\n    x = M()\n", 4, 9, id="in a class"
        ),
        pytest.param("import shop.m\r\n\r\nshop.m.Manager()\r\n", 3, 8, id="CRLF"),
        pytest.param("import shop.m\nx = {\n 1: shop.m.Manager(\n)}\n", 3, 12, id="many lines"),
        pytest.param("if (M := __import__):\n    pass\nimport shop.m\nshop.m.Manager()\n", 4, 8),
    ],
)
def test_is_a_call_of_it(text: str, line: int, column: int) -> None:
    assert _places({"a.py": text}) == [("a.py", line, column)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("import shop.m\nx = shop.m.Manager\n", id="no call"),
        pytest.param("import shop.m\nshop.m.Manager.make()\n", id="a call of something in it"),
        pytest.param("from other.m import Manager\nManager()\n", id="another class"),
        pytest.param("Manager()\n", id="nothing that is known"),
        pytest.param("shop.m.Manager()\n", id="nothing that is imported"),
        pytest.param("from shop.m import Manager\nclass M(Manager): ...\nM()\n", id="an heir"),
        pytest.param("from shop.m import Manager\ndef f(Manager):\n    Manager()\n", id="shadowed"),
        pytest.param("from shop.m import Manager\nx.Manager()\n", id="an attribute of that name"),
        pytest.param("import shop.m\n# shop.m.Manager()\n'shop.m.Manager()'\n", id="text"),
        pytest.param("import shop.m\nprint(f'shop.m.Manager() {x}')\n", id="an f-string's text"),
        pytest.param("from shop.m import Manager\n[Manager() for Manager in x]\n", id="a loop"),
        pytest.param("from shop.m import ManagerFactory\nManagerFactory()\n", id="another name"),
    ],
)
def test_is_no_call_of_it(text: str) -> None:
    assert _places({"a.py": text}) == []


def test_relative_imports_are_resolved_from_the_file() -> None:
    files = {
        "shop/a.py": "from .m import Manager\nManager()\n",
        "shop/sub/b.py": "from .. import m\nm.Manager()\n",
        "shop/__init__.py": "from .m import Manager\nManager()\n",
        "other/a.py": "from .m import Manager\nManager()\n",
    }
    assert [path for path, _, _ in _places(files)] == [
        "shop/__init__.py",
        "shop/a.py",
        "shop/sub/b.py",
    ]


def test_its_own_module_calls_it_too() -> None:
    files = {"shop/m.py": "class Manager: ...\n\n\nManager()\n", "m.py": "class Manager: ...\n"}
    assert _places(files) == [("shop/m.py", 4, 1)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("eval('1')\n", 1),
        ("import builtins\nbuiltins.eval('1')\n", 1),
        ("from builtins import eval as run\nrun('1')\n", 1),
        ("def eval(x): ...\neval('1')\n", 0),
        ("x.eval('1')\n", 0),
    ],
)
def test_a_builtin_is_meant_by_a_bare_name(text: str, found: int) -> None:
    assert len(_places({"a.py": text}, "eval")) == found


def test_allowed_files_may_call_it() -> None:
    text = "from shop.m import Manager\nManager()\n"
    files = {"shop/factory.py": text, "app.py": text}
    assert _places(files, allow=("shop/factory.py",)) == [("app.py", 2, 1)]
