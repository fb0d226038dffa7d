"""What a slash command asks for, as a value. Commands make effects; handlers bring them about.

Effects are idempotent: the same one twice, from a delivery that came twice, is one. `migration`
is the number of a migration's issue, None where the command names none: it is then the issue that
is commented on, or else the only migration that fits.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.phase import Phase
from bot.domain.report import ReportKind


@dataclass(frozen=True, slots=True)
class Finding:
    """One violation, by its fingerprint or the beginning of it (at least 8 hex digits)."""

    fingerprint: str
    migration: int | None = None


@dataclass(frozen=True, slots=True)
class FileFindings:
    """Every violation of one rule in one file; a renamed file is another."""

    rule: str
    path: str
    migration: int | None = None


class MigrateMode(StrEnum):
    """Whether a codemod's patch is shown, or proposed as a pull request."""

    DRY_RUN = "dry-run"
    APPLY = "apply"


@dataclass(frozen=True, slots=True)
class ShowHelp:
    """Answer what can be typed; about one command where it names one (known or not)."""

    command: str | None = None


@dataclass(frozen=True, slots=True)
class ShowStatus:
    """Answer how far the migration is, and bring its status comment up to date."""

    migration: int | None = None


@dataclass(frozen=True, slots=True)
class Rescan:
    """Evaluate again: the pull request's head, or in an issue the default branch."""


@dataclass(frozen=True, slots=True)
class RunTests:
    """Run one test category, or without a name all of them; forks only where they are trusted."""

    category: str | None = None
    migration: int | None = None


@dataclass(frozen=True, slots=True)
class RerunTests:
    """Run the categories again that did not end as expected in the latest run."""

    migration: int | None = None


@dataclass(frozen=True, slots=True)
class ShowReport:
    """Answer with a report."""

    kind: ReportKind
    migration: int | None = None


@dataclass(frozen=True, slots=True)
class ShowInventory:
    """Answer with the existing tests that touch the migration."""

    migration: int | None = None


@dataclass(frozen=True, slots=True)
class ShowPlan:
    """Answer with the plan: what is done, what is next, what is due."""

    migration: int | None = None


@dataclass(frozen=True, slots=True)
class ProposePhase:
    """Open a pull request that edits the migration's phase, with the evidence for and against."""

    phase: Phase
    migration: int | None = None


@dataclass(frozen=True, slots=True)
class Waive:
    """Excuse violations until a day (ISO date, included), in the name of the comment's author."""

    subject: Finding | FileFindings
    reason: str
    until: str


@dataclass(frozen=True, slots=True)
class Unwaive:
    """End a waiver that was given by command, now."""

    subject: Finding | FileFindings


@dataclass(frozen=True, slots=True)
class Explain:
    """Answer why this is a violation, since when, and what to write instead."""

    fingerprint: str


@dataclass(frozen=True, slots=True)
class OkToTest:
    """Trust one head commit of a pull request from a fork; gone with the next push.

    `sha` is the commit or the beginning of it (at least 7 hex digits). Without it, the commit is
    the head that stood when the comment was written, never a later one: its author has not seen
    that.
    """

    sha: str | None = None


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop what is running here; its check ends as cancelled."""


@dataclass(frozen=True, slots=True)
class TakeSnapshot:
    """Record the state of the migration, to be compared with later."""

    migration: int | None = None


@dataclass(frozen=True, slots=True)
class Track:
    """Open a pull request with a first configuration whose migration is this issue."""


@dataclass(frozen=True, slots=True)
class Migrate:
    """Let the codemods of one rule, or of all, work on the default branch."""

    mode: MigrateMode
    rule: str | None = None
    migration: int | None = None


@dataclass(frozen=True, slots=True)
class Rollback:
    """Open a pull request that reverts one of Canon's; the latest merged one without a number."""

    pull_request: int | None = None
    migration: int | None = None


Effect = (
    ShowHelp
    | ShowStatus
    | Rescan
    | RunTests
    | RerunTests
    | ShowReport
    | ShowInventory
    | ShowPlan
    | ProposePhase
    | Waive
    | Unwaive
    | Explain
    | OkToTest
    | Cancel
    | TakeSnapshot
    | Track
    | Migrate
    | Rollback
)
