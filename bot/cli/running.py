"""Running test categories from the command line, in the sandbox of this machine."""

import sys
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bot.cli.local import Local
    from bot.domain.configuration import Migration
    from bot.domain.phase import Phase
    from bot.domain.suite import Category
    from bot.domain.testing import CategoryResult
    from bot.suites.run import CategoryProgress

_WIDEST: Final = 60


def run_categories(
    local: "Local",
    commit: str,
    phase: "Phase",
    categories: "Sequence[tuple[Migration, Category]]",
    *,
    quiet: bool,
) -> "Sequence[CategoryResult]":
    """Run categories of migrations one after the other on a commit.

    Progress goes to standard error.
    """
    from bot.cli.sandbox import local_sandbox
    from bot.domain.repository import RepositoryRef
    from bot.domain.suite import Executor
    from bot.suites.covered import coverage_paths, with_coverage
    from bot.suites.executors import CategoryJob, SandboxExecutor, run_category

    git_dir = local.clone.git_dir
    here = RepositoryRef(0, (local.clone.directory or git_dir).name)
    executors = {Executor.SANDBOX: SandboxExecutor(local_sandbox())}

    def result(migration: "Migration", category: "Category") -> "CategoryResult":
        job = CategoryJob(
            repository=here,
            git_dir=git_dir,
            commit=commit,
            phase=phase,
            category=category,
            coverage=coverage_paths(migration),
        )
        run = run_category(executors, job, progress)
        paths = partial(local.commits.all_paths, commit)
        return with_coverage(run, migration.coverage, commit, paths)

    with _progress(quiet=quiet) as progress:
        return [result(migration, category) for migration, category in categories]


@contextmanager
def _progress(*, quiet: bool) -> "Iterator[Callable[[CategoryProgress], None]]":
    """A line on standard error that says which test runs; only on a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from bot.reports.plain import visible

    def show(progress: "CategoryProgress") -> None:
        done = f" {progress.done}/{progress.total}" if progress.total else ""
        running = visible(progress.test or "", _WIDEST)
        again = " again" if progress.again else ""
        what = f"{progress.category}: {progress.stage}{again}{done}, {progress.seconds:.0f} s"
        click.echo(f"\r{what}  {running}\x1b[K", nl=False, err=True)

    try:
        yield show
    finally:
        click.echo("\r\x1b[K", nl=False, err=True)
