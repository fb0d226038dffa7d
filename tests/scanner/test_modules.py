import pytest

from bot.scanner.modules import File, Roots, absolute


@pytest.mark.parametrize(
    ("roots", "path", "expected"),
    [
        ([".", "src"], "a/b.py", ("a.b", ("a",))),
        ([".", "src"], "a/__init__.py", ("a", ("a",))),
        ([".", "src"], "src/a/b.py", ("a.b", ("a",))),
        ([".", "src"], "source/a.py", ("source.a", ("source",))),
        (["."], "src/a.py", ("src.a", ("src",))),
        (["*/src"], "one/src/a/b.py", ("a.b", ("a",))),
        (["**/src"], "one/src/two/src/a.py", ("a", ())),
        (["lib", "lib/inner"], "lib/inner/a.py", ("a", ())),
        ([".", "src"], "src.py", ("src", ())),
        (["."], "a.pyi", ("a", ())),
        (["./lib/"], "lib/a.py", ("a", ())),
    ],
)
def test_a_file_belongs_to_its_longest_root(
    roots: list[str], path: str, expected: tuple[str, tuple[str, ...]]
) -> None:
    assert Roots(roots).file(path) == File(path, *expected)


@pytest.mark.parametrize("path", ["other/a.py", "src2/a.py", "src/readme.md"])
def test_outside_every_root_and_beside_python_there_is_no_module(path: str) -> None:
    assert Roots(["src"]).file(path) == File(path)


@pytest.mark.parametrize(
    ("package", "name", "expected"),
    [
        (("a", "b"), "x.y", "x.y"),
        (("a", "b"), ".x", "a.b.x"),
        (("a", "b"), "..x", "a.x"),
        (("a", "b"), "...x", "x"),
        (("a", "b"), "....x", None),
        (("a", "b"), ".", "a.b"),
        ((), ".x", "x"),
        ((), "..x", None),
        (None, "x", "x"),
        (None, ".x", None),
    ],
)
def test_a_name_is_made_absolute_as_the_import_system_does(
    package: tuple[str, ...] | None, name: str, expected: str | None
) -> None:
    assert absolute(package, name) == expected
