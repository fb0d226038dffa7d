"""A small repository in the middle of a migration, for the commands."""

from collections.abc import Mapping
from pathlib import Path

from tests.support.gitrepo import GitRepository

CONFIGURATION = """\
version: 1
migrations:
  - issue: 7
    title: One factory
    phase: {phase}
    rules:
      - id: legacy-import
        kind: banned-import
        severity: P1
        modules: [shop.legacy]
        replacement: shop.factory
      - id: old-file
        kind: absent-file
        files: ["shop/*_old.py"]
"""
USES_LEGACY = "import os\nfrom shop.legacy import make\n\nmake(os)\n"
USES_FACTORY = "import os\nfrom shop.factory import make\n\nmake(os)\n"


def configured(phase: str = "migrate") -> str:
    """The configuration in one phase."""
    return CONFIGURATION.format(phase=phase)


def shop(path: Path, *, phase: str = "migrate") -> GitRepository:
    """A clone with three legacy imports on its branch main."""
    repository = GitRepository(path)
    repository.commit(
        {
            ".github/canon.yml": configured(phase),
            "shop/__init__.py": "",
            "shop/legacy.py": "def make(x): ...\n",
            "shop/factory.py": "def make(x): ...\n",
            "shop/a.py": USES_LEGACY,
            "shop/b.py": USES_LEGACY,
            "shop/c.py": USES_LEGACY,
        }
    )
    return repository


def branch(repository: GitRepository, name: str, files: Mapping[str, str | None]) -> str:
    """A branch off main with one commit; it is checked out then."""
    repository.git("switch", "--quiet", "--create", name, "main")
    return repository.commit(files)
