"""Where categories run: one executor for each value of `runs_on`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.domain.phase import Phase
from bot.domain.repository import RepositoryRef
from bot.domain.suite import Category, Executor
from bot.ports.sandbox import Sandbox, Source
from bot.suites.assessment import not_run
from bot.suites.run import CategoryProgress, CategoryRun, Runner

Watch = Callable[[CategoryProgress], None]
"""Told how far a category is, at least once a second; may raise to end it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CategoryJob:
    """One category to run on one commit of a repository, of which `git_dir` is a local copy.

    `untrusted`: nobody here wrote the code, so the results are evidence only. `identity` is the
    same when a job is done again after a crash, and that of no other job of the category. Each
    job is only itself, however like another it is. `coverage` are the paths of coverage files that
    the run may leave in its checkout.
    """

    repository: RepositoryRef
    git_dir: Path
    commit: str
    phase: Phase
    category: Category
    untrusted: bool = False
    identity: str = ""
    coverage: tuple[str, ...] = ()


class CategoryExecutor(Protocol):
    """Runs categories to their judgement; any number at a time, each in a thread of its own."""

    def run(self, job: CategoryJob, watch: Watch) -> CategoryRun:
        """Run one. What cannot be run is a result too. Raises what `watch` raises."""


@dataclass(frozen=True, slots=True)
class SandboxExecutor:
    """`runs_on: sandbox`."""

    sandbox: Sandbox

    def run(self, job: CategoryJob, watch: Watch) -> CategoryRun:
        """Run one in a sandbox of its own."""
        runner = Runner(
            sandbox=self.sandbox,
            source=Source(job.git_dir, job.commit),
            phase=job.phase,
            untrusted=job.untrusted,
            coverage=job.coverage,
            progress=watch,
        )
        return runner.run(job.category)


def run_category(
    executors: Mapping[Executor, CategoryExecutor], job: CategoryJob, watch: Watch
) -> CategoryRun:
    """Run a category where it says that it runs; a result too where there is no such place."""
    executor = executors.get(job.category.executor)
    if executor is None:
        reason = f"it runs on {job.category.executor}, which Canon cannot use here"
        return CategoryRun(not_run(job.category, job.phase, reason))
    return executor.run(job, watch)
