"""A test category as a job for GitHub Actions."""

from pathlib import Path

from bot.domain.phase import Phase
from bot.domain.repository import RepositoryRef
from bot.domain.suite import Category, Executor, Expectation
from bot.suites.executors import CategoryJob


def actions_job() -> CategoryJob:
    """The category `unit` on Actions; it guards, but in the phase `migrate`."""
    return CategoryJob(
        repository=RepositoryRef(7, "acme/shop"),
        git_dir=Path("/clone"),
        commit="a" * 40,
        phase=Phase.DONE,
        category=Category(
            name="unit",
            run="pytest --junitxml={junit}",
            expect={**dict.fromkeys(Phase, Expectation.PASS), Phase.MIGRATE: Expectation.ANY},
            timeout=90,
            executor=Executor.ACTIONS,
            workflow="canon-tests.yml",
            services=("postgres", "redis"),
        ),
        identity="1",
    )
