"""What depends on the day, or on a crash at one moment; the rest is in tests/e2e."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.adapters.git.commits import GitCommits
from bot.adapters.inventories import GitInventories
from bot.adapters.scanning import open_scanner
from bot.adapters.store.history import DatabaseHistory
from bot.adapters.store.notes import DatabaseNotes
from bot.adapters.store.pages import DatabaseReportPages
from bot.adapters.store.probes import DatabaseProbeBook
from bot.adapters.store.results import DatabaseTestResults
from bot.adapters.store.waivers import DatabaseWaivers
from bot.domain.repository import Issue, RepositoryRef
from bot.domain.work import Target, TargetKind, Work
from bot.handlers import issue
from bot.handlers.testing import Testing
from tests.fakes.clock import FakeClock
from tests.fakes.github import FakeAccess
from tests.fakes.runs import FakeRuns
from tests.fakes.services import Unused, services
from tests.support.gitrepo import GitRepository

SATURDAY = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
WHERE = RepositoryRef(7, "acme/shop", 1)
TARGET = Target(WHERE, TargetKind.ISSUE, "5")
CONFIGURATION = """\
version: 1
migrations:
  - issue: 5
    title: One manager
    phase: {phase}
    rules:
      - {{id: legacy, kind: banned-import, modules: [legacy]}}
"""


class KilledError(BaseException):
    """The process dies here."""


class House:
    """A repository with a tracked issue, with real git, a real scanner and a real database."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self.clone = GitRepository(folder / "clone")
        self.clock = FakeClock(SATURDAY)
        self.runs = FakeRuns()
        self.access = FakeAccess()
        self.access.github.issues[5] = Issue(
            number=5, title="One manager", open=True, closed_at=None
        )
        unused: Any = Unused("testing")
        git_dir = self.clone.path / ".git"
        self.services = services(
            github=self.access,
            mirrors=_Mirrors(git_dir),
            commits=GitCommits,
            scanner=lambda where, _: open_scanner(where, cache=folder / "facts"),
            inventories=GitInventories,
            runs=self.runs,
            waivers=DatabaseWaivers(engine),
            queue=self.runs,
            testing=Testing(
                executors={},
                approvals=unused,
                requests=unused,
                results=DatabaseTestResults(engine, None),
            ),
            history=DatabaseHistory(engine),
            notes=DatabaseNotes(engine),
            probes=DatabaseProbeBook(engine),
            pages=DatabaseReportPages(engine),
            clock=self.clock,
            github_url="https://github.com",
            check_name="canon",
            public_url=None,
            weekly_summary=True,
        )

    def push(self, *names: str, phase: str = "migrate") -> str:
        """A commit in which just these modules import what is banned."""
        files = {f"{name}.py": "import legacy\n" if name in names else "" for name in "abc"}
        return self.clone.commit({".github/canon.yml": CONFIGURATION.format(phase=phase), **files})

    def look(self) -> None:
        """Run the job of the issue."""
        state = self.runs.note(Work(target=TARGET, reason="test", base_ref="main"))
        issue.reconcile(self.services, state)

    def said(self, words: str) -> int:
        """How many comments have these words in them."""
        return sum(words in body for body in self.access.publisher.comments.values())


class _Mirrors:
    def __init__(self, git_dir: Path) -> None:
        self._git_dir = git_dir

    def existing(self, repository: RepositoryRef) -> Path | None:  # noqa: ARG002 - there is one
        return self._git_dir

    def update(self, *_: object, **__: object) -> Any:
        raise AssertionError("an issue is looked at as the mirror has it")


@pytest.fixture
def house(tmp_path: Path, engine: Engine) -> House:
    return House(tmp_path, engine)


def test_a_week_is_summed_up_on_monday_once(house: House) -> None:
    house.push("a", "b", "c")
    house.look()
    house.clock.advance(timedelta(days=9).total_seconds())  # a Monday
    house.push("a")
    house.look()
    house.look()
    assert house.said("This week: 1 violation, 2 fewer than a week ago") == 1


def test_no_other_day_sums_up(house: House) -> None:
    house.push("a", "b")
    house.look()
    house.clock.advance(timedelta(days=10).total_seconds())
    house.look()
    assert house.said("week") == 0


def test_a_note_that_was_posted_by_a_process_that_died_is_not_posted_again(house: House) -> None:
    house.push(phase="done")
    house.look()
    house.push("b", phase="done")
    house.access.publisher.fail = _dies_after_comment_number(2)
    with pytest.raises(KilledError):
        house.look()
    house.access.publisher.fail = lambda _: None
    house.look()
    assert house.said("not any more") == 1


def test_an_issue_that_no_migration_names_costs_no_request(house: House) -> None:
    house.push("a")
    other = Target(WHERE, TargetKind.ISSUE, "6")
    state = house.runs.note(Work(target=other, reason="test", base_ref="main"))
    house.access.github.issues.clear()
    issue.reconcile(house.services, state)
    assert house.access.publisher.comments == {}


def test_a_broken_configuration_leaves_the_status_as_it_was(house: House) -> None:
    house.push("a")
    house.look()
    before = dict(house.access.publisher.comments)
    house.clone.commit({".github/canon.yml": "version: one\n"})
    house.look()
    assert house.access.publisher.comments == before


def _dies_after_comment_number(number: int) -> Any:
    count = 0

    def fail(moment: str) -> None:
        nonlocal count
        count += moment == "after comment"
        if count == number:
            raise KilledError

    return fail
