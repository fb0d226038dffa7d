from typing import Any

import pytest

from bot.domain.configuration import Rule
from bot.domain.scan import Scan
from bot.scanner.rules.shared_state import Parameters
from tests.support.trees import scan_files


def _scan(text: str | bytes, *constructs: Any) -> Scan:
    parameters = Parameters(constructs=constructs) if constructs else Parameters()
    return scan_files(Rule(id="r", kind="shared-state", parameters=parameters), {"a.py": text})


def _found(text: str | bytes, *constructs: Any) -> list[tuple[str, str, int]]:
    return [(one.via, one.symbol, one.line) for one in _scan(text, *constructs).violations]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("x = 0\ndef f():\n    global x\n    x = 1\n", ("global", "x", 3), id="global"),
        pytest.param(
            "x = 0\ndef f():\n    global x\n    x += 1\n", ("global", "x", 3), id="augmented"
        ),
        pytest.param(
            "x = 0\ndef f():\n    global x\n    import x\n", ("global", "x", 3), id="imported"
        ),
        pytest.param(
            "x = 0\ndef f():\n    global x\n    for x in y: ...\n", ("global", "x", 3), id="a loop"
        ),
        pytest.param(
            "async def f():\n    global x\n    x = await y\n", ("global", "x", 2), id="async"
        ),
        pytest.param(
            "x = {}\ndef f():\n    x['a'] = 1\n", ("module-mutable", "x", 1), id="an item is set"
        ),
        pytest.param(
            "x = {}\ndef f():\n    del x['a']\n", ("module-mutable", "x", 1), id="an item is gone"
        ),
        pytest.param(
            "x = {}\ndef f():\n    x['a']['b'] = 1\n", ("module-mutable", "x", 1), id="deeper"
        ),
        pytest.param(
            "x = []\ndef f():\n    x.append(1)\n", ("module-mutable", "x", 1), id="appended"
        ),
        pytest.param(
            "x: list[int] = []\ndef f():\n    x.append(1)\n",
            ("module-mutable", "x", 1),
            id="annotated",
        ),
        pytest.param(
            "import collections as c\nx = c.deque()\ndef f():\n    x.pop()\n",
            ("module-mutable", "x", 2),
            id="made by an alias",
        ),
        pytest.param(
            "a, x = 1, set()\nclass A:\n    def f(self):\n        x.add(1)\n",
            ("module-mutable", "x", 1),
            id="unpacked, in a method",
        ),
        pytest.param(
            "if True:\n    x = {}\ndef f():\n    x.update(a=1)\n",
            ("module-mutable", "x", 2),
            id="in a block",
        ),
        pytest.param(
            "x = {}\nf = lambda: x.clear()\n", ("module-mutable", "x", 1), id="in a lambda"
        ),
        pytest.param(
            "x = {}\r\ndef f():\r\n    x[1] = 2\r\n", ("module-mutable", "x", 1), id="CRLF"
        ),
        pytest.param(
            "from functools import cache\n@cache\ndef f(): ...\n",
            ("cached-factory", "f", 3),
            id="cache",
        ),
        pytest.param(
            "import functools\n@functools.lru_cache(maxsize=1)\nasync def f(): ...\n",
            ("cached-factory", "f", 3),
            id="lru_cache with arguments",
        ),
        pytest.param(
            "from functools import lru_cache as c\nclass A:\n    @c\n    def f(self): ...\n",
            ("cached-factory", "A.f", 4),
            id="a method, by another name",
        ),
        pytest.param(
            "import functools\ndef f(): ...\ng = functools.cache(f)\n",
            ("cached-factory", "f", 3),
            id="by a call",
        ),
        pytest.param(
            "c = {}\ndef f(user, kind):\n    if kind not in c:\n        c[kind] = make(user)\n"
            "    return c[kind]\n",
            ("cached-factory", "f", 2),
            id="a key that leaves out a parameter",
        ),
        pytest.param(
            "class A:\n    x = []\n    def f(self):\n        self.x.append(1)\n",
            ("class-mutable", "A.x", 2),
            id="through an object",
        ),
        pytest.param(
            "class A:\n    x = {}\n    @classmethod\n    def f(cls):\n        cls.x[1] = 2\n",
            ("class-mutable", "A.x", 2),
            id="through the class",
        ),
        pytest.param(
            "class A:\n    x = {}\nclass B(A):\n    def f(self):\n        self.x[1] = 2\n",
            ("class-mutable", "A.x", 2),
            id="through an heir",
        ),
        pytest.param(
            "class A:\n    _instance = None\n    def __new__(cls):\n"
            "        cls._instance = cls._instance or object.__new__(cls)\n",
            ("singleton", "A._instance", 2),
            id="an instance",
        ),
        pytest.param(
            "_instances = {}\ndef f(k):\n    return _instances.setdefault(k, make(k))\n",
            ("singleton", "_instances", 1),
            id="instances",
        ),
    ],
)
def test_is_shared_state(text: str, found: tuple[str, str, int]) -> None:
    construct, _, _ = found
    assert _found(text, construct) == [found]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("def f():\n    global x\n    return x\n", id="a global that is only read"),
        pytest.param("global x\nx = 1\n", id="a global at the top"),
        pytest.param("def f():\n    x = 1\n    def g():\n        nonlocal x\n        x = 2\n"),
        pytest.param("x = {}\nx['a'] = 1\nx.update(b=2)\n", id="filled at import"),
        pytest.param("x = {}\ndef f(x):\n    x['a'] = 1\n", id="a parameter"),
        pytest.param("x = {}\ndef f():\n    x = {}\n    x['a'] = 1\n", id="a local variable"),
        pytest.param("x = {}\ndef f(y):\n    y.x['a'] = 1\n", id="an attribute of something else"),
        pytest.param("x = {}\ndef f():\n    return x['a'], x.get(1), len(x)\n", id="only read"),
        pytest.param("x = ()\ndef f():\n    x.append(1)\n", id="no container"),
        pytest.param("x = {}\ndef f():\n    'x[1] = 2'  # x[1] = 2\n", id="text"),
        pytest.param("from functools import cached_property\n@cached_property\ndef f(s): ...\n"),
        pytest.param("def cache(f): ...\n@cache\ndef f(): ...\n", id="another cache"),
        pytest.param("c = {}\ndef f(k):\n    if k not in c:\n        c.get(k)\n    return c[k]\n"),
        pytest.param("class A:\n    x = []\n    def f(self):\n        self.x = []\n"),
        pytest.param("class A:\n    x = []\n    def f(self):\n        return self.x[0]\n"),
        pytest.param("class A:\n    def f(self):\n        self._instance = 1\n", id="an object's"),
        pytest.param(
            "class A:\n    x = []\n    def __init__(self):\n        self.x = []\n"
            "    def f(self):\n        self.x.append(1)\n",
            id="set on each object",
        ),
        pytest.param(
            "import pydantic\nclass A(pydantic.BaseModel):\n    x: list[int] = []\n"
            "    def f(self):\n        self.x.append(1)\n",
            id="copied for each object",
        ),
    ],
)
def test_is_no_shared_state(text: str) -> None:
    assert _found(text) == []


def test_a_cache_whose_key_has_all_parameters_is_no_cached_factory() -> None:
    text = "c = {}\ndef f(a, b):\n    k = (a, b)\n    c[k] = make(a, b)\n    return c[k]\n"
    assert _found(text, "cached-factory") == []


def test_a_name_is_reported_once_with_the_lines_that_change_it() -> None:
    text = "x = {}\ndef f():\n    x[1] = 2\ndef g():\n    x.clear()\n"
    (found,) = _scan(text).violations
    assert found.details == {"construct": "module-mutable", "changed": [3, 5]}
    assert found.message == "x of the module is changed by a function (line 3, 5)"


def test_a_container_that_is_bound_anew_is_told_once() -> None:
    text = "x = {}\ndef f():\n    global x\n    x = {}\n    x[1] = 2\n"
    assert [via for via, _, _ in _found(text)] == ["global"]


def test_only_the_constructs_that_are_named_count() -> None:
    text = "x = {}\ny = 0\ndef f():\n    global y\n    y = 1\n    x[1] = 2\n"
    assert _found(text, "module-mutable") == [("module-mutable", "x", 1)]
    assert _found(text, "singleton", "class-mutable") == []


def test_a_file_with_a_syntax_error_gives_what_can_be_parsed() -> None:
    scan = _scan("x = {}\ndef f():\n    x[1] = 2\nclass :\n")
    assert [one.symbol for one in scan.violations] == ["x"]
    assert [one.reason for one in scan.degraded] == ["syntax error at 4:7"]


def test_what_looks_like_much_state_takes_little_time() -> None:
    text = "".join(f"x{n} = {{}}\ndef f{n}():\n    x{n}[1] = 2\n" for n in range(2000))
    assert len(_found(text)) == 2000
