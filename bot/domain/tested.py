"""What the test categories say of one head, as a tree that explains itself."""

from dataclasses import dataclass

from bot.domain.phase import Phase
from bot.domain.testing import CategoryResult
from bot.domain.verdict import Outcome, Reason


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A category that this event does not ask for, and why."""

    category: str
    reason: str


@dataclass(frozen=True, slots=True)
class CategoryVerdict:
    """One category's result, and what the gate makes of it. `reason` is None where all is well."""

    result: CategoryResult
    outcome: Outcome
    reason: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationTests:
    """One migration's categories."""

    issue: int
    title: str
    phase: Phase
    blocking: bool
    categories: tuple[CategoryVerdict, ...]
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class TestVerdict:
    """All categories of all migrations.

    `waiting` is who may let the code be run, where nobody has: then nothing was run.
    """

    __test__ = False  # pytest would take the name for that of a test

    migrations: tuple[MigrationTests, ...]
    waiting: str | None = None

    @property
    def categories(self) -> tuple[CategoryVerdict, ...]:
        """Every category that this event asks for."""
        return tuple(one for migration in self.migrations for one in migration.categories)

    @property
    def outcome(self) -> Outcome:
        """The gravest of all; `error` says that something which guards could not be run.

        A failure is certain, and outranks what is not known.
        """
        outcomes = [category.outcome for category in self.categories]
        return Outcome.FAIL if Outcome.FAIL in outcomes else Outcome.worst(outcomes)
