from typing import Any

import pytest

from bot.domain.configuration import Rule
from bot.scanner.rules.facade import Parameters
from tests.support.trees import Files, scan_files

_REAL = {"real.py": "class A: ...\n\n\ndef b(): ...\n", "other.py": "class C: ...\n"}


def _facades(files: Files, *modules: str) -> list[tuple[str, dict[str, Any]]]:
    rule = Rule(id="r", kind="facade", parameters=Parameters(modules=modules or ("old.**", "old")))
    scan = scan_files(rule, {**_REAL, **files})
    return [(one.symbol, one.details) for one in scan.violations]


@pytest.mark.parametrize(
    "text",
    [
        "from real import A\n",
        "from real import A, b\n",
        "from real import *\n",
        "import real\nA = real.A\n",
        "from real import A as B\nC = B\n",
        "from real import A\n_private = 1\n",
        "import os\nfrom typing import Any\nfrom real import A\n",
        "from real import A\nown = 1\n__all__ = ['A']\n",
        "import warnings\nfrom real import A\nwarnings.warn('moved')\n",
        "from real import A\nown = 1\ndel own\n",
        "if X:\n    from real import A\nelse:\n    from real import b as A\n",
    ],
)
def test_a_module_that_only_passes_on_is_a_facade(text: str) -> None:
    assert _facades({"old.py": text}) == [("old", {"leads_to": ["real"], "chain": 1})]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "import os\n",
        "from six import A\n",
        "from real import A\nown = 1\n",
        "from real import A\nclass B(A): ...\n",
        "from real import A\ndef f(): ...\n",
        "from real import A\n__all__ = ['A', 'own']\nown = 1\n",
        "try:\n    from real import A\nexcept ImportError:\n    A = None\n",
        "from real import A\ndef __getattr__(name): ...\n",
        "from real import A\nB = A()\n",
        "from real import (A\n",
    ],
)
def test_a_module_with_something_of_its_own_or_that_nobody_can_tell_is_none(text: str) -> None:
    assert _facades({"old.py": text}) == []


def test_the_longest_way_is_counted_and_its_end_is_named() -> None:
    files = {
        "old/__init__.py": "from .one import *\nfrom other import C\n",
        "old/one.py": "from .two import A\n",
        "old/two.py": "from real import A\n",
    }
    assert _facades(files) == [
        ("old", {"leads_to": ["other", "real"], "chain": 3}),
        ("old.one", {"leads_to": ["real"], "chain": 2}),
        ("old.two", {"leads_to": ["real"], "chain": 1}),
    ]


def test_only_modules_that_match_are_looked_at() -> None:
    files = {"old/a.py": "from real import A\n", "old/b.py": "from real import A\n"}
    assert [module for module, _ in _facades(files, "old.a")] == ["old.a"]
    assert [module for module, _ in _facades(files, "*.b")] == ["old.b"]


def test_what_leads_out_of_the_repository_leads_to_the_last_module_in_it() -> None:
    files = {"old.py": "from middle import A\n", "middle.py": "from six import A\n"}
    assert _facades(files) == [("old", {"leads_to": ["middle"], "chain": 1})]


def test_imports_in_a_circle_end() -> None:
    files = {"old.py": "from middle import A\n", "middle.py": "from old import A\n"}
    assert _facades(files) == []


def test_a_facade_is_placed_at_what_it_takes_first() -> None:
    text = '"""Moved."""\nimport os\nfrom real import A\n'
    rule = Rule(id="r", kind="facade", parameters=Parameters(modules=("old",)))
    (found,) = scan_files(rule, {**_REAL, "old.py": text}).violations
    assert (found.path, found.line, found.column) == ("old.py", 3, 18)
