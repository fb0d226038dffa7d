"""Conditions and success criteria, held against what was measured."""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from bot.domain.measurement import Measures, Unmeasured
from bot.domain.plan import Condition, Operator, SuccessCriterion
from bot.domain.progress import Check, CriterionState, Standing

_HOLDS: Final[Mapping[Operator, Callable[[float, float], bool]]] = {
    Operator.AT_MOST: operator.le,
    Operator.AT_LEAST: operator.ge,
    Operator.LESS: operator.lt,
    Operator.MORE: operator.gt,
    Operator.EQUAL: operator.eq,
}


def check(condition: Condition, measures: Measures) -> Check:
    """Whether a condition holds; unknown where its measure could not be taken.

    Values are compared as they are. A share is the float next to its fraction, as the wanted value
    is, so 198 of 200 is exactly 99%.
    """
    measurement = measures.of(condition.measure)
    if isinstance(measurement, Unmeasured):
        return Check(condition, measurement, Standing.UNKNOWN)
    holds = _HOLDS[condition.operator](measurement.value, condition.value)
    return Check(condition, measurement, Standing.MET if holds else Standing.UNMET)


def success(criteria: Sequence[SuccessCriterion], measures: Measures) -> tuple[CriterionState, ...]:
    """Each success criterion, and how it stands."""
    return tuple(CriterionState(one, check(one.condition, measures)) for one in criteria)
