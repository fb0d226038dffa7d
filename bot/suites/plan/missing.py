"""The rules of a migration, which tests detect them, and which are still to be written."""

import itertools
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from bot.domain.configuration import Migration, Rule
from bot.domain.inventory import FileRole, Inventory, InventoryFile, Via
from bot.domain.measurement import Unmeasured
from bot.domain.scan import RuleCount, Scan
from bot.domain.test_plan import MissingTest, PlannedRule, TestHabits
from bot.suites.plan.habits import is_detecting
from bot.suites.plan.skeletons import names_of_tests


def planned_rules(
    migration: Migration, inventory: Inventory, scan: Scan | Unmeasured
) -> tuple[PlannedRule, ...]:
    """Every rule in the configuration's order, with its count and the tests that detect it."""
    counts = _counts(migration, scan)
    detecting = {category.name for category in migration.tests if is_detecting(category)}
    tests = [file for file in inventory.files if file.role is FileRole.TESTS]
    return tuple(
        PlannedRule(
            id=rule.id,
            kind=rule.kind,
            severity=rule.severity,
            message=rule.message,
            target=rule.target,
            count=counts[rule.id].count if rule.id in counts else None,
            files=counts[rule.id].files if rule.id in counts else None,
            instead=tuple(_instead(rule)),
            detected_by=tuple(file.path for file in tests if _detects(file, rule, detecting)),
        )
        for rule in migration.rules
    )


def missing_tests(
    migration: Migration,
    inventory: Inventory,
    rules: Sequence[PlannedRule],
    habits: TestHabits,
) -> tuple[MissingTest, ...]:
    """A test for each rule that none detects, or with an event that nobody checks."""
    paths: set[str] = set()
    found = []
    for rule, planned in zip(migration.rules, rules, strict=True):
        events = tuple(_unchecked_events(rule, inventory))
        if planned.detected_by and not events:
            continue
        path = _free(rule, migration.issue, habits, paths)
        paths.add(path)
        fails = None if planned.count is None else planned.count > rule.target
        found.append(
            MissingTest(
                rule=rule.id,
                kind=rule.kind,
                severity=rule.severity,
                why=_why(planned, events),
                path=path,
                names=names_of_tests(rule, habits.style),
                undetected=not planned.detected_by,
                events=events,
                fails_now=fails,
            )
        )
    return tuple(found)


def _counts(migration: Migration, scan: Scan | Unmeasured) -> Mapping[str, RuleCount]:
    if isinstance(scan, Unmeasured):
        return {}
    return {
        rule.id: rule
        for one in scan.migrations
        if one.issue == migration.issue
        for rule in one.rules
        if not rule.unchecked
    }


def _instead(rule: Rule) -> Iterator[tuple[str, str]]:
    """What takes the place of what, for the kinds that know it."""
    replacement = getattr(rule.parameters, "replacement", None)
    if isinstance(replacement, Mapping):
        yield from sorted(replacement.items())
    elif replacement is not None:
        parameters = rule.parameters
        yield from ((old, replacement) for old in (*parameters.modules, *parameters.symbols))


def _detects(file: InventoryFile, rule: Rule, detecting: AbstractSet[str]) -> bool:
    """Whether a file says that it detects a rule, or a detecting category runs what touches it."""
    if all(any(weak.name == test.name for weak in file.weak) for test in file.tests):
        return False
    if any(one.via is Via.DETECTS and one.rule == rule.id for one in file.touches):
        return True
    touches = (*file.touches, *file.reaches)
    return not detecting.isdisjoint(file.categories) and any(
        touch.rule == rule.id for touch in touches
    )


def _unchecked_events(rule: Rule, inventory: Inventory) -> Iterator[str]:
    """The events of a contract that no sound test names."""
    if rule.kind != "event-contract":
        return
    checked = {
        touch.symbol
        for file in inventory.files
        if file.role is FileRole.TESTS and len(file.weak) < len(file.tests)
        for touch in (*file.touches, *file.reaches)
        if touch.rule == rule.id and touch.via is Via.EVENT
    }
    yield from (event for event in rule.parameters.events if event not in checked)


def _why(rule: PlannedRule, events: Sequence[str]) -> str:
    reasons = [] if rule.detected_by else ["no test detects it"]
    if events:
        reasons.append(f"nobody checks {', '.join(events)}")
    return "; ".join(reasons)


def _free(rule: Rule, issue: int, habits: TestHabits, taken: Collection[str]) -> str:
    """A path for a rule's tests that no other rule has.

    The issue is in the name because pytest wants no two files of the same name outside packages.
    """
    name = f"{re.sub(r'[^a-z0-9]+', '_', rule.id.lower())}_{issue}"
    for more in itertools.chain([""], (f"_{number}" for number in itertools.count(2))):
        file = f"{name}{more}_test.py" if habits.suffix else f"test_{name}{more}.py"
        path = f"{habits.directory}/{file}"
        if path not in taken:
            return path
    raise AssertionError
