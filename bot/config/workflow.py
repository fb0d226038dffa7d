"""The workflow that runs test categories on GitHub Actions, as it is proposed to a repository."""

from importlib import resources
from typing import Final

FOLDER: Final = ".github/workflows"
NAME: Final = "canon-tests.yml"
PATH: Final = f"{FOLDER}/{NAME}"


def workflow_text() -> str:
    """The workflow's YAML."""
    found = resources.files("bot").joinpath("templates", "workflows", NAME)
    return found.read_text(encoding="utf-8")
