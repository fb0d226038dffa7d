"""The tracked issue of a migration: its status comment, and what is said on it once."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import structlog

from bot.decide.assessment import assess
from bot.decide.forecast import WINDOW, forecast
from bot.decide.notices import beyond, notice
from bot.decide.week import week
from bot.domain.configuration import Migration
from bot.domain.errors import ConfigurationInvalidError, PermissionMissingError, RequestRefusedError
from bot.domain.evidence import MigrationEvidence
from bot.domain.forecast import CountOn
from bot.domain.notice import ClosedEarly, Regressed, Regression
from bot.domain.phase import Phase
from bot.domain.report import ReportKind
from bot.domain.repository import Authored, Issue
from bot.domain.scan import Scan
from bot.domain.work import Target, TargetState
from bot.handlers import reporting
from bot.handlers.alerts import Alerts
from bot.handlers.commits import knows
from bot.handlers.evidence import Snapshot, context, gather, scan, snapshot
from bot.handlers.notes import say_once
from bot.handlers.proposing import propose_next_phase
from bot.handlers.services import Services
from bot.ports.github import RepositoryAccess
from bot.reports import notices

_log = structlog.get_logger(__name__)

_LABELS: Final = {phase: f"canon:{phase}" for phase in Phase}
_MONDAY: Final = 0
_SUSPECTS: Final = 64
"""So many changes back is looked for the one that brought a regression."""


def reconcile(services: Services, state: TargetState) -> None:
    """Make the status comment say what is true at the default branch's head.

    That head is the one that the mirror has: a push has fetched it before it wishes for this. An
    issue that no migration names costs no request.
    """
    at = _default_branch(services, state)
    migration = None if at is None else at.migration(int(state.target.name))
    if at is None or migration is None:
        return
    access = services.github.open(state.target.repository)
    try:
        _keep(services, access, state.target, at, migration)
    except (PermissionMissingError, RequestRefusedError) as error:
        # A locked conversation takes no comments, and there is nowhere else to say it.
        _log.warning("issue.refused", issue=migration.issue, error=str(error))


def _keep(
    services: Services,
    access: RepositoryAccess,
    target: Target,
    at: Snapshot,
    migration: Migration,
) -> None:
    scanned = scan(services, at)
    services.history.record(at.repository.id, scanned, at=services.clock.now())
    issue = access.github.issue(migration.issue)
    if issue is None:
        _log.warning("issue.missing", issue=migration.issue)
        return
    found = gather(services, at, migration, scanned)
    tracked = _TrackedIssue(services, access, target, at, found)
    tracked.keep_status()
    tracked.keep_label(issue)
    tracked.speak(issue)
    tracked.keep_alerts()
    tracked.sum_up_the_week()
    tracked.propose()


def marker(issue: int) -> str:
    """What makes a comment the status comment of an issue; invisible when rendered."""
    return f"<!-- canon:status:{issue} -->"


def _default_branch(services: Services, state: TargetState) -> Snapshot | None:
    repository, branch = state.target.repository, state.base_ref
    git_dir = services.mirrors.existing(repository)
    if git_dir is None or branch is None:
        return None
    commits = services.commits(git_dir)
    ref = f"refs/heads/{branch}"
    if not knows(commits, ref):
        return None
    try:
        return snapshot(services, repository, git_dir, branch, commits.resolve(ref))
    except ConfigurationInvalidError as error:
        # The branch's own check says so, with every problem; the status stays as it was.
        _log.info("issue.unconfigured", error=str(error))
        return None


@dataclass(frozen=True, slots=True)
class _TrackedIssue:
    """A migration at the default branch's head, and the issue that tracks it."""

    services: Services
    access: RepositoryAccess
    target: Target
    at: Snapshot
    found: MigrationEvidence

    @property
    def migration(self) -> Migration:
        """The migration that the issue tracks."""
        return self.found.migration

    def keep_status(self) -> None:
        """Bring the one status comment up to date."""
        body = reporting.markdown(self.services, self.at, ReportKind.STATUS, self.found)
        known = self.services.runs.comment_id(self.target.key)
        written = self.access.publisher.comment(
            self.migration.issue, body, marker=marker(self.migration.issue), known_id=known
        )
        if written != known:
            self.services.runs.remember_comment(self.target.key, written)

    def keep_label(self, issue: Issue) -> None:
        """Label the issue with the phase, where the operator wants that."""
        if not self.services.phase_labels:
            return
        wanted = _LABELS[self.migration.phase]
        others = [label for label in issue.labels if label in _LABELS.values() and label != wanted]
        add = () if wanted in issue.labels else (wanted,)
        if add or others:
            self.access.github.label_issue(issue.number, add=add, remove=others)

    def speak(self, issue: Issue) -> None:
        """Say what needs to be said once, and open the issue again where work has come back."""
        before = self.services.history.latest_before(
            self.at.repository.id, issue.number, self.at.commit
        )
        about = context(self.services, self.at)
        match notice(self.migration, _counts(self.found.scan, issue.number), before, issue):
            case Regressed() as regressed:
                change = self._culprit(regressed)
                body = notices.regressed(Regression(regressed, change), about)
                if not issue.open:
                    self.access.github.reopen_issue(issue.number)
                self._say(f"regressed:{self.at.commit}", body)
            case ClosedEarly() as closed:
                body = notices.closed_early(closed, self.migration, about)
                self._say(f"closed:{closed.closed_at:%Y%m%dT%H%M%SZ}", body)
            case None:
                pass

    def keep_alerts(self) -> None:
        """Open and close the alerts of the migration's probes."""
        about = context(self.services, self.at)
        where = self.at.repository
        Alerts(self.services, self.access, where, self.migration, about).keep()

    def sum_up_the_week(self) -> None:
        """Say on Mondays what the last seven days have brought, where the operator wants that."""
        today = self.services.clock.now().date()
        if not self.services.weekly_summary or today.weekday() != _MONDAY:
            return
        where, issue = self.at.repository.id, self.migration.issue
        history = self.services.history.daily(where, issue, since=today - timedelta(days=WINDOW))
        passed = week(history, today=today)
        if passed is not None:
            counts = [CountOn(day.on, day.total) for day in history]
            ahead = forecast(counts, today=today)
            body = notices.weekly(passed, ahead, context(self.services, self.at))
            self._say(f"week:{today}", body)

    def propose(self) -> None:
        """Propose the next phase when everything is met that this one asks for."""
        assessment = assess(self.found, self.services.clock.now().date())
        propose_next_phase(self.services, self.access, self.at, self.found, assessment)

    def _say(self, occasion: str, body: str) -> None:
        say_once(self.services, self.access, self.target, occasion, body)

    def _culprit(self, regressed: Regressed) -> Authored | None:
        """The first change after which a rule was above its target, by halving the range.

        None where the range does not begin at a commit that the branch still has.
        """
        commits = self.services.commits(self.at.git_dir)
        if not knows(commits, regressed.after):
            return None
        changes = commits.first_parents(regressed.after, self.at.commit, at_most=_SUSPECTS)
        first = bisect_left(changes, True, key=lambda one: self._is_beyond(one.commit))
        return changes[first] if first < len(changes) else None

    def _is_beyond(self, commit: str) -> bool:
        then = scan(self.services, replace(self.at, commit=commit))
        return bool(beyond(self.migration, _counts(then, self.migration.issue)))


def _counts(scanned: Scan, issue: int) -> Mapping[str, int]:
    found = (one for one in scanned.migrations if one.issue == issue)
    return {rule.id: rule.count for one in found for rule in one.rules}
