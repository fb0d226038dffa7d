"""The test plan of a migration: from what exists and what was found to what is to be done."""

from collections.abc import Collection, Iterator

from bot.domain.configuration import Configuration, Migration
from bot.domain.inventory import FileRole, Inventory, InventoryFile
from bot.domain.measurement import Unmeasured
from bot.domain.observation import TestRuns
from bot.domain.phase import Phase
from bot.domain.scan import Scan
from bot.domain.test_plan import (
    FileAction,
    MissingTest,
    PlannedFile,
    Shares,
    TestPlan,
)
from bot.suites.plan.categories import placed, planned_categories
from bot.suites.plan.habits import habits_of
from bot.suites.plan.missing import missing_tests, planned_rules


def plan_tests(  # noqa: PLR0913 - each is another thing that was seen
    configuration: Configuration,
    migration: Migration,
    inventory: Inventory,
    scan: Scan | Unmeasured,
    tests: TestRuns | Unmeasured,
    *,
    commit: str,
    directory: str | None = None,
) -> TestPlan:
    """Plan the tests of one migration of a configuration.

    `inventory` and `scan` are of `commit`, and so are the last results in `tests`, where there are
    any. New tests go to `directory`, or to where the existing ones suggest.
    """
    habits = habits_of(inventory, migration, directory)
    rules = planned_rules(migration, inventory, scan)
    missing = placed(missing_tests(migration, inventory, rules, habits), migration)
    return TestPlan(
        migration=migration.issue,
        title=migration.title,
        phase=migration.phase,
        commit=commit,
        config_digest=configuration.digest,
        inventory=inventory.totals,
        import_paths=tuple(inventory.import_paths),
        habits=habits,
        rules=rules,
        files=tuple(map(_file, inventory.files)),
        missing=missing,
        categories=planned_categories(migration, inventory, missing, tests, habits),
        shares=_shares(inventory, missing),
        caveats=tuple(_caveats(migration, inventory, missing, scan, tests)),
    )


def _file(file: InventoryFile) -> PlannedFile:
    return PlannedFile(
        path=file.path,
        role=file.role,
        action=FileAction.UPDATE if file.to_change else FileAction.KEEP,
        risk=file.risk,
        reasons=file.reasons,
        tests=len(file.tests),
        cases=sum(test.cases or 0 for test in file.tests),
        services=file.services,
        changes=file.to_change,
        weak=file.weak,
        categories=file.categories,
    )


def _shares(inventory: Inventory, missing: Collection[MissingTest]) -> Shares:
    tests = [file for file in inventory.files if file.role is FileRole.TESTS]
    return Shares(
        keep=sum(len(file.tests) for file in tests if not file.to_change),
        update=sum(len(file.tests) for file in tests if file.to_change),
        write=sum(len(one.names) for one in missing),
    )


def _caveats(
    migration: Migration,
    inventory: Inventory,
    missing: Collection[MissingTest],
    scan: Scan | Unmeasured,
    tests: TestRuns | Unmeasured,
) -> Iterator[str]:
    passing = [one.rule for one in missing if one.fails_now is False]
    if passing and migration.phase is Phase.DETECT:
        yield (
            "tests of rules that find nothing pass already, which in phase detect is a finding:"
            f" {', '.join(passing)}"
        )
    if isinstance(scan, Unmeasured):
        yield f"violations are not known: {scan.reason}"
    if isinstance(tests, Unmeasured):
        yield f"test results are not known: {tests.reason}"
    if inventory.skipped:
        yield f"{len(inventory.skipped):,} test files could not be read"
    if inventory.degraded:
        yield f"of {len(inventory.degraded):,} test files only the imports could be read"
    if inventory.unnamed:
        rules = ", ".join(inventory.unnamed)
        yield f"tests are not looked for where a rule names no module, class or event: {rules}"
