"""The existing tests that touch what a migration is about, as read from their text."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.plan import RiskLevel
from bot.domain.scan import FileProblem


@dataclass(frozen=True, slots=True)
class Location:
    """A line (1-based) of a file."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


class FileRole(StrEnum):
    """What a file is to pytest."""

    TESTS = "tests"
    SUPPORT = "support"  # conftest.py, or a helper module


class Via(StrEnum):
    """How a file names something of the migration."""

    IMPORT = "import"
    STRING = "string"  # such as the target of patch
    NAME = "name"
    EVENT = "event"
    DETECTS = "detects"  # a comment says that the file detects a rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """One thing of the migration that a file names, at the first place where it does.

    `symbol` is an absolute dotted path, a name, an event, or the rule's id. `module` is the import
    path that is written for it, None where none is. `must_change`: it goes away with the migration,
    and `replacement` is what to write instead where the rule knows.
    """

    rule: str
    via: Via
    symbol: str
    location: Location
    module: str | None = None
    must_change: bool = False
    replacement: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingTest:
    """One test function or method; `name` is its node id after the path ("TestA::test_x").

    `cases` is how many its own parametrisation makes, None where only a run can tell. `fixtures`
    are those that it asks for itself, and its class for it. `of_unittest`: its class is a TestCase.
    """

    name: str
    line: int
    markers: tuple[str, ...] = ()
    fixtures: tuple[str, ...] = ()
    parametrised: bool = False
    cases: int | None = 1
    of_unittest: bool = False


@dataclass(frozen=True, slots=True)
class FixtureUse:
    """A fixture, and the file that defines it; None for pytest's own, plug-ins', and unknown."""

    name: str
    path: str | None


class Services(StrEnum):
    """Whether tests stand on test doubles or on real services, as far as their text shows."""

    MOCKED = "mocked"
    REAL = "real"
    MIXED = "mixed"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceEvidence:
    """Why a file counts as mocking, or as using real services."""

    real: bool
    what: str
    location: Location


class Weakness(StrEnum):
    """Why a test proves less than it seems to."""

    NO_ASSERTION = "no_assertion"
    ALWAYS_SKIPPED = "always_skipped"
    EMPTY = "empty"
    CONSTANT_ASSERTION = "constant_assertion"
    SWALLOWED = "swallowed"
    MOCK_ONLY = "mock_only"

    @property
    def cannot_fail(self) -> bool:
        """Whether nothing that the tested code does can make the test fail."""
        return self in _CANNOT_FAIL


_CANNOT_FAIL = {
    Weakness.EMPTY,
    Weakness.CONSTANT_ASSERTION,
    Weakness.SWALLOWED,
    Weakness.MOCK_ONLY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WeakTest:
    """A test with its gravest weakness; `reason` is for its author."""

    name: str
    weakness: Weakness
    location: Location
    reason: str

    @property
    def told(self) -> str:
        """What is wrong with it, in words."""
        cannot = self.weakness.cannot_fail
        what = "cannot fail" if cannot else self.weakness.replace("_", " ")
        return f"{what}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryFile:
    """A file of tests, or one that tests stand on.

    `touches` are its own; `reaches` are those of the support files `through` which it meets the
    migration. `dependents` counts the test files that stand on this one. `categories` are the test
    categories whose command, or list, names it. `degraded`: only its imports could be read.
    """

    path: str
    role: FileRole
    bytes: int
    lines: int
    risk: RiskLevel
    reasons: tuple[str, ...]
    tests: tuple[ExistingTest, ...] = ()
    classes: tuple[str, ...] = ()
    markers: tuple[str, ...] = ()
    fixtures: tuple[FixtureUse, ...] = ()
    touches: tuple[Touch, ...] = ()
    reaches: tuple[Touch, ...] = ()
    through: tuple[str, ...] = ()
    services: Services = Services.NEITHER
    evidence: tuple[ServiceEvidence, ...] = ()
    weak: tuple[WeakTest, ...] = ()
    dependents: int = 0
    categories: tuple[str, ...] = ()
    degraded: bool = False

    @property
    def import_paths(self) -> tuple[str, ...]:
        """The dotted paths by which it gets at the migration, itself or through its supports."""
        touches = (*self.touches, *self.reaches)
        return tuple(sorted({touch.module for touch in touches if touch.module is not None}))

    @property
    def to_change(self) -> tuple[Touch, ...]:
        """What must be written differently in this very file."""
        return tuple(touch for touch in self.touches if touch.must_change)


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryTotals:
    """Sums over an inventory. `files` are test files; `cases` counts those that are known."""

    files: int
    support: int
    tests: int
    cases: int
    lines: int
    import_paths: tuple[str, ...]
    to_change: int
    high: int
    medium: int
    low: int
    weak: int

    def __str__(self) -> str:
        paths = len(self.import_paths)
        return (
            f"{self.files:,} file{'' if self.files == 1 else 's'},"
            f" {paths:,} import path{'' if paths == 1 else 's'}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """The tests of one migration at one state of the repository.

    `files` are sorted: the riskiest first, then by path. `considered` counts the test and support
    files that were looked at. `unnamed` are the rules that name no module, class or event, so
    that nothing can be looked for. What was `skipped` may hold tests that are not listed.
    """

    migration: int
    files: tuple[InventoryFile, ...]
    considered: int
    degraded: tuple[FileProblem, ...] = ()
    skipped: tuple[FileProblem, ...] = ()
    unnamed: tuple[str, ...] = ()

    @property
    def import_paths(self) -> Sequence[tuple[str, int]]:
        """The import paths that files write themselves, each with how many do; the most first."""
        users = Counter(
            path for file in self.files for path in {touch.module for touch in file.touches} if path
        )
        return sorted(users.items(), key=lambda item: (-item[1], item[0]))

    @property
    def totals(self) -> InventoryTotals:
        """The sums that a report begins with."""
        files = [file for file in self.files if file.role is FileRole.TESTS]
        tests = [test for file in files for test in file.tests]
        risks = [file.risk for file in self.files]
        return InventoryTotals(
            files=len(files),
            support=len(self.files) - len(files),
            tests=len(tests),
            cases=sum(test.cases for test in tests if test.cases is not None),
            lines=sum(file.lines for file in self.files),
            import_paths=tuple(sorted(path for path, _ in self.import_paths)),
            to_change=sum(bool(file.to_change) for file in self.files),
            high=risks.count(RiskLevel.HIGH),
            medium=risks.count(RiskLevel.MEDIUM),
            low=risks.count(RiskLevel.LOW),
            weak=sum(len(file.weak) for file in self.files),
        )
