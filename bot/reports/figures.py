"""Measured values and conditions in words, the same in every report."""

from math import isclose
from typing import Final

from bot.domain.measure import Figure, Measure
from bot.domain.plan import Condition, Operator

_NAMES: Final = {
    Figure.VIOLATIONS_TOTAL: "violations",
    Figure.VIOLATIONS_RULE: "violations of {}",
    Figure.VIOLATIONS_REMOVED: "violations removed since the first count",
    Figure.FILES_AFFECTED: "files with violations",
    Figure.RULES_CONFIRMED: "rules that find something",
    Figure.RULES_MET: "rules at their target",
    Figure.TESTS_RAN: "tests that ran",
    Figure.TESTS_PASSED: "tests that passed",
    Figure.TESTS_AS_EXPECTED: "tests as the phase expects",
    Figure.CATEGORY_PASSED: "tests of {} that passed",
    Figure.PROBE_UP: "probe {} up",
    Figure.COVERAGE: "coverage of {}",
    Figure.CODEMOD_COVERED: "violations that a codemod can fix",
    Figure.PLAN_DONE: "steps of the plan done",
}
_BOUNDS: Final = {
    Operator.AT_MOST: "at most {}",
    Operator.AT_LEAST: "at least {}",
    Operator.LESS: "below {}",
    Operator.MORE: "above {}",
    Operator.EQUAL: "{}",
}


def measure_name(measure: Measure) -> str:
    """`violations of factory-import`; the subject as users wrote it."""
    return _NAMES[measure.figure].format(measure.subject or "")


def value_of(measure: Measure, value: float) -> str:
    """A share as a percentage, a count as a number."""
    return share(value) if measure.figure.is_share else decimal(value)


def bound(condition: Condition) -> str:
    """The wanted value of a condition: "at least 99%"."""
    return _BOUNDS[condition.operator].format(value_of(condition.measure, condition.value))


def condition_text(condition: Condition) -> str:
    """A whole condition: "violations of factory-import: at most 0"."""
    return f"{measure_name(condition.measure)}: {bound(condition)}"


def share(value: float) -> str:
    """0.995 as 99.5%; what is not quite all, or nearly nothing, is not rounded to it."""
    percent = round(100 * value, 1)
    if percent >= 100 and value < 1:
        percent = 99.9
    if percent <= 0 and value > 0:
        percent = 0.1
    return f"{decimal(percent)}%"


def decimal(value: float) -> str:
    """1234.50 as 1,234.5, and 12.0 as 12."""
    whole = round(value)
    return f"{whole:,}" if isclose(value, whole, abs_tol=1e-9) else f"{value:,.1f}"
