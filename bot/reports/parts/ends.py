"""How every report begins and ends: what it is about, what is left out, what it was made from."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.report import ReportKind
from bot.domain.scan import FileProblem
from bot.reports.frame import Frame
from bot.reports.stamp import stamp
from bot.reports.views import File, Files, Stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The migration that a report is about."""

    title: str
    issue: str
    issue_url: str | None
    phase: str
    owners: Sequence[str]
    blocking: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What is missing from the report, and what it was made from.

    `left_out` counts the entries that are not shown; `command` shows them all. `notes` are about
    the making of the report itself.
    """

    left_out: int
    details_url: str | None
    command: str
    skipped: Files
    degraded: Files
    notes: Sequence[str]
    stamp: Stamp


def heading(frame: Frame) -> Heading:
    """The same for every kind."""
    migration = frame.evidence.migration
    return Heading(
        title=migration.title,
        issue=f"#{migration.issue}",
        issue_url=frame.context.issue(migration.issue),
        phase=str(migration.phase),
        owners=frame.cut(migration.owners, frame.room.rows).shown,
        blocking=migration.blocking,
    )


def closing(kind: ReportKind, frame: Frame, notes: Sequence[str] = ()) -> Closing:
    """To be made last: by then the frame knows what was left out."""
    scan, context = frame.evidence.scan, frame.context
    skipped, degraded = _files(scan.skipped, frame), _files(scan.degraded, frame)
    issue = frame.evidence.migration.issue
    return Closing(
        left_out=frame.left_out,
        details_url=context.details_url,
        command=f"canon report {kind} --migration {issue} --format html",
        skipped=skipped,
        degraded=degraded,
        notes=notes,
        stamp=stamp(context),
    )


def _files(problems: Sequence[FileProblem], frame: Frame) -> Files:
    cut = frame.rows(problems)
    return Files(
        shown=[File(path=one.path, reason=one.reason) for one in cut.shown],
        left_out=cut.left_out,
    )
