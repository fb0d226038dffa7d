"""Coverage files that real runs leave, in a real sandbox."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.adapters.sandbox.bubblewrap import BubblewrapSandbox
from bot.domain.configuration import Migration
from bot.domain.phase import Phase
from bot.domain.probe import CoverageGoal
from bot.domain.suite import Category, Expectation
from bot.domain.testing import CategoryCoverage, CategoryOutcome, CategoryResult
from bot.ports.sandbox import Source
from bot.suites import coverage_files
from bot.suites.covered import coverage_paths, with_coverage
from bot.suites.run import Runner
from tests.support.gitrepo import GitRepository
from tests.support.sandbox import SMALL

FILES: dict[str, str | bytes] = {
    "shop/__init__.py": "",
    "shop/carts.py": "def total(x):\n    if x:\n        return 1\n    return 2\n",
    "test_shop.py": "from shop.carts import total\ndef test_total(): assert total(1) == 1\n",
    "coverage.xml": "<coverage/>",
    "pytest.ini": "[pytest]\n",
}
MEASURED = "python -m coverage run --source=shop -m pytest -q"
ANOTHER_DATABASE = (
    "python -c \"import sqlite3; sqlite3.connect('.coverage').execute('create table t(a)')\""
)

Covered = Callable[[str, str], CategoryResult]


@pytest.fixture(scope="module")
def covered(sandbox: BubblewrapSandbox, tmp_path_factory: pytest.TempPathFactory) -> Covered:
    """What comes of a command and the coverage file that it is to leave."""
    repository = GitRepository(tmp_path_factory.mktemp("coverage") / "work")
    source = Source(repository.path / ".git", repository.commit(FILES))

    def covered(command: str, file: str) -> CategoryResult:
        goal = CoverageGoal(name="carts", file=file, paths=("shop/**",))
        category = Category(
            name="unit", run=command, expect=dict.fromkeys(Phase, Expectation.PASS), timeout=30.0
        )
        migration = Migration(
            issue=7, title="One", phase=Phase.DONE, rules=(), tests=(category,), coverage=(goal,)
        )
        runner = Runner(
            sandbox=sandbox,
            source=source,
            phase=Phase.DONE,
            limits=replace(SMALL, grace=1),
            coverage=coverage_paths(migration),
        )
        run = runner.run(category)
        return with_coverage(run, migration.coverage, source.commit, lambda: list(FILES))

    return covered


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "file"),
    [
        (f"{MEASURED} && python -m coverage xml -q", "coverage.xml"),
        (MEASURED, ".coverage"),
        (f"exec {MEASURED} # ends the shell", ".coverage"),
    ],
    ids=["xml", "database", "database of what replaced the shell"],
)
def test_what_a_run_wrote_is_measured(covered: Covered, command: str, file: str) -> None:
    result = covered(command, file)
    assert result.outcome is CategoryOutcome.AS_EXPECTED, result.log_tail
    expected = CategoryCoverage(name="carts", file=file, paths=("shop/**",), covered=3, lines=4)
    assert result.coverage == (expected,)
    assert result.notes == (f"coverage carts: 3 of 4 lines, by {file}",)


@pytest.mark.slow
def test_what_is_committed_is_not_what_the_run_wrote(covered: Covered) -> None:
    result = covered("pytest -q", "coverage.xml")
    assert result.outcome is CategoryOutcome.AS_EXPECTED, result.log_tail
    assert result.coverage == ()


@pytest.mark.slow
def test_the_status_of_the_command_stays_its_own(covered: Covered) -> None:
    result = covered(f"{MEASURED} && exit 7", ".coverage")
    assert result.exit == 7
    assert len(result.coverage) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "file", "reason"),
    [
        ("ln -s /etc/passwd coverage.xml", "coverage.xml", "it was refused"),
        ("mkfifo coverage.xml", "coverage.xml", "not a regular file"),
        ("echo hello > coverage.xml", "coverage.xml", "neither Cobertura XML"),
        (ANOTHER_DATABASE, ".coverage", "let the command end with `coverage xml`"),
    ],
    ids=["link", "pipe", "text", "another database"],
)
def test_what_is_no_coverage_file_is_unmeasured_with_the_reason(
    covered: Covered, command: str, file: str, reason: str
) -> None:
    (found,) = covered(f"pytest -q && {command}", file).coverage
    assert found.unmeasured is not None
    assert reason in found.unmeasured


def test_without_coverage_files_the_command_is_as_it_was() -> None:
    assert coverage_files.command("pytest", ()) == "pytest"
    assert coverage_files.results(()) == ()


def test_a_files_name_is_no_part_of_the_command() -> None:
    command = coverage_files.command("pytest", ["a; rm -rf $HOME.xml"])
    assert command == "rm -f -- 'a; rm -rf $HOME.xml'\npytest"
