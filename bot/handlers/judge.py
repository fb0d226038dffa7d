"""From a head to what is to be posted on it: fetch, configure, scan, compare, test, report."""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from bot import config
from bot.decide import ratchet
from bot.decide.difference import unclear
from bot.domain.comparison import Comparison
from bot.domain.configuration import Configuration
from bot.domain.errors import (
    ConfigurationInvalidError,
    CouldNotCheckError,
    LimitExceededError,
    RetryLaterError,
)
from bot.domain.pages import run_page
from bot.domain.publication import Publication
from bot.domain.scan import Scan
from bot.handlers.categories import Categories
from bot.handlers.commits import configuration_at, configuration_paths, knows
from bot.handlers.context import report_context
from bot.handlers.ends import Ends
from bot.handlers.ledger import Ledger
from bot.handlers.lifecycle import Situation
from bot.handlers.posting import Posting
from bot.handlers.scanning import waived_scanner
from bot.handlers.trust import awaited_approval
from bot.ports.clock import Cancellation
from bot.ports.git import Commits, Mirror
from bot.ports.scanner import Scanner
from bot.ports.store import Stage
from bot.reports import pull_request as report
from bot.reports.endings import repairing, with_tests_not_run
from bot.reports.words import headline
from bot.scanner.suggestible import files_to_suggest_for
from bot.scanner.suggestions import with_suggestions

_NOT_YET_THERE = timedelta(seconds=2)
"""GitHub tells of a push a moment before its git servers serve it."""


def judge(
    situation: Situation, ledger: Ledger, posting: Posting, cancellation: Cancellation
) -> Publication | None:
    """Evaluate a subject; None where no configuration concerns it.

    The check is posted as in progress before the mirror is fetched where the base is known to
    have a configuration, and as soon as that is known otherwise.
    """
    if _configuration_expected(situation):
        posting.start()
    ledger.record(stage=Stage.FETCH)
    mirror, ends = _fetch(situation, cancellation)
    ledger.record(
        stage=Stage.SCAN,
        base_sha=ends.tip,
        merge_base=ends.start,
        config_digest=config.digest(ends.gate) if ends.gate else None,
    )
    if ends.gate:
        posting.start()
    elif not ends.proposed:
        return report.unconfigured() if posting.started else None
    cancellation.check()
    repository = situation.subject.target.repository
    refusal = awaited_approval(situation.services.testing.approvals, situation.subject)
    with waived_scanner(situation.services, repository, mirror.git_dir, refusal=refusal) as scanner:
        categories = Categories(
            situation=situation,
            ledger=ledger,
            posting=posting,
            cancellation=cancellation,
            ends=ends,
            git_dir=mirror.git_dir,
        )
        clone = _Clone(situation.services.commits(mirror.git_dir), scanner, categories)
        return _Judgement(situation, ledger, ends, clone, cancellation).publication()


class _Clone(NamedTuple):
    """What can be asked of a repository that has been fetched."""

    commits: Commits
    scanner: Scanner
    categories: Categories


class _Judgement:
    """One evaluation, after everything it needs has been fetched."""

    def __init__(
        self,
        situation: Situation,
        ledger: Ledger,
        ends: Ends,
        clone: _Clone,
        cancellation: Cancellation,
    ) -> None:
        self._services = situation.services
        self._target = situation.subject.target
        self._ledger = ledger
        self._ends = ends
        self._commits, self._scanner, self._categories = clone
        self._cancellation = cancellation

    def publication(self) -> Publication:
        """What is to be posted, by who brings a configuration: the base, the head, or both."""
        if not self._ends.gate:
            return self._preview()
        try:
            gate = config.load(self._ends.gate)
        except ConfigurationInvalidError:
            if self._ends.proposed and self._ends.configuration_changes:
                return self._repair()
            raise
        try:
            return self._gated(gate)
        except LimitExceededError as error:
            blocking = any(migration.blocking for migration in gate.migrations)
            return report.failed(error, self._context(), blocking=blocking)

    def _preview(self) -> Publication:
        try:
            proposed = config.load(self._ends.proposed)
        except ConfigurationInvalidError as error:
            return report.preview_invalid(error, self._context())
        scan = self._scanner.scan(proposed, self._ends.head, cancellation=self._cancellation)
        return report.preview(proposed, scan, self._context())

    def _repair(self) -> Publication:
        """The base's configuration is broken, and this head brings another: its own judges it."""
        try:
            proposed = config.load(self._ends.proposed)
        except ConfigurationInvalidError as error:
            return report.preview_invalid(error, self._context())
        comparison, head = self._compare(proposed)
        comparison = self._with_suggestions(comparison, proposed)
        publication = report.publication(comparison, head, self._context())
        return repairing(with_tests_not_run(publication, _names(proposed)))

    def _gated(self, gate: Configuration) -> Publication:
        comparison, head = self._compare(gate)
        comparison = self._with_suggestions(comparison, gate)
        change = self._change(gate)
        verdict = self._categories.verdict(gate, headline(comparison))
        self._ledger.record(stage=Stage.REPORT)
        run = self._ledger.run
        page = run_page(self._services.public_url, run.id, run.page)
        tests = report.Tested(verdict, page) if verdict else None
        return report.publication(comparison, head, self._context(), change, tests)

    def _with_suggestions(self, comparison: Comparison, configuration: Configuration) -> Comparison:
        paths = files_to_suggest_for(comparison)
        largest = configuration.limits.file_size  # those with violations are no larger
        files = self._commits.files(self._ends.head, paths, largest=largest) if paths else {}
        return with_suggestions(comparison, configuration, files)

    def _change(self, gate: Configuration) -> report.ConfigurationChange | None:
        """What the head would change in the gate; it is shown and has no effect yet."""
        if not self._ends.configuration_changes:
            return None
        if not self._ends.proposed:
            return report.RemovedChange()
        try:
            after = config.load(self._ends.proposed)
        except ConfigurationInvalidError as error:
            return report.InvalidChange(error)
        comparison, head = self._compare(after)
        return report.ValidChange(before=gate, after=after, comparison=comparison, head=head)

    def _compare(self, configuration: Configuration) -> tuple[Comparison, Scan]:
        base, head, renames = self._scanner.pair(
            configuration, self._ends.start, self._ends.head, cancellation=self._cancellation
        )
        paths = unclear(base, head, renames)
        comparison = ratchet.compare(
            configuration,
            base,
            head,
            renames,
            merge_base=self._ends.start,
            base_commit=self._ends.tip,
            head_commit=self._ends.head,
            today=self._services.clock.now().date(),
            hunks=self._commits.hunks(self._ends.start, self._ends.head, paths) if paths else None,
        )
        return comparison, head

    def _context(self) -> report.ReportContext:
        files = self._ends.gate or self._ends.proposed
        return report_context(self._services, self._target, self._ledger.run, files)


def _names(configuration: Configuration) -> Sequence[str]:
    return [category.name for migration in configuration.migrations for category in migration.tests]


def _configuration_expected(situation: Situation) -> bool:
    """Whether the base is known to have a configuration: from the mirror, else from GitHub."""
    services, subject = situation.services, situation.subject
    mirror = services.mirrors.existing(subject.target.repository)
    if mirror is not None and subject.known_base is not None:
        commits = services.commits(mirror)
        if knows(commits, subject.known_base):
            return bool(configuration_paths(commits, subject.known_base))
    return situation.access.github.configuration_exists(subject.base_ref)


def _fetch(situation: Situation, cancellation: Cancellation) -> tuple[Mirror, Ends]:
    services, subject = situation.services, situation.subject
    mirror = services.mirrors.update(
        subject.target.repository,
        subject.fetch,
        credentials=situation.access.credentials,
        cancellation=cancellation,
    )
    commits = services.commits(mirror.git_dir)
    if not knows(commits, subject.head_sha):
        at = services.clock.now() + _NOT_YET_THERE
        raise RetryLaterError(f"git does not serve {subject.head_sha} yet", at)
    tip = mirror.refs.get(f"refs/heads/{subject.base_ref}", subject.known_base)
    if tip is None or not knows(commits, tip):
        raise CouldNotCheckError(f"the base branch {subject.base_ref} is gone")
    ends = Ends(
        tip=tip,
        start=_start(commits, situation, tip),
        head=subject.head_sha,
        gate=configuration_at(commits, tip),
        proposed=configuration_at(commits, subject.head_sha),
    )
    return mirror, ends


def _start(commits: Commits, situation: Situation, tip: str) -> str:
    """Where the comparison starts: the merge base, or the base's tip for unrelated histories.

    A branch is compared with where it stood; where that is not known, with its first parent.
    """
    subject = situation.subject
    other = subject.compare_with or tip
    if other == subject.head_sha or not knows(commits, other):
        parent = f"{subject.head_sha}^"
        return commits.resolve(parent) if knows(commits, parent) else subject.head_sha
    return commits.merge_base(other, subject.head_sha) or other
