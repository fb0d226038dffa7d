"""Coverage of `coverage:` entries, from files that coverage.py itself wrote."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.domain.measurement import Unmeasured
from bot.domain.observation import LinesCovered
from bot.domain.probe import CoverageGoal
from bot.suites.coverage import measure_coverage

COMMIT = "a1" * 20
FILES = {
    "shop/__init__.py": "",
    "shop/carts.py": "def total(x):\n    if x:\n        return 1\n    return 2\n",
    "shop/legacy/__init__.py": "",
    "shop/legacy/tax.py": "def tax():\n    return 1\n",
    "shop/unused.py": "x = 1\n",
    "run.py": "from shop.carts import total\nfrom shop.legacy import tax\ntotal(1)\n",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("project")
    for path, text in FILES.items():
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_text(text)
    return top


def coverage(top: Path, *run: str, file: str) -> bytes:
    command = {"xml": "xml", "json": "json", "lcov": "lcov"}
    for arguments in (run, (command[file], "-q", "-o", f"out.{file}")):
        subprocess.run([sys.executable, "-m", "coverage", *arguments], cwd=top, check=True)
    return (top / f"out.{file}").read_bytes()


def measured(
    content: bytes | None,
    *paths: str,
    file: str = "coverage.xml",
    tree: frozenset[str] = frozenset(FILES),
) -> LinesCovered | Unmeasured:
    goal = CoverageGoal(name="carts", file=file, paths=paths)
    contents = {} if content is None else {file: content}
    return measure_coverage([goal], contents, tree=tree, commit=COMMIT)["carts"]


def xml(*files: tuple[str, str], sources: str = "") -> bytes:
    classes = "".join(
        f'<class filename="{name}"><lines>{lines}</lines></class>' for name, lines in files
    )
    return (
        f"<coverage><sources>{sources}</sources><packages><package><classes>{classes}"
        "</classes></package></packages></coverage>"
    ).encode()


LINE = '<line number="1" hits="1"/>'


@pytest.mark.parametrize("file", ["xml", "json", "lcov"])
def test_the_share_is_what_coverage_says_in_each_of_its_formats(project: Path, file: str) -> None:
    content = coverage(project, "run", "--source=.", "run.py", file=file)
    found = measured(content, "shop/carts.py")
    assert found == LinesCovered(covered=3, lines=4, commit=COMMIT)


def test_names_relative_to_a_source_folder_are_found_in_the_repository(project: Path) -> None:
    (project / ".coveragerc").write_text("[run]\nsource = shop/legacy\n")
    content = coverage(project, "run", "run.py", file="xml")
    (project / ".coveragerc").unlink()
    assert b"/shop/legacy</source>" in content
    assert b'filename="tax.py"' in content
    found = measured(content, "shop/legacy/**")
    assert found == LinesCovered(covered=1, lines=2, commit=COMMIT)


def test_a_run_inside_a_folder_of_the_repository_is_understood_by_where_it_was() -> None:
    tree = frozenset({"backend/shop/carts.py", "frontend/shop/carts.py"})
    content = xml(("shop/carts.py", LINE), sources="<source>/build/w/backend</source>")
    found = measured(content, "backend/**", tree=tree)
    assert found == LinesCovered(covered=1, lines=1, commit=COMMIT)


def test_a_glob_that_matches_nothing_is_unmeasured_and_not_zero(project: Path) -> None:
    content = coverage(project, "run", "--source=.", "run.py", file="xml")
    found = measured(content, "shop/carts.py", "shop/gone/**")
    assert found == Unmeasured("shop/gone/** matches no file that coverage.xml reports on")


def test_a_glob_that_takes_files_out_may_match_nothing(project: Path) -> None:
    content = coverage(project, "run", "--source=.", "run.py", file="xml")
    found = measured(content, "shop/*.py", "!shop/gone.py", "!shop/unused.py")
    assert found == LinesCovered(covered=3, lines=4, commit=COMMIT)


def test_without_globs_every_file_counts(project: Path) -> None:
    content = coverage(project, "run", "--source=.", "run.py", file="xml")
    found = measured(content)
    assert isinstance(found, LinesCovered)
    assert (found.covered, found.lines) == (3 + 1 + 0 + 3, 4 + 2 + 1 + 3)


def test_files_that_the_report_leaves_out_are_told(project: Path) -> None:
    content = coverage(project, "run", "--include=shop/carts.py", "run.py", file="xml")
    found = measured(content, "shop/**")
    assert isinstance(found, LinesCovered)
    assert found.caveats == (
        "says nothing of shop/__init__.py, shop/legacy/__init__.py, shop/legacy/tax.py and 1 more",
    )


def test_a_file_that_was_not_written_is_unmeasured() -> None:
    assert measured(None) == Unmeasured("coverage.xml was not written")


def test_the_database_of_coverage_is_refused_with_what_to_do_instead(project: Path) -> None:
    coverage(project, "run", "--source=.", "run.py", file="xml")
    found = measured((project / ".coverage").read_bytes(), file=".coverage")
    assert isinstance(found, Unmeasured)
    assert "let the command end with `coverage xml`" in found.reason


def test_a_report_on_other_code_is_unmeasured() -> None:
    content = xml(("site-packages/requests/api.py", LINE))
    assert measured(content) == Unmeasured("coverage.xml names no file of the repository")


def test_installed_packages_with_a_file_of_the_same_name_do_not_count() -> None:
    tree = frozenset({"setup.py", "shop/a.py", "shop/b.py"})
    content = xml(
        ("/w/shop/a.py", LINE),
        ("/w/shop/b.py", LINE),
        ("/usr/lib/other/setup.py", LINE),
    )
    found = measured(content, tree=tree)
    assert isinstance(found, LinesCovered)
    assert (found.lines, found.caveats) == (2, ("says nothing of setup.py",))


def test_a_name_that_may_be_two_files_is_not_guessed() -> None:
    tree = frozenset({"a/x.py", "b/x.py"})
    content = xml(("x.py", LINE), sources="<source>/w/a</source><source>/w/b</source>")
    assert measured(content, tree=tree) == Unmeasured(
        "x.py in coverage.xml may be a/x.py or b/x.py"
    )


def test_a_line_that_is_listed_twice_counts_once_and_ran_if_one_says_so() -> None:
    tree = frozenset({"a.py"})
    never = '<line number="1" hits="0"/><line number="2" hits="0"/>'
    found = measured(xml(("a.py", LINE), ("a.py", never)), tree=tree)
    assert found == LinesCovered(covered=1, lines=2, commit=COMMIT)
