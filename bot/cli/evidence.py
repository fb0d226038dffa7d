"""What a clone alone tells of a migration: the scan, the tests' texts, owners, earlier commits."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.adapters.git import command
from bot.decide import codeowners
from bot.domain.errors import CouldNotCheckError, InputError
from bot.domain.evidence import MigrationEvidence
from bot.domain.history import CountsOn
from bot.domain.measurement import Unmeasured
from bot.suites.covered import coverage_of
from bot.suites.plan import plan_tests

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from bot.cli.local import Local
    from bot.domain.codeowners import CodeOwners
    from bot.domain.configuration import Configuration, Migration
    from bot.domain.inventory import Inventory
    from bot.domain.observation import TestRuns
    from bot.domain.scan import Scan

_WEEKS: Final = 8
_NO_TESTS: Final = Unmeasured("not measured here: give the results with --tests FILE")
_NO_HISTORY: Final = Unmeasured("not measured here: --no-history was given")
_SERVICE: Final = Unmeasured("not measured here: the service asks probes")


def gather(
    local: "Local",
    configuration: "Configuration",
    migration: "Migration",
    commit: str,
    *,
    tests: Path | None,
    history: bool,
) -> MigrationEvidence:
    """The evidence at one commit. Raises `InputError` for results of another one."""
    scan = local.scanner.scan(configuration, commit)
    results = _NO_TESTS if tests is None else _results(tests, commit)
    inventory = _inventory(local, configuration, migration, commit)
    return MigrationEvidence(
        migration=migration,
        scan=scan,
        tests=results,
        inventory=inventory,
        test_plan=inventory
        if isinstance(inventory, Unmeasured)
        else plan_tests(configuration, migration, inventory, scan, results, commit=commit),
        history=tuple(_history(local, configuration, migration, scan)) if history else _NO_HISTORY,
        coverage=coverage_of(migration, results),
        probes={probe.name: _SERVICE for probe in migration.probes},
        owners=_owners(local, commit),
    )


def _results(path: Path, commit: str) -> "TestRuns":
    from bot.cli.testing_json import runs_from_json

    runs = runs_from_json(path.read_bytes(), str(path))
    if runs.commit != commit:
        raise InputError(f"{path} has the results of {runs.commit}, not of {commit}")
    return runs


def _inventory(
    local: "Local", configuration: "Configuration", migration: "Migration", commit: str
) -> "Inventory | Unmeasured":
    from bot.cli.inventory import inventory_of

    try:
        return inventory_of(local, configuration, migration, commit)
    except (InputError, CouldNotCheckError) as error:
        return Unmeasured(str(error))


def _history(
    local: "Local", configuration: "Configuration", migration: "Migration", scan: "Scan"
) -> "Iterator[CountsOn]":
    """One earlier commit a week, counted by the present configuration."""
    today = datetime.now(UTC).date()
    for weeks in range(_WEEKS, 0, -1):
        day = today - timedelta(weeks=weeks)
        commit = _last_before_the_end_of(local, scan.commit, day)
        if commit is not None and commit != scan.commit:
            past = local.scanner.scan(configuration, commit)
            yield CountsOn(day, commit, _counts(past, migration.issue))


def _last_before_the_end_of(local: "Local", commit: str, day: "date") -> str | None:
    """The newest commit of that day or an earlier one, along the first parents."""
    until = datetime.combine(day, time.max, UTC)
    found = command.run(
        local.clone.git_dir,
        "rev-list",
        "--max-count=1",
        "--first-parent",
        f"--before={until.isoformat(timespec='seconds')}",
        "--end-of-options",
        commit,
    )
    return found.decode().strip() or None


def _counts(scan: "Scan", issue: int) -> dict[str, int]:
    return {
        rule.id: rule.count for one in scan.migrations if one.issue == issue for rule in one.rules
    }


def _owners(local: "Local", commit: str) -> "CodeOwners | Unmeasured":
    files = local.commits.files(commit, codeowners.PLACES, largest=codeowners.LARGEST)
    for place in codeowners.PLACES:
        if place in files:
            return codeowners.read(place, files[place].decode("utf-8", "replace"))
    return Unmeasured("there is no CODEOWNERS file")
