from typing import Any

from bot.domain.configuration import Rule
from bot.domain.scan import FileProblem
from bot.scanner.rules.absent_file import Parameters as AbsentFile
from bot.scanner.rules.single_file import Parameters as SingleFile
from tests.support.trees import Shelf, configured, scan_files


def _single(*files: str, keep: tuple[str, ...] = (), **changes: Any) -> Rule:
    return Rule(
        id="r", kind="single-file", parameters=SingleFile(files=files, keep=keep), **changes
    )


def _absent(*files: str, **changes: Any) -> Rule:
    return Rule(id="r", kind="absent-file", parameters=AbsentFile(files=files), **changes)


def test_every_other_file_that_matches_is_a_violation() -> None:
    files = {"a/x_manager.py": "", "b/x_manager.py": "", "b/x_managers.py": ""}
    scan = scan_files(_single("*_manager.py", keep=("./a/x_manager.py",)), files)
    assert [(one.path, one.line, one.column) for one in scan.violations] == [
        ("b/x_manager.py", 1, 1)
    ]


def test_an_absent_file_tells_its_lines() -> None:
    scan = scan_files(_absent("old/**"), {"old/a.py": "x\ny\n", "old/b.txt": "x", "new.py": ""})
    assert [(one.path, one.details) for one in scan.violations] == [
        ("old/a.py", {"lines": 2}),
        ("old/b.txt", {"lines": 1}),
    ]


def test_files_that_are_not_python_are_no_part_of_what_was_scanned() -> None:
    scan = scan_files(_absent("*.txt"), {"a.txt": "x", "b.txt": b"\xff\0", "c.py": ""})
    assert len(scan.violations) == 2
    assert (scan.considered, scan.scanned, scan.degraded, scan.skipped) == (1, 1, (), ())


def test_a_file_that_is_no_text_has_no_lines() -> None:
    (found,) = scan_files(_absent("a.bin"), {"a.bin": b"\xff\0"}).violations
    assert found.details == {}


def test_what_the_configuration_excludes_is_left_alone() -> None:
    files = {"a.txt": "", "x/a.txt": ""}
    scan = scan_files(_absent("a.txt"), files, exclude=("x/**",))
    assert [one.path for one in scan.violations] == ["a.txt"]


def test_an_include_that_somebody_wrote_holds_for_these_kinds_too() -> None:
    files = {"a.txt": "", "x/a.txt": ""}
    scan = scan_files(_absent("a.txt"), files, include=("x/**",))
    assert [one.path for one in scan.violations] == ["x/a.txt"]


def test_symbolic_links_and_submodules_are_not_files() -> None:
    shelf = Shelf()
    files = {"a.py": "b.py", "lib.py": "", "b.py": ""}
    tree = shelf.trees.add(files, modes={"a.py": "120000", "lib.py": "160000"})
    scan = shelf.engine.scan(configured(_absent("*.py")), tree)
    assert [one.path for one in scan.violations] == ["b.py"]
    assert scan.skipped == (
        FileProblem("a.py", "symbolic link"),
        FileProblem("lib.py", "submodule"),
    )


def test_a_file_that_is_too_large_is_still_there() -> None:
    scan = scan_files(_absent("a.py"), {"a.py": "x" * (1 << 21)})
    assert [one.details for one in scan.violations] == [{}]
    assert scan.skipped == (FileProblem("a.py", "larger than 1 MiB"),)


def test_a_moved_file_keeps_its_symbol() -> None:
    (one,) = scan_files(_absent("*_old.py"), {"a/x_old.py": ""}).violations
    (other,) = scan_files(_absent("*_old.py"), {"b/y_old.py": ""}).violations
    assert one.symbol == other.symbol == "*_old.py"
