from typing import Any

import pytest

from bot.domain.configuration import Rule
from bot.domain.scan import Scan
from bot.scanner.rules.interface import Parameters
from tests.support.trees import Files, scan_files

_REFERENCE = (
    "class Store:\n"
    "    def load(self, key, *, fast=False): ...\n"
    "    async def save(self, key): ...\n"
    "    def _private(self): ...\n"
)
_COMPLETE = "    def load(self, key, *, fast=False): ...\n    async def save(self, key): ...\n"


def _scan(files: Files, **parameters: Any) -> Scan:
    given = {"reference": "ref:Store", "implementations": ("impl:Impl",), **parameters}
    rule = Rule(id="r", kind="interface", parameters=Parameters(**given))
    return scan_files(rule, {"ref.py": _REFERENCE, **files})


def _differences(files: Files, **parameters: Any) -> list[tuple[str, str, str]]:
    scan = _scan(files, **parameters)
    assert not scan.degraded, scan.degraded
    found = (one.details for one in scan.violations)
    return [(one["implementation"], one["method"], one["difference"]) for one in found]


def _of_load(signature: str, reference: str = "(self, key, *, fast=False)") -> list[str]:
    """The differences that a method makes, given both signatures."""
    files = {
        "ref.py": f"class Store:\n    def load{reference}: ...\n",
        "impl.py": f"class Impl:\n    def load{signature}: ...\n",
    }
    return [difference for _, _, difference in _differences(files)]


@pytest.mark.parametrize(
    "signature",
    [
        "(self, key, *, fast=False)",
        "(this, key, *, fast=False)",
        "(self, key: str, *, fast: bool = False) -> bytes",
        "(self, key, *, fast = (False))",
    ],
)
def test_what_callers_do_not_see_is_no_difference(signature: str) -> None:
    assert _of_load(signature) == []


@pytest.mark.parametrize(
    "signature",
    [
        "(self, name, *, fast=False)",
        "(self, key, fast=False)",
        "(self, key, *, fast=True)",
        "(self, key, *, fast)",
        "(self, key, *, slow=False)",
        "(self, key, /, *, fast=False)",
        "(self, key, *more, fast=False)",
        "(self, key, *, fast=False, **more)",
        "(self, key=None, *, fast=False)",
        "(self, *, fast=False)",
    ],
)
def test_names_kinds_and_defaults_of_parameters_are_compared(signature: str) -> None:
    assert _of_load(signature) == ["signature"]


def test_the_names_of_what_no_caller_can_name_are_not_compared() -> None:
    assert _of_load("(self, a, /, *b, **c)", "(self, x, /, *y, **z)") == []


def test_annotations_are_compared_when_asked() -> None:
    files = {
        "ref.py": "class Store:\n    def load(self, key: int) -> str: ...\n",
        "impl.py": "class Impl:\n    def load(self, key: str) -> str: ...\n",
    }
    assert _differences(files) == []
    assert _differences(files, annotations=True) == [("impl:Impl", "load", "signature")]


def test_private_methods_are_compared_only_where_they_are_named() -> None:
    files = {"impl.py": f"class Impl:\n{_COMPLETE}"}
    assert _differences(files) == []
    assert _differences(files, methods=("_private",)) == [("impl:Impl", "_private", "missing")]


def test_only_the_kinds_of_difference_that_are_asked_for_are_reported() -> None:
    files = {"impl.py": "class Impl:\n    def save(self, other): ...\n"}
    assert _differences(files) == [
        ("impl:Impl", "load", "missing"),
        ("impl:Impl", "save", "signature"),
        ("impl:Impl", "save", "async"),
    ]
    assert _differences(files, check=("async",)) == [("impl:Impl", "save", "async")]


@pytest.mark.parametrize(
    ("reference", "implementation"),
    [
        ("async def f(self): ...", "def f(self): ..."),
        ("def f(self): ...", "async def f(self): ..."),
        ("async def f(self): ...", "async def f(self):\n        yield"),
    ],
)
def test_what_a_call_gives_is_compared(reference: str, implementation: str) -> None:
    files = {
        "ref.py": f"class Store:\n    {reference}\n",
        "impl.py": f"class Impl:\n    {implementation}\n",
    }
    assert _differences(files) == [("impl:Impl", "f", "async")]


@pytest.mark.parametrize("decorator", ["@property", "@staticmethod", "@classmethod"])
def test_a_property_or_a_static_or_class_method_is_no_plain_one(decorator: str) -> None:
    files = {
        "ref.py": f"class Store:\n    {decorator}\n    def f(a): ...\n",
        "impl.py": "class Impl:\n    def f(a): ...\n",
    }
    assert _differences(files) == [("impl:Impl", "f", "signature")]
    files["impl.py"] = f"class Impl:\n    {decorator}\n    def f(a): ...\n"
    assert _differences(files) == []


@pytest.mark.parametrize(
    "text",
    [
        "import base\nclass Impl(base.Base): ...\n",
        "from base import Base as B\nclass Impl(B): ...\n",
        "from base import *\nclass Impl(Base): ...\n",
        "from middle import Base\nclass Impl(Base): ...\n",
        "from middle import Other\nclass Impl(Other): ...\n",
        "import base\nBase = base.Base\nclass Impl(Base): ...\n",
        "from base import Base\nImpl = type('Impl', (Base,), {})\n",
        "from base import Base\nfrom typing import Generic, T\nclass Impl(Base, Generic[T]): ...\n",
        "from base import Base as Impl\n",
        "try:\n    from base import Base\nexcept ImportError:\n    raise\nclass Impl(Base): ...\n",
    ],
)
def test_methods_are_inherited_across_modules(text: str) -> None:
    files = {
        "base.py": f"class Base:\n{_COMPLETE}",
        "middle.py": "from base import Base\nclass Other(Base): ...\n",
        "impl.py": text,
    }
    assert _differences(files) == []


def test_the_nearest_method_counts_in_the_order_of_python() -> None:
    files = {
        "impl.py": (
            f"class Top:\n{_COMPLETE}"
            "class Left(Top): ...\n"
            "class Right(Top):\n    def load(self): ...\n"
            "class Impl(Left, Right): ...\n"
        )
    }
    assert _differences(files) == [("impl:Impl", "load", "signature")]


def test_a_base_class_from_elsewhere_is_named_and_nothing_is_guessed() -> None:
    scan = _scan({"impl.py": "from lib import Base\nclass Impl(Base): ...\n"})
    assert not scan.violations
    (problem,) = scan.degraded
    assert problem.path == "impl.py"
    assert "base class lib.Base is not in the repository" in problem.reason
    assert "load, save" in problem.reason


def test_what_a_class_with_foreign_bases_has_itself_is_compared() -> None:
    text = "from lib import Base\nclass Impl(Base):\n    def load(self): ...\n"
    scan = _scan({"impl.py": text}, methods=("load",))
    assert [one.details["difference"] for one in scan.violations] == ["signature"]
    assert not scan.degraded


def test_a_method_that_is_only_abstract_is_missing() -> None:
    files = {
        "ref.py": (
            "from abc import ABC, abstractmethod\n"
            "class Store(ABC):\n    @abstractmethod\n    def load(self): ...\n"
        ),
        "impl.py": "from ref import Store\nclass Impl(Store): ...\n",
    }
    assert _differences(files) == [("impl:Impl", "load", "missing")]


def test_what_a_protocol_declares_its_heirs_do_not_have() -> None:
    files = {
        "ref.py": "from typing import Protocol\nclass Store(Protocol):\n    def load(self): ...\n",
        "impl.py": "from ref import Store\nclass Impl(Store): ...\n",
    }
    assert _differences(files) == [("impl:Impl", "load", "missing")]


def test_two_names_of_one_class_are_one_implementation() -> None:
    files = {"impl.py": "class Impl: ...\nOther = Impl\n", "more.py": "from impl import Impl\n"}
    listed = ("impl:Impl", "impl:Other", "more:Impl")
    assert len(_differences(files, implementations=listed)) == 2


def test_one_name_of_two_classes_is_two_implementations() -> None:
    text = "if X:\n    class Impl: ...\nelse:\n    from other import Impl\n"
    files = {"impl.py": text, "other.py": "class Impl: ...\n"}
    found = _differences(files, methods=("load",))
    assert found == [("impl:Impl", "load", "missing"), ("other:Impl", "load", "missing")]


def test_classes_by_name_are_found_wherever_they_are() -> None:
    files = {
        "a.py": "class AStore: ...\nclass Stores: ...\n",
        "b.py": "def f():\n    class BStore: ...\nclass C:\n    class CStore: ...\n",
        "d.py": "from a import AStore as DStore\nEStore = type('EStore', (), {})\n",
    }
    found = _differences(files, implementations={"class": r"\wStore"}, methods=("load",))
    assert [one for one, _, _ in found] == ["a:AStore", "b:f.BStore", "b:C.CStore", "d:EStore"]


def test_what_a_call_makes_is_reported_as_what_it_is() -> None:
    scan = _scan({"a.py": "AStore = make_store()\n"}, implementations={"class": r"\wStore"})
    assert not scan.violations
    assert "only running a tells" in scan.degraded[0].reason


def test_a_class_made_by_type_says_so() -> None:
    scan = _scan({"impl.py": "Impl = type('Impl', (), {})\n"})
    assert all("made by type()" in one.message for one in scan.violations)
    assert len(scan.violations) == 2


def test_the_reference_is_no_implementation_of_itself() -> None:
    assert _differences({}, implementations={"class": "Store"}) == []


def test_a_reference_that_is_gone_cannot_be_checked() -> None:
    scan = _scan({"impl.py": "class Impl: ...\n"}, reference="ref:Gone")
    assert not scan.violations
    assert "there is no class ref:Gone" in scan.migrations[0].rules[0].unchecked


def test_an_implementation_that_is_gone_cannot_be_checked() -> None:
    scan = _scan({"impl.py": ""})
    assert not scan.violations
    assert "there is no class impl:Impl" in scan.migrations[0].rules[0].unchecked


def test_details_say_what_was_expected_and_found() -> None:
    text = "class Impl:\n    def load(self, key, /, *a): ...\n    async def save(self, key): ...\n"
    (found,) = _scan({"impl.py": text}).violations
    assert (found.line, found.symbol) == (2, "Impl.load")
    assert found.details == {
        "implementation": "impl:Impl",
        "method": "load",
        "difference": "signature",
        "expected": "(self, key, *, fast=False)",
        "found": "(self, key, /, *a)",
    }


@pytest.mark.parametrize(
    "body",
    [
        "    load = _load\n",
        "    load: object\n    def __init__(self):\n        self.load = 1\n",
        "    load = partialmethod(_load)\n",
        "    load = lambda self, key, *, fast=False: None\n",
    ],
)
def test_a_method_may_be_there_by_assignment(body: str) -> None:
    text = f"def _load(self, key, *, fast=False): ...\nclass Impl:\n{body}"
    assert _differences({"impl.py": text}, methods=("load",)) == []


def test_overloads_only_describe_the_method_after_them() -> None:
    text = (
        "class Impl:\n"
        "    @overload\n    def load(self): ...\n"
        "    def load(self, key, *, fast=False): ...\n"
    )
    assert _differences({"impl.py": text}, methods=("load",)) == []


def test_classes_that_inherit_in_a_circle_end() -> None:
    files = {
        "impl.py": "from b import B\nclass Impl(B): ...\n",
        "b.py": "from impl import Impl as B\n",
    }
    assert _differences(files, methods=("load",)) == [("impl:Impl", "load", "missing")]
