"""The test categories of one run: which, whether they may, in parallel, and what they came to."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from bot.decide import testing as gate
from bot.domain.configuration import Configuration, Migration
from bot.domain.suite import Category, Trigger
from bot.domain.tested import MigrationTests, TestVerdict
from bot.domain.testing import CategoryOutcome, CategoryResult
from bot.domain.work import TargetKind
from bot.handlers.board import Board
from bot.handlers.ends import Ends
from bot.handlers.ledger import Ledger
from bot.handlers.lifecycle import Situation
from bot.handlers.parallel import in_parallel
from bot.handlers.posting import Posting
from bot.handlers.subject import Subject
from bot.handlers.testing import Testing
from bot.handlers.trust import awaited_approval
from bot.ports.clock import Cancellation
from bot.ports.store import Stage
from bot.ports.testing import CategoryRecord, TestRequest
from bot.suites.assessment import not_run
from bot.suites.covered import coverage_paths, with_coverage
from bot.suites.executors import CategoryJob
from bot.suites.selection import select

_MARGIN: Final = timedelta(minutes=5)
"""Beside the categories' own time: set-up, checkout, the second run of what failed."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A category to be run, and the migration that it belongs to."""

    migration: Migration
    job: CategoryJob

    @property
    def key(self) -> tuple[int, str]:
        return self.migration.issue, self.job.category.name

    @property
    def definition(self) -> str:
        """A digest of all that the result depends on, besides the commit."""
        job = self.job
        wanted = [(goal.name, goal.file, goal.paths) for goal in self.migration.coverage]
        text = repr((job.category, job.phase, job.untrusted, wanted))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Categories:
    """Runs what phase and event ask for, on the head of one run.

    `git_dir` is a repository that has both ends.
    """

    situation: Situation
    ledger: Ledger
    posting: Posting
    cancellation: Cancellation
    ends: Ends
    git_dir: Path

    def verdict(self, configuration: Configuration, scanned: str) -> TestVerdict | None:
        """What the categories say; None where there are none.

        `scanned` is the verdict of the scan in a line, for those who wait meanwhile.
        """
        if not any(migration.tests for migration in configuration.migrations):
            return None
        requests = self._requests()
        standing = self._standing()
        selections = {
            migration.issue: select(
                migration.tests,
                self._trigger,
                self._changed(configuration),
                named=_named(migration, requests, standing),
            )
            for migration in configuration.migrations
        }
        wanted = [
            _Wanted(migration, self._job(migration, category))
            for migration in configuration.migrations
            for category in selections[migration.issue].chosen
        ]
        waiting = awaited_approval(self._testing.approvals, self._subject) if wanted else None
        if waiting:
            results: Mapping[tuple[int, str], CategoryResult] = {
                one.key: not_run(one.job.category, one.job.phase, waiting) for one in wanted
            }
        else:
            results = self._results(wanted, requests, standing, scanned)

        def judged(migration: Migration) -> MigrationTests:
            selection = selections[migration.issue]
            found = [results[migration.issue, category.name] for category in selection.chosen]
            return gate.judge(migration, found, selection.left_out, waiting=waiting is not None)

        tested = [migration for migration in configuration.migrations if migration.tests]
        return TestVerdict(tuple(map(judged, tested)), waiting)

    @property
    def _testing(self) -> Testing:
        return self.situation.services.testing

    @property
    def _subject(self) -> Subject:
        return self.situation.subject

    @property
    def _trigger(self) -> Trigger:
        """A merge group is what a pull request becomes."""
        branch = self._subject.target.kind is TargetKind.BRANCH
        return Trigger.PUSH if branch else Trigger.PULL_REQUEST

    def _changed(self, configuration: Configuration) -> Sequence[str]:
        narrowed = any(
            category.paths for migration in configuration.migrations for category in migration.tests
        )
        if not narrowed:
            return ()
        commits = self.situation.services.commits(self.git_dir)
        return commits.changed(self.ends.start, self.ends.head)

    def _requests(self) -> Sequence[TestRequest]:
        """What was asked for by command since the last verdict on this head began."""
        head, key = self._subject.head_sha, self._subject.target.key
        last = self.situation.services.runs.last_completed(key)
        since = last.started_at if last is not None and last.head_sha == head else None
        return self._testing.requests.asked(key, head, since=since)

    def _standing(self) -> Mapping[tuple[int, str], CategoryRecord]:
        repository = self._subject.target.repository
        records = self._testing.results.of_commit(repository.id, self._subject.head_sha)
        return {(record.issue, record.result.category): record for record in records}

    def _job(self, migration: Migration, category: Category) -> CategoryJob:
        return CategoryJob(
            repository=self._subject.target.repository,
            git_dir=self.git_dir,
            commit=self._subject.head_sha,
            phase=migration.phase,
            category=category,
            untrusted=self._subject.distrust is not None,
            coverage=coverage_paths(migration),
            identity=f"{self.ledger.run.id} {self.ledger.run.started_at} {migration.issue}",
        )

    def _results(
        self,
        wanted: Sequence[_Wanted],
        requests: Sequence[TestRequest],
        standing: Mapping[tuple[int, str], CategoryRecord],
        scanned: str,
    ) -> Mapping[tuple[int, str], CategoryResult]:
        results = {}
        to_run = []
        for one in wanted:
            record = standing.get(one.key)
            if record is not None and self._stands(record, one, requests, standing):
                if record.run != self.ledger.run.id:
                    self._testing.results.take_over(record, self.ledger.run.id)
                results[one.key] = record.result
            else:
                to_run.append(one)
        if to_run:
            results.update(self._run(to_run, scanned))
        return results

    def _stands(
        self,
        record: CategoryRecord,
        one: _Wanted,
        requests: Sequence[TestRequest],
        standing: Mapping[tuple[int, str], CategoryRecord],
    ) -> bool:
        """Whether a result need not be measured again.

        That is so for what this very run measured before its process died, and for what was not
        asked for where others were asked for by name.
        """
        if record.definition != one.definition:
            return False
        if record.run == self.ledger.run.id:
            return True
        named = _named(one.migration, requests, standing)
        known = record.result.outcome is not CategoryOutcome.COULD_NOT_CHECK
        return bool(requests) and known and record.result.category not in named

    def _run(
        self, wanted: Sequence[_Wanted], scanned: str
    ) -> Mapping[tuple[int, str], CategoryResult]:
        until = self._give_time(wanted)
        jobs = {one.job: one for one in wanted}
        board = Board(
            self._testing, self.situation.services.clock, self.posting, scanned, list(jobs)
        )
        results = {}
        clock = self.situation.services.clock
        commits = self.situation.services.commits(self.git_dir)

        def paths() -> Collection[str]:
            return commits.all_paths(self._subject.head_sha)

        for job, run in in_parallel(board, self._testing, clock, until, self.cancellation):
            one = jobs[job]
            result = with_coverage(run, one.migration.coverage, job.commit, paths)
            self._testing.results.record(
                CategoryRecord(
                    run=self.ledger.run.id,
                    issue=one.migration.issue,
                    definition=one.definition,
                    at=self.situation.services.clock.now(),
                    result=result,
                ),
                run.log,
            )
            results[one.key] = result
        return results

    def _give_time(self, wanted: Sequence[_Wanted]) -> datetime:
        """Move the run's deadline, since tests take longer than the rest; when they must end."""
        now = self.situation.services.clock.now()
        needed = sum((timedelta(seconds=2 * one.job.category.timeout) for one in wanted), _MARGIN)
        until = now + min(needed, self._testing.time)
        self.ledger.record(stage=Stage.TEST, deadline_at=until + self.situation.services.deadline)
        return until


def _named(
    migration: Migration,
    requests: Sequence[TestRequest],
    standing: Mapping[tuple[int, str], CategoryRecord],
) -> frozenset[str]:
    """The categories of a migration that the requests mean."""

    def meant(category: Category, request: TestRequest) -> bool:
        record = standing.get((migration.issue, category.name))
        expected = record is not None and record.result.outcome is CategoryOutcome.AS_EXPECTED
        return (
            request.issue in {None, migration.issue}
            and request.category in {None, category.name}
            and not (request.unexpected and expected)
        )

    return frozenset(
        category.name
        for category in migration.tests
        if any(meant(category, request) for request in requests)
    )
