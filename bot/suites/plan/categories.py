"""What each test category stands on, runs and must show."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from bot.domain.configuration import Migration
from bot.domain.inventory import Inventory, InventoryFile, Services
from bot.domain.measurement import Unmeasured
from bot.domain.observation import TestRuns
from bot.domain.phase import Phase
from bot.domain.suite import Category, Executor, Expectation
from bot.domain.test_plan import ExpectedRun, MissingTest, Need, PlannedCategory, TestHabits
from bot.domain.testing import CategoryResult
from bot.suites.plan.habits import command_words, is_detecting

_RESULT_FILE: Final = re.compile(r"\s*(?:--?[\w-]+[= ])?[\"']?\{junit\}[\"']?")
_STAGING: Final = re.compile(r"(?:^|[^a-z])staging(?:[^a-z]|$)", re.IGNORECASE)
_PROPOSED: Final = "detection"


def placed(missing: Iterable[MissingTest], migration: Migration) -> tuple[MissingTest, ...]:
    """The missing tests, each with the detecting category whose command runs its place."""
    detecting = [category for category in migration.tests if is_detecting(category)]
    return tuple(
        replace(one, category=next((c.name for c in detecting if _runs(c, one.path)), None))
        for one in missing
    )


def planned_categories(
    migration: Migration,
    inventory: Inventory,
    missing: Sequence[MissingTest],
    tests: TestRuns | Unmeasured,
    habits: TestHabits,
) -> tuple[PlannedCategory, ...]:
    """The categories as configured, and one for the tests to be written that none would run."""
    results = () if isinstance(tests, Unmeasured) else tests.results
    planned = [
        _planned(
            category,
            migration,
            [file for file in inventory.files if category.name in file.categories],
            [one for one in missing if one.category == category.name],
            next((one for one in results if one.category == category.name), None),
        )
        for category in migration.tests
    ]
    homeless = [one for one in missing if one.category is None]
    if homeless:
        planned.append(_proposed(migration, homeless, habits))
    return tuple(planned)


def _planned(
    category: Category,
    migration: Migration,
    files: Sequence[InventoryFile],
    missing: Sequence[MissingTest],
    last: CategoryResult | None,
) -> PlannedCategory:
    need, reasons = _need(category, files)
    now, after = _expected(category, migration.phase, files, missing, last)
    return PlannedCategory(
        name=category.name,
        detects=is_detecting(category),
        expect=category.expect[migration.phase],
        need=need,
        need_reasons=reasons,
        command=_RESULT_FILE.sub("", category.run).strip(),
        check=_check(category.name, migration, category.executor),
        executor=category.executor,
        now=now,
        after=after,
        services=category.services,
        files=tuple(file.path for file in files if file.tests),
        writes=tuple(one.path for one in missing),
        last=last,
    )


def _proposed(
    migration: Migration, missing: Sequence[MissingTest], habits: TestHabits
) -> PlannedCategory:
    taken = {category.name for category in migration.tests}
    name = next(
        one
        for one in (_PROPOSED, *(f"{_PROPOSED}-{number}" for number in range(2, len(taken) + 3)))
        if one not in taken
    )
    written = sum(len(one.names) for one in missing)
    return PlannedCategory(
        name=name,
        detects=True,
        expect=_DETECTING[migration.phase],
        need=Need.NONE,
        need_reasons=(),
        command=f"python -m pytest {habits.directory}",
        check=_check(name, migration, Executor.SANDBOX),
        executor=Executor.SANDBOX,
        now=ExpectedRun(total=written, failing=_failing(missing), basis="the tests to be written"),
        after=ExpectedRun(total=written, failing=0, basis="the tests to be written"),
        proposed=True,
        writes=tuple(one.path for one in missing),
    )


_DETECTING: Final = {
    Phase.DETECT: Expectation.FAIL,
    Phase.MIGRATE: Expectation.ANY,
    Phase.VALIDATE: Expectation.PASS,
    Phase.DONE: Expectation.PASS,
}


def _check(name: str, migration: Migration, executor: Executor) -> str:
    """What to type in a clone; in a comment for what only the service can start."""
    if executor is Executor.ACTIONS:
        return f"/canon test {name} --migration {migration.issue}"
    return f"canon test --migration {migration.issue} --category {name}"


def _runs(category: Category, path: str) -> bool:
    """Whether a command names a file, or a folder above it."""
    for word in command_words(category):
        named = word.removeprefix("./").partition("::")[0].rstrip("/")
        if named and (path == named or path.startswith(f"{named}/")):
            return True
    return False


def _need(category: Category, files: Sequence[InventoryFile]) -> tuple[Need, tuple[str, ...]]:
    staging = list(dict.fromkeys(_staging(category, files)))
    if staging:
        return Need.STAGING, tuple(staging)
    services = list(dict.fromkeys(_services(category, files)))
    return (Need.REAL_SERVICES, tuple(services)) if services else (Need.NONE, ())


def _staging(category: Category, files: Iterable[InventoryFile]) -> Iterator[str]:
    if _STAGING.search(category.name):
        yield f"it is called {category.name}"
    if _STAGING.search(category.run):
        yield "its command speaks of staging"
    for file in files:
        if _STAGING.search(file.path):
            yield f"it runs {file.path}"
        if any(_STAGING.search(marker) for marker in file.markers):
            yield f"marker staging in {file.path}"


def _services(category: Category, files: Iterable[InventoryFile]) -> Iterator[str]:
    if category.services:
        yield f"services: {', '.join(category.services)}"
    for file in files:
        if file.services in {Services.REAL, Services.MIXED}:
            what = next(one.what for one in file.evidence if one.real)
            yield f"{what} in {file.path}"


def _expected(
    category: Category,
    phase: Phase,
    files: Sequence[InventoryFile],
    missing: Sequence[MissingTest],
    last: CategoryResult | None,
) -> tuple[ExpectedRun, ExpectedRun]:
    """What a run must show now, with the tests that are still to be written, and after."""
    total, failing, basis = _existing(category, files, last)
    written = sum(len(one.names) for one in missing)
    if written:
        basis = f"{basis}, and {written:,} to be written"
    whole = None if total is None else total + written
    expect = category.expect[phase]
    if expect is Expectation.PASS:
        now = 0 if whole is not None else None
    elif not written:
        now = failing
    else:
        more = _failing(missing)
        now = None if failing is None or more is None else failing + more
    after = 0 if category.expect[Phase.VALIDATE] is Expectation.PASS else None
    return (
        ExpectedRun(total=whole, failing=now, basis=basis),
        ExpectedRun(total=whole, failing=after, basis=basis),
    )


def _existing(
    category: Category, files: Sequence[InventoryFile], last: CategoryResult | None
) -> tuple[int | None, int | None, str]:
    """How many tests there are, how many fail, and who says so: people, a run, or the text."""
    counts = category.counts
    if counts is not None and counts.total is not None:
        return counts.total, counts.failing, "stated in the configuration"
    if last is not None and last.totals.total:
        totals = last.totals
        return totals.total, totals.failed + totals.error, f"its last run, in phase {last.phase}"
    tests = [test for file in files for test in file.tests]
    if tests and all(test.cases is not None for test in tests):
        total = sum(test.cases or 0 for test in tests)
        return total, None, "its tests that touch the migration, counted by their text"
    return None, None, "it has not run, and nothing states its counts"


def _failing(missing: Iterable[MissingTest]) -> int | None:
    """How many of the tests to be written fail now; None where a scan is lacking."""
    found = 0
    for one in missing:
        if one.fails_now is None:
            return None
        found += len(one.names) if one.fails_now else 0
    return found
