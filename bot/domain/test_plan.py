"""Which tests carry a migration: to keep, to update, to write, and what each run must show."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.inventory import FileRole, InventoryTotals, Services, Touch, WeakTest
from bot.domain.phase import Phase
from bot.domain.plan import RiskLevel
from bot.domain.severity import Severity
from bot.domain.suite import Executor, Expectation
from bot.domain.testing import CategoryResult


class Need(StrEnum):
    """What the tests of a category stand on."""

    NONE = "none"
    REAL_SERVICES = "real_services"
    STAGING = "staging"


class FileAction(StrEnum):
    """What the migration asks of an existing file of tests."""

    KEEP = "keep"
    UPDATE = "update"


class Style(StrEnum):
    """How a repository writes its tests."""

    FUNCTIONS = "functions"
    CLASSES = "classes"
    UNITTEST = "unittest"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFile:
    """An existing file of tests, or of what they stand on, and what is to be done with it.

    `changes` say what to write instead, with `replacement` None where the rule does not know it.
    `tests` counts functions and methods, `cases` what parametrisation is known to make of them.
    `weak` tests should be made sound before anybody relies on them.
    """

    path: str
    role: FileRole
    action: FileAction
    risk: RiskLevel
    reasons: tuple[str, ...]
    tests: int
    cases: int
    services: Services
    changes: tuple[Touch, ...] = ()
    weak: tuple[WeakTest, ...] = ()
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingTest:
    """A file of tests to be written for one rule: `names` are its tests' node ids after the path.

    `events` are those of the rule that nobody checks; `undetected`: no test detects the rule.
    `fails_now` is whether the scan finds more than the rule's target, None without a scan. Their
    category is the one whose command would run it, None where there is none yet.
    """

    rule: str
    kind: str
    severity: Severity
    why: str
    path: str
    names: tuple[str, ...]
    undetected: bool
    events: tuple[str, ...] = ()
    fails_now: bool | None = None
    category: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRule:
    """A rule with what the scan finds of it, and the test files that detect it.

    `count` (waived ones left out) and `files` are None without a scan. `instead` holds what is
    to be written for what, as far as the rule knows: (old, new) dotted paths.
    """

    id: str
    kind: str
    severity: Severity
    message: str
    target: int
    count: int | None
    files: int | None
    instead: tuple[tuple[str, str], ...] = ()
    detected_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedRun:
    """What a run must show: how many tests, how many of them failing; None is not known.

    `basis` says where the figures come from.
    """

    total: int | None
    failing: int | None
    basis: str

    def __str__(self) -> str:
        if self.total is None:
            return "not known"
        if self.failing is None:
            return f"{self.total:,} test{'' if self.total == 1 else 's'}"
        if self.failing == 0:
            return f"all {self.total:,} pass" if self.total > 1 else f"{self.total:,} passes"
        return f"{self.failing:,} of {self.total:,} fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCategory:
    """A test category: what it needs, what runs it, and what it must show now and after.

    `command` is its own without the result file; by `check` Canon runs and judges it: a command of
    the shell, or for GitHub Actions a slash command.
    `proposed`: it is not configured yet. `files` are its test files as far as their names are
    known, `writes` the paths of those to be written. `last` is its latest result.
    """

    name: str
    detects: bool
    expect: Expectation
    need: Need
    need_reasons: tuple[str, ...]
    command: str
    check: str
    executor: Executor
    now: ExpectedRun
    after: ExpectedRun
    proposed: bool = False
    services: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    last: CategoryResult | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """How the work is divided, in tests: to keep as they are, to update, to write."""

    keep: int
    update: int
    write: int

    @property
    def percentages(self) -> tuple[int, int, int]:
        """The same in whole per cent; they add up to 100 (largest remainders), or are all 0."""
        counts = (self.keep, self.update, self.write)
        total = sum(counts)
        if not total:
            return 0, 0, 0
        floors = [count * 100 // total for count in counts]
        rests = [(-(count * 100 % total), index) for index, count in enumerate(counts)]
        for _, index in sorted(rests)[: 100 - sum(floors)]:
            floors[index] += 1
        return floors[0], floors[1], floors[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class TestHabits:
    """How a repository writes and names its tests, as its existing ones show."""

    __test__ = False  # pytest would take the name for that of a test

    style: Style
    directory: str
    suffix: bool  # cart_test.py rather than test_cart.py
    markers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TestPlan:
    """The test plan of one migration at one commit.

    `files` are sorted: the riskiest first, then by path. `commit` is 40 hex digits, `+worktree`
    after it for a working directory. `caveats` say what could not be taken into account.
    """

    __test__ = False

    migration: int
    title: str
    phase: Phase
    commit: str
    config_digest: str
    inventory: InventoryTotals
    import_paths: tuple[tuple[str, int], ...]
    habits: TestHabits
    rules: tuple[PlannedRule, ...]
    files: tuple[PlannedFile, ...]
    missing: tuple[MissingTest, ...]
    categories: tuple[PlannedCategory, ...]
    shares: Shares
    caveats: tuple[str, ...] = ()

    @property
    def keep(self) -> tuple[PlannedFile, ...]:
        """The files that must go on passing as they are."""
        return tuple(one for one in self.files if one.action is FileAction.KEEP)

    @property
    def update(self) -> tuple[PlannedFile, ...]:
        """The files in which something must be written differently."""
        return tuple(one for one in self.files if one.action is FileAction.UPDATE)
