"""Which numbers a report shows, and which ones its data accounts for."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Any

from bot.decide.assessment import Assessment
from bot.decide.codeowners import Owners
from bot.domain.codeowners import CodeOwners
from bot.domain.evidence import MigrationEvidence
from bot.domain.forecast import Forecast
from bot.domain.history import CountsOn
from bot.domain.measurement import Unmeasured
from bot.domain.observation import TestRuns
from bot.domain.test_plan import TestPlan
from bot.domain.testing import TestOutcome

_NUMBER = re.compile(r"(?<![\w.#])\d[\d,]*(?:\.\d+)?")


def shown(text: str) -> set[str]:
    """The numbers of a text, without thousands' separators."""
    return {found.replace(",", "").rstrip(".") for found in _NUMBER.findall(text)}


def known(*values: Any) -> set[str]:
    """Every number in some values: their own, and those in their texts."""
    return {one for value in values for one in _known(value)}


def _known(value: Any) -> Iterator[str]:
    match value:
        case Enum():
            yield from shown(str(value))
        case bool() | None:
            return
        case int() | float():
            yield f"{value:g}" if isinstance(value, float) else str(value)
        case str():
            yield from shown(value)
        case date():
            yield from shown(f"{value} {value.day}")
        case _:
            for one in _parts(value):
                yield from _known(one)


def _parts(value: Any) -> Iterator[Any]:
    match value:
        case Mapping():
            yield from (*value, *value.values())
        case list() | tuple():
            yield from value
        case _ if is_dataclass(value):
            yield from (getattr(value, field.name) for field in fields(value))


def derived(evidence: MigrationEvidence, assessment: Assessment) -> Mapping[str, set[float]]:
    """What follows from the data, by the name of how it follows; worked out again, from scratch."""
    counted = [one for one in evidence.violations if one.waiver is None]
    by_rule = Counter(one.rule for one in counted)
    migration = evidence.migration
    made: dict[str, set[float]] = {
        "violations in all": {len(counted)},
        "violations above their targets": {assessment.left},
        "files with violations": {len({one.path for one in counted})},
        "files with violations of a rule": {
            len({one.path for one in counted if one.rule == rule}) for rule in by_rule
        },
        "rules that find something": {len(by_rule), len(migration.rules)},
        "rules at their targets": {sum(rule.left == 0 for rule in assessment.rules)},
        "waived violations": {len(evidence.violations) - len(counted)},
        "violations of a folder": set(_folders([one.path for one in counted])),
        "files of a folder": set(_folders({one.path for one in counted})),
        "waivers of one kind in one file": set(
            Counter((one.rule, one.path) for one in evidence.violations if one.waiver).values()
        ),
        "steps": {len(assessment.steps)},
        "steps done": {sum(one.standing == "met" for one in assessment.steps)},
        "steps overdue": {sum(one.overdue for one in assessment.steps)},
        "criteria": {len(assessment.criteria)},
        "criteria met": {sum(one.check.standing == "met" for one in assessment.criteria)},
        "points of the checklist open": {len(assessment.readiness.blocking)},
        "numbers of phases and of steps of a list": {1, 2, 3, 4},
        "nothing": {0},
        "minutes that a category may take": {one.timeout / 60 for one in migration.tests},
        "shares of conditions": {round(100 * one.condition.value, 1) for one in migration.success},
        "shares that alert": {
            round(100 * one.alert_below, 1) for one in migration.probes if one.alert_below
        },
        "shares of steps' conditions": {
            round(100 * one.done_when.value, 1) for one in migration.plan if one.done_when
        },
    }
    made |= _of_progress(assessment)
    made |= _of_decision(evidence, assessment)
    made |= _of_tests(evidence.tests)
    made |= _of_plan(evidence.test_plan)
    made |= _of_history(evidence.history, assessment)
    if isinstance(evidence.owners, CodeOwners):
        made |= _of_owners([one.path for one in counted], evidence.owners)
    return made


def _folders(paths: Any) -> Iterator[int]:
    deepest = max((path.count("/") for path in paths), default=0)
    for depth in range(1, deepest + 1):
        yield from Counter("/".join(path.split("/")[:-1][:depth]) for path in paths).values()


def _of_progress(assessment: Assessment) -> Mapping[str, set[float]]:
    rules = [rule for rule in assessment.rules if rule.first is not None]
    ways = [(max(0, (rule.first or 0) - rule.target), rule.left) for rule in rules]
    ways.append((sum(way for way, _ in ways), sum(left for _, left in ways)))
    first = assessment.first or 0
    return {
        "first counts in all": {first},
        "targets in all": {sum(rule.target for rule in assessment.rules)},
        "shares of the way": {
            round(100 * max(0, way - left) / way, 1) if way else 100 for way, left in ways
        },
        "share gone since the first count": {
            round(100 * (first - assessment.now) / first, 1) if first else 0
        },
    }


def _of_decision(evidence: MigrationEvidence, assessment: Assessment) -> Mapping[str, set[float]]:
    decision = assessment.decision
    if decision is None:
        return {}
    weighed = [(row.criterion.weight, row.score) for row in decision.criteria]
    known_ones = [(weight, score) for weight, score in weighed if score is not None]
    points = sum(weight * score for weight, score in known_ones)
    possible = sum(10 * weight for weight, _ in known_ones)
    stated = sum(row.criterion.stated is not None for row in decision.criteria)
    del evidence
    return {
        "scores": {round(score, 1) for _, score in known_ones},
        "points": {round(weight * score, 1) for weight, score in known_ones},
        "possible points": {10 * weight for weight, _ in weighed},
        "sum of the points": {round(points, 1), possible},
        "share of the points": {round(100 * points / possible, 1)},
        "thresholds": {100 * decision.matrix.proceed_at, 100 * decision.matrix.hold_below},
        "criteria of the matrix": {
            len(weighed),
            len(decision.unknown),
            stated,
            len(weighed) - stated - len(decision.unknown),
        },
        "scores that would change it": {round(turn.bound.score, 1) for turn in decision.turns},
        "values that would change it": {
            round(100 * turn.condition.value, 1) for turn in decision.turns if turn.condition
        }
        | {turn.condition.value for turn in decision.turns if turn.condition},
        "measured shares": {
            round(100 * one.check.measurement.value, 1)
            for one in assessment.criteria
            if not isinstance(one.check.measurement, Unmeasured)
        }
        | {
            round(100 * row.measurement.value, 1)
            for row in decision.criteria
            if row.measurement and not isinstance(row.measurement, Unmeasured)
        },
    }


def _of_tests(tests: TestRuns | Unmeasured) -> Mapping[str, set[float]]:
    if isinstance(tests, Unmeasured):
        return {}
    names = ("total", "passed", "failed", "as_expected", "could_not_check")
    sums = {name: sum(getattr(one.totals, name) for one in tests.results) for name in names}
    detecting = [one for one in tests.results if one.category in {"unit", "integration"}]
    every = [test for one in detecting for test in one.tests]
    failed = sum(test.outcome is TestOutcome.FAILED for test in every)
    return {
        "tests over all categories": set(sums.values()),
        "unexpected tests over all categories": {
            sum(one.totals.unexpected_pass + one.totals.unexpected_failure for one in tests.results)
        },
        "categories as expected": {sum(one.outcome == "as_expected" for one in tests.results)},
        "detection rate": {failed, len(every), round(100 * failed / len(every), 1)},
        "tests of a file": set(
            Counter(
                test.id.partition("::")[0] for one in tests.results for test in one.tests
            ).values()
        ),
    }


def _of_plan(plan: TestPlan | Unmeasured) -> Mapping[str, set[float]]:
    if isinstance(plan, Unmeasured):
        return {}
    return {"shares of the work": set(plan.shares.percentages)}


def _of_history(
    history: tuple[CountsOn, ...] | Unmeasured, assessment: Assessment
) -> Mapping[str, set[float]]:
    if isinstance(history, Unmeasured):
        return {}
    days = [day.on for day in history] + [history[-1].on + timedelta(days=n) for n in range(3)]
    most = max([day.total for day in history] + [assessment.now])
    made: dict[str, set[float]] = {
        "recorded counts": {day.total for day in history},
        "days of the chart": {day.day for day in days},
        "the top of the chart": {
            top
            for scale in (1, 10, 100)
            for digits in (10, 15, 20, 25, 30, 40, 50, 60, 80)
            if most <= (top := digits * scale) <= 2 * most + 10
        },
    }
    if isinstance(assessment.forecast, Forecast):
        made["pace"] = {round(assessment.forecast.per_week, 1)}
    return made


def _of_owners(paths: list[str], file: CodeOwners) -> Mapping[str, set[float]]:
    book = Owners(file)
    violations = Counter(owner for path in paths for owner in book.of(path) or ("nobody",))
    files = Counter(owner for path in set(paths) for owner in book.of(path) or ("nobody",))
    return {
        "violations of an owner": set(violations.values()),
        "files of an owner": set(files.values()),
    }
