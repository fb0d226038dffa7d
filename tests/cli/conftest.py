from pathlib import Path

import pytest

from tests.cli.shop import shop
from tests.support.gitrepo import GitRepository


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANON_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    """A clone in the middle of a migration: three legacy imports on main."""
    return shop(tmp_path / "shop")
