from typing import Any

import pytest

from bot.domain.configuration import Rule
from bot.domain.violation import Violation
from bot.scanner.rules.single_definition import Parameters
from tests.support.trees import Files, scan_files


def _violations(files: Files, **parameters: Any) -> tuple[Violation, ...]:
    rule = Rule(id="r", kind="single-definition", parameters=Parameters(**parameters))
    return scan_files(rule, files).violations


def _names(files: Files, **parameters: Any) -> list[str]:
    return [one.details["qualified"] for one in _violations(files, **parameters)]


def test_the_whole_name_has_to_match() -> None:
    text = "class Router: ...\nclass CartRouter: ...\nclass Routers: ...\n"
    assert _names({"a.py": text}, class_="Router", canonical="b.py") == ["Router"]
    assert _names({"a.py": text}, class_=r"\w*Router", canonical="b.py") == ["Router", "CartRouter"]


def test_every_definition_in_the_canonical_path_is_canonical() -> None:
    text = "class ARouter: ...\nclass BRouter: ...\n"
    files = {"routing.py": text, "other.py": text}
    found = _violations(files, class_=r"\w*Router", canonical="routing.py")
    assert {one.path for one in found} == {"other.py"}


def test_of_a_module_only_the_named_one_is_canonical() -> None:
    files = {"src/pkg/routing.py": "class Router: ...\nclass BRouter: ...\n"}
    assert _names(files, class_=r"\w*Router", canonical="pkg.routing:Router") == ["BRouter"]


def test_a_canonical_name_may_be_nested() -> None:
    files = {"a.py": "class A:\n    class Meta: ...\nclass Meta: ...\n"}
    assert _names(files, class_="Meta", canonical="a:A.Meta") == ["Meta"]


def test_defined_twice_in_its_own_file_the_later_one_counts() -> None:
    text = "class P: ...\n\nclass P: ...\n"
    for canonical in ("a.py", "a:P"):
        (found,) = _violations({"a.py": text}, class_="P", canonical=canonical)
        assert (found.line, found.symbol) == (3, "P")


def test_nested_definitions_count_unless_told_otherwise() -> None:
    text = "def f():\n    class R: ...\nclass A:\n    class R: ...\n"
    assert _names({"a.py": text}, class_="R", canonical="b.py") == ["f.R", "A.R"]
    assert _names({"a.py": text}, class_="R", canonical="b.py", nested=False) == []


def test_methods_are_no_functions_but_what_is_in_them_may_be() -> None:
    text = "class A:\n    def make(self):\n        def make(): ...\nasync def make(): ...\n"
    assert _names({"a.py": text}, function="make", canonical="b.py") == ["A.make.make", "make"]


def test_a_class_is_no_function() -> None:
    assert _names({"a.py": "def R(): ...\n"}, class_="R", canonical="b.py") == []


@pytest.mark.parametrize(
    "text", ['"""\nclass R: ...\n"""\n', "# class R: ...\n", "R = 1\n", "from b import R\n"]
)
def test_what_is_no_definition(text: str) -> None:
    assert _names({"a.py": text}, class_="R", canonical="b.py") == []


def test_a_decorated_class_is_placed_at_its_statement() -> None:
    (found,) = _violations({"a.py": "@d\nclass R: ...\n"}, class_="R", canonical="b.py")
    assert (found.line, found.column, found.context) == (2, 1, "module")


def test_a_hostile_pattern_takes_no_time() -> None:
    name = "a" * 4000
    assert _names({"a.py": f"class {name}: ...\n"}, class_="(a+)+b|(a|a)*c", canonical="b.py") == []


def test_a_name_is_compared_as_python_compares_it() -> None:
    text = "class Ｒouter: ...\n"  # noqa: RUF001 - full width
    assert _names({"a.py": text}, class_="Router", canonical="b.py") == ["Router"]
