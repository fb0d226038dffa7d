from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from bot import config
from bot.decide import codeowners
from bot.domain.codeowners import CodeOwners
from bot.domain.configuration import Configuration, Migration
from bot.domain.errors import CouldNotCheckError, InputError
from bot.domain.evidence import MigrationEvidence
from bot.domain.measurement import Unmeasured
from bot.domain.observation import ProbeHistory, TestRuns
from bot.domain.probe import Probe
from bot.domain.repository import RepositoryRef
from bot.domain.scan import Scan
from bot.handlers.checkpoint import Deadline
from bot.handlers.commits import configuration_at
from bot.handlers.scanning import waived_scanner
from bot.handlers.services import Services
from bot.reports.context import ReportContext
from bot.suites.covered import coverage_of
from bot.suites.plan import plan_tests
from bot.version import VERSION

_HISTORY: Final = timedelta(days=365)
_ANSWERS: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A branch's head as the mirror has it, with the configuration that is there.

    `files` are the configuration's files: path -> bytes.
    """

    repository: RepositoryRef
    git_dir: Path
    branch: str
    commit: str
    configuration: Configuration
    files: Mapping[str, bytes]

    def migration(self, issue: int) -> Migration | None:
        """The migration that is tracked by an issue."""
        migrations = self.configuration.migrations
        return next((one for one in migrations if one.issue == issue), None)


def snapshot(
    services: Services, repository: RepositoryRef, git_dir: Path, branch: str, commit: str
) -> Snapshot | None:
    """A commit of a branch in the mirror; None where it has no configuration.

    Raises `ConfigurationInvalidError`.
    """
    files = configuration_at(services.commits(git_dir), commit)
    if not files:
        return None
    return Snapshot(
        repository=repository,
        git_dir=git_dir,
        branch=branch,
        commit=commit,
        configuration=config.load(files),
        files=files,
    )


def scan(services: Services, at: Snapshot) -> Scan:
    """Everything found at a snapshot."""
    until = Deadline(services.clock, services.clock.now() + services.deadline)
    with waived_scanner(services, at.repository, at.git_dir, refusal=None) as scanner:
        return scanner.scan(at.configuration, at.commit, cancellation=until)


def gather(
    services: Services, at: Snapshot, migration: Migration, scanned: Scan
) -> MigrationEvidence:
    """What is recorded of a migration at a snapshot, of which `scanned` is the scan.

    The existing tests are not listed, because that reads every test file: see `with_tests_listed`.
    """
    where, issue = at.repository.id, migration.issue
    results = _results(services, at, issue)
    since = (services.clock.now() - _HISTORY).date()
    return MigrationEvidence(
        migration=migration,
        scan=scanned,
        tests=results,
        coverage=coverage_of(migration, results),
        history=tuple(services.history.daily(where, issue, since=since)),
        first=services.history.first(where, issue),
        probes={probe.name: _answers(services, at, issue, probe) for probe in migration.probes},
        owners=_owners(services, at),
    )


def with_tests_listed(
    services: Services, at: Snapshot, found: MigrationEvidence
) -> MigrationEvidence:
    """The evidence with the existing tests that touch the migration, and the plan for them."""
    migration = found.migration
    try:
        inventory = services.inventories(at.git_dir).at_commit(
            at.configuration, migration, at.commit
        )
    except (InputError, CouldNotCheckError) as error:
        why = Unmeasured(str(error))
        return replace(found, inventory=why, test_plan=why)
    planned = plan_tests(
        at.configuration, migration, inventory, found.scan, found.tests, commit=at.commit
    )
    return replace(found, inventory=inventory, test_plan=planned)


def context(services: Services, at: Snapshot) -> ReportContext:
    """What a report on a snapshot is about."""
    return ReportContext(
        repository=at.repository.full_name,
        web_url=services.github_url,
        subject=f"branch {at.branch}",
        base=at.commit,
        head=at.commit,
        merge_base=None,
        config_digest=at.configuration.digest,
        config_paths=tuple(at.files),
        version=VERSION,
        at=services.clock.now(),
        check_name=services.check_name,
    )


def _results(services: Services, at: Snapshot, issue: int) -> TestRuns | Unmeasured:
    latest = services.testing.results.latest(at.repository.id, issue, at.commit)
    return latest or Unmeasured("no test category has run on this commit")


def _answers(
    services: Services, at: Snapshot, issue: int, probe: Probe
) -> ProbeHistory | Unmeasured:
    """A week of answers: long enough for a share to mean something."""
    seen = services.probes.availability(
        at.repository.id, issue, probe.name, until=services.clock.now(), window=_ANSWERS
    )
    if seen.asked == 0:
        return Unmeasured("it has not answered or failed yet")
    since, until = seen.since.date(), seen.until.date()
    return ProbeHistory(asked=seen.asked, up=seen.up, since=since, until=until)


def _owners(services: Services, at: Snapshot) -> CodeOwners | Unmeasured:
    try:
        files = services.commits(at.git_dir).files(
            at.commit, codeowners.PLACES, largest=codeowners.LARGEST
        )
    except InputError as error:
        return Unmeasured(str(error))
    for path in codeowners.PLACES:
        if path in files:
            return codeowners.read(path, files[path].decode("utf-8", "replace"))
    return Unmeasured("the repository has no CODEOWNERS file")
