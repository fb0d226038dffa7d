"""Traps that real repositories have set for scanners: one claim each."""

import codecs

import pytest

from bot.domain.configuration import Configuration, Rule
from bot.scanner.rules import banned_import, single_definition
from tests.support.trees import Shelf, configured, scan_files

BANNED = Rule(
    id="r", kind="banned-import", parameters=banned_import.Parameters(modules=("pkg.legacy",))
)
LEGACY = b"from pkg.legacy import create\n"


def found(text: bytes | str, path: str = "app.py") -> list[str]:
    return [one.symbol for one in scan_files(BANNED, {path: text}).violations]


def problem(text: bytes | str, mode: str = "100644") -> tuple[str, str]:
    """What a file with an import is listed as, and why."""
    shelf = Shelf()
    tree = shelf.trees.add({"app.py": text}, {"app.py": mode})
    scan = shelf.engine.scan(configured(BANNED), tree)
    (one,) = (*scan.skipped, *scan.degraded)
    return ("skipped" if scan.skipped else "degraded"), one.reason


def test_a_module_imported_from_its_package_is_found_though_its_path_is_nowhere_written() -> None:
    assert found("from pkg import legacy\n") == ["pkg.legacy"]


def test_a_path_over_two_lines_is_found() -> None:
    assert found("from pkg.\\\n  legacy import create\n") == ["pkg.legacy.create"]


@pytest.mark.parametrize(
    "text",
    [
        "PATTERN = 'from pkg.legacy import create'\n",
        '"""\nfrom pkg.legacy import create\n"""\n',
        "# from pkg.legacy import create\n",
        "x = f'''\nimport pkg.legacy\n{1}'''\n",
    ],
    ids=["pattern", "docstring", "commented out", "f-string"],
)
def test_what_only_looks_like_an_import_does_not_count(text: str) -> None:
    assert found(text) == []


def test_no_folder_is_forgotten() -> None:
    folders = ("app", "tests", "scripts", ".ci", "deep/er/still")
    scan = scan_files(BANNED, {f"{folder}/a.py": LEGACY for folder in folders})
    assert {one.path for one in scan.violations} == {f"{folder}/a.py" for folder in folders}


def test_stubs_are_read_too() -> None:
    assert found(LEGACY, "app.pyi") == ["pkg.legacy.create"]


def test_a_class_that_one_file_defines_twice_is_found_twice() -> None:
    parameters = single_definition.Parameters(class_="Manager", canonical="pkg.protocols:Manager")
    rule = Rule(id="r", kind="single-definition", parameters=parameters)
    text = "class Manager: ...\n\nclass Manager: ...\n"
    assert [one.line for one in scan_files(rule, {"pkg/managers.py": text}).violations] == [1, 3]


def test_a_file_that_this_python_cannot_parse_is_listed_and_its_imports_are_found() -> None:
    text = LEGACY.decode() + "def f(:\n"
    scan = scan_files(BANNED, {"app.py": text})
    assert [one.symbol for one in scan.violations] == ["pkg.legacy.create"]
    assert [one.path for one in scan.degraded] == ["app.py"]


def test_quotes_nested_in_an_f_string_hide_no_import() -> None:
    # Python 3.12 takes it (PEP 701), 3.11 does not; what follows is an import for both.
    text = "x = f'''{f'''{1}'''}'''\nfrom pkg.legacy import create\n"
    assert found(text) == ["pkg.legacy.create"]


def test_a_name_that_is_only_equal_in_its_normal_form_is_found() -> None:
    assert found("from pkg.\uff4cegacy import create\n") == ["pkg.legacy.create"]


@pytest.mark.parametrize(
    "text",
    [
        codecs.BOM_UTF8 + LEGACY,
        b"x = 1\r\n" + LEGACY.replace(b"\n", b"\r\n"),
        b"x = 1\r" + LEGACY.replace(b"\n", b"\r"),
        b"\f" + LEGACY,
        b"# coding: latin-1\n# \xe9\n" + LEGACY,
        b"# -*- coding: utf-8-unix -*-\n" + LEGACY,
        "# coding: cp1252\nx = '€'\n".encode("cp1252") + LEGACY,
    ],
    ids=["BOM", "CRLF", "CR", "form feed", "latin-1", "Emacs", "cp1252"],
)
def test_a_file_is_read_as_python_reads_it(text: bytes) -> None:
    scan = scan_files(BANNED, {"app.py": text})
    assert [one.symbol for one in scan.violations] == ["pkg.legacy.create"]
    assert (scan.skipped, scan.degraded) == ((), ())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (LEGACY + b"x = '\0'\n", "null byte on line 2"),
        (LEGACY + b"# \xff\n", "not UTF-8 on line 2"),
        (b"# coding: nonsense\n" + LEGACY, "unknown encoding nonsense"),
    ],
    ids=["NUL", "not UTF-8", "unknown cookie"],
)
def test_a_file_that_is_read_in_part_is_listed_and_its_imports_are_found(
    text: bytes, reason: str
) -> None:
    assert found(text) == ["pkg.legacy.create"]
    assert problem(text) == ("degraded", reason)


@pytest.mark.parametrize(
    ("text", "mode", "reason"),
    [
        (b"\0\xff" * 100, "100644", "binary"),
        ("import pkg.legacy\n".encode("utf-16"), "100644", "encoded in UTF-16"),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
            "100644",
            "Git LFS pointer",
        ),
        (LEGACY * 50_000, "100644", "larger than 1 MiB"),
        (b"other.py", "120000", "symbolic link"),
        (b"", "160000", "submodule"),
    ],
    ids=["binary", "UTF-16", "LFS pointer", "giant", "link", "submodule"],
)
def test_a_file_that_is_not_read_is_listed(text: bytes, mode: str, reason: str) -> None:
    fate, said = problem(text, mode)
    assert fate == "skipped"
    assert said.startswith(reason)


def test_deep_nesting_is_a_listed_file_and_not_the_end() -> None:
    text = LEGACY + b"x = " + b"(" * 5000 + b")" * 5000 + b"\n" + b"f(" * 400
    rule = Rule(
        id="r",
        kind="banned-import",
        parameters=banned_import.Parameters(modules=("pkg.legacy",), strings=True),
    )
    scan = scan_files(rule, {"app.py": b"patch('pkg.legacy')\n" + text})
    assert [one.symbol for one in scan.violations] == ["pkg.legacy.create"]
    assert [one.path for one in scan.degraded] == ["app.py"]


def test_the_default_configuration_looks_at_every_python_file() -> None:
    assert Configuration(digest="", migrations=()).include == ("**/*.py", "**/*.pyi")
