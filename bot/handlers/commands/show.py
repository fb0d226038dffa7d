"""Reports as answers, on the branch whose configuration counts here."""

from typing import Final

from bot.decide.assessment import assess
from bot.domain.configuration import Migration
from bot.domain.evidence import MigrationEvidence
from bot.domain.report import ReportKind
from bot.domain.work import Target, TargetKind, Work
from bot.handlers import evidence, reporting
from bot.handlers.commands.done import Done, declined
from bot.handlers.commands.here import Here
from bot.reports.context import ReportContext
from bot.reports.inventory import inventory_markdown
from bot.reports.standing import snapshot_markdown, standing_markdown

_ON_TESTS: Final = {ReportKind.PLAN, ReportKind.STRATEGY, ReportKind.EXECUTION}
"""Reports that are about existing tests, which takes reading them."""


def status(here: Here, named: int | None) -> Done:
    """Answer how far it is, and bring the status comment up to date."""
    migration = here.migration(named)
    found = _evidence(here, migration)
    today = here.services.clock.now().date()
    text = standing_markdown(found, assess(found, today), _context(here))
    issue = Target(here.repository, TargetKind.ISSUE, str(migration.issue))
    branch = here.access.github.default_branch()
    return Done(text, (Work(target=issue, reason="command", base_ref=branch),))


def report(here: Here, kind: ReportKind, named: int | None) -> Done:
    """Answer with a report."""
    if kind is ReportKind.PR:
        return declined(
            "The report on a pull request is its check, and the comment that Canon keeps there; "
            "`/canon scan` makes both anew."
        )
    migration = here.migration(named)
    found = _evidence(here, migration)
    if kind in _ON_TESTS:
        found = evidence.with_tests_listed(here.services, here.snapshot, found)
    return Done(reporting.markdown(here.services, here.snapshot, kind, found))


def plan(here: Here, named: int | None) -> Done:
    """Answer with the plan."""
    return report(here, ReportKind.PLAN, named)


def inventory(here: Here, named: int | None) -> Done:
    """Answer with the tests that touch the migration."""
    migration = here.migration(named)
    at = here.snapshot
    found = here.services.inventories(at.git_dir).at_commit(at.configuration, migration, at.commit)
    return Done(inventory_markdown(found, migration, _context(here)))


def snapshot(here: Here, named: int | None) -> Done:
    """Record the counts, and answer with them beside those of the record before."""
    migration = here.migration(named)
    scanned = evidence.scan(here.services, here.snapshot)
    now = here.services.clock.now()
    history = here.services.history
    earlier = [
        one
        for one in history.daily(here.repository.id, migration.issue)
        if one.commit != scanned.commit
    ]
    last = earlier[-1] if earlier else None
    history.record(here.repository.id, scanned, at=now)
    found = evidence.gather(here.services, here.snapshot, migration, scanned)
    text = snapshot_markdown(found, assess(found, now.date()), last, _context(here))
    return Done(text)


def _evidence(here: Here, migration: Migration) -> MigrationEvidence:
    scanned = evidence.scan(here.services, here.snapshot)
    return evidence.gather(here.services, here.snapshot, migration, scanned)


def _context(here: Here) -> ReportContext:
    return evidence.context(here.services, here.snapshot)
