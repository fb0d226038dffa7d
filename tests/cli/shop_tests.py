"""A repository whose tests touch a migration, each in another way, for `inventory` and `plan`."""

from pathlib import Path

from tests.support.gitrepo import GitRepository

CONFIGURATION = """\
version: 1
migrations:
  - issue: 7
    title: One factory
    phase: detect
    rules:
      - id: legacy-import
        kind: banned-import
        severity: P1
        modules: [shop.legacy]
        replacement: shop.factory
      - {id: old-file, kind: absent-file, files: ["shop/*_old.py"]}
      - {id: events, kind: event-contract, severity: P0, events: [started, completed],
         emitters: ["shop/**"], calls: [emit]}
    tests:
      - {category: smoke, run: "pytest tests/smoke -q --junitxml={junit}", timeout: 30s}
      - {category: unit, run: "pytest tests/unit/legacy -q --junitxml={junit}", expect: detects,
         timeout: 30s, counts: {total: 15, failing: 12}}
      - {category: staging, run: "pytest tests/e2e --junitxml {junit}", timeout: 30s}
"""
SMOKE = """\
from shop.legacy import make


class TestMake:
    def test_made(self):
        assert make(1)

    def test_nothing(self):
        make(1)
"""
PATCHED = """\
from unittest.mock import patch

from shop.factory import make


class TestFactory:
    @patch("shop.legacy.make")
    def test_made(self, made):
        assert make(1)
"""
EVENTS = """\
class TestEvents:
    def test_started(self, log):
        assert "started" in log
"""
STAGING = """\
import websockets

from shop.factory import make


class TestStaging:
    def test_made(self):
        assert websockets.connect(make(1))
"""


def shop_with_tests(path: Path, configuration: str = CONFIGURATION) -> GitRepository:
    """A clone with four files of tests on its branch main."""
    repository = GitRepository(path)
    repository.commit(
        {
            ".github/canon.yml": configuration,
            "shop/__init__.py": "",
            "shop/legacy.py": "def make(x): ...\n",
            "shop/factory.py": "def make(x): ...\n",
            "shop/a.py": "from shop.legacy import make\n\nmake(1)\n",
            "tests/smoke/test_smoke.py": SMOKE,
            "tests/unit/test_patched.py": PATCHED,
            "tests/unit/test_events.py": EVENTS,
            "tests/e2e/test_staging.py": STAGING,
        }
    )
    return repository
