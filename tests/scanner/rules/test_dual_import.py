import pytest

from bot.domain.configuration import Rule
from bot.domain.violation import Violation
from bot.scanner.rules.dual_import import Parameters
from tests.support.trees import Files, scan_files


def _violations(modules: tuple[str, ...], files: Files) -> tuple[Violation, ...]:
    rule = Rule(id="r", kind="dual-import", parameters=Parameters(modules=modules))
    return scan_files(rule, files).violations


def test_the_place_is_where_the_second_module_first_appears() -> None:
    text = "import b.x\nimport b\nfrom a import y\nimport a\n"
    (found,) = _violations(("a", "b"), {"f.py": text})
    assert (found.line, found.column) == (3, 15)
    assert found.details == {"modules": ["b", "a"]}
    assert found.message == "imports from b and from a"


def test_three_modules_in_a_file_are_one_violation() -> None:
    (found,) = _violations(("a", "b", "c"), {"f.py": "import c\nimport a\nimport b\n"})
    assert found.details == {"modules": ["c", "a", "b"]}


@pytest.mark.parametrize(
    "text", ["import a\nimport a.b\n", "import a\n# import b\n", "import bb, a\n"]
)
def test_one_module_is_fine(text: str) -> None:
    assert _violations(("a", "b"), {"f.py": text}) == ()


def test_an_import_belongs_to_the_longest_module_over_it() -> None:
    assert _violations(("a", "a.b"), {"f.py": "import a.b.c\n"}) == ()
    assert len(_violations(("a", "a.b"), {"f.py": "import a.b.c, a.d\n"})) == 1


def test_sorting_imports_makes_no_new_violation() -> None:
    (one,) = _violations(("a", "b"), {"f.py": "import a\nimport b\n"})
    (other,) = _violations(("a", "b"), {"f.py": "import b\nimport a\n"})
    assert one.fingerprint == other.fingerprint


def test_relative_imports_count() -> None:
    files = {"pkg/a/x.py": "from . import y\nfrom ..b import z\n"}
    assert len(_violations(("pkg.a", "pkg.b"), files)) == 1


def test_imports_in_functions_count() -> None:
    text = "import a\n\ndef f():\n    import b\n"
    (found,) = _violations(("a", "b"), {"f.py": text})
    assert (found.line, found.context) == (4, "function")
