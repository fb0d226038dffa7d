"""The workflow that runs test categories on GitHub Actions, as it is proposed to a repository."""

from collections.abc import Collection
from importlib import resources
from typing import Final

from bot.domain.configuration import Configuration
from bot.domain.suite import Executor

FOLDER: Final = ".github/workflows"
NAME: Final = "canon-tests.yml"
PATH: Final = f"{FOLDER}/{NAME}"


def workflow_text() -> str:
    """The workflow's YAML."""
    found = resources.files("bot").joinpath("templates", "workflows", NAME)
    return found.read_text(encoding="utf-8")


def missing_workflows(configuration: Configuration, paths: Collection[str]) -> tuple[str, ...]:
    """The paths of workflows that categories run on and that are not among `paths`, sorted."""
    wanted = {
        f"{FOLDER}/{category.workflow}"
        for migration in configuration.migrations
        for category in migration.tests
        if category.executor is Executor.ACTIONS
    }
    return tuple(sorted(wanted - set(paths)))
