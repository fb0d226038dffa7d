"""Measures, and the values they are held against."""

import re
from typing import Annotated, Any, NamedTuple

from pydantic import PlainValidator, WithJsonSchema

from bot.config.problems import did_you_mean, one_of
from bot.config.schema.types import PERCENTAGE, MisfitError, share_of
from bot.domain.measure import Figure, Measure
from bot.domain.plan import Condition, Operator


def _measure(value: Any) -> Measure:
    found = Measure.parse(value) if isinstance(value, str) else None
    if found is None:
        raise MisfitError(
            f"a measure: {one_of(Figure)}",
            did_you_mean(value, Figure) if isinstance(value, str) else None,
        )
    return found


MeasureName = Annotated[
    Measure,
    PlainValidator(_measure),
    WithJsonSchema(
        {
            "title": "measure",
            "type": "string",
            "anyOf": [
                {"enum": [figure.value for figure in Figure if "<" not in figure]},
                *({"pattern": figure.form} for figure in Figure if "<" in figure),
            ],
        }
    ),
]


class Quantity(NamedTuple):
    """A number as written; 95% is 0.95, and a `percentage`."""

    value: float
    percentage: bool


def _quantity(value: Any) -> Quantity:
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
        return Quantity(float(value), percentage=False)
    share = share_of(value) if isinstance(value, str) else None
    if share is None:
        raise MisfitError("a number, or a percentage such as 95%")
    return Quantity(share, percentage=True)


_QUANTITY_SCHEMA: list[dict[str, Any]] = [
    {"type": "number", "minimum": 0},
    {"type": "string", "pattern": PERCENTAGE},
]

Wanted = Annotated[
    Quantity,
    PlainValidator(_quantity),
    WithJsonSchema({"title": "number or percentage", "anyOf": _QUANTITY_SCHEMA}),
]


class Target(NamedTuple):
    """A wanted quantity; without an operator, the measure says which direction is good."""

    operator: Operator | None
    quantity: Quantity


_TARGET = r"^\s*(<=|>=|==|<|>)\s*(\S.*)$"


def _target(value: Any) -> Target:
    found = re.fullmatch(_TARGET, value) if isinstance(value, str) else None
    number: Any = value
    if found:
        number = found[2].strip()
        number = float(number) if re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,6})?", number) else number
    try:
        return Target(Operator(found[1]) if found else None, _quantity(number))
    except MisfitError:
        raise MisfitError(
            'a number, a percentage, or an operator and one, as in ">= 99%"'
        ) from None


SuccessTarget = Annotated[
    Target,
    PlainValidator(_target),
    WithJsonSchema(
        {
            "title": "number or percentage, after an operator or alone",
            "anyOf": [
                *_QUANTITY_SCHEMA,
                {"type": "string", "pattern": r"^\s*(<=|>=|==|<|>)\s*[0-9]+(\.[0-9]+)?\s?%?\s*$"},
            ],
        }
    ),
]


def fit(measure: Measure, quantity: Quantity) -> None:
    """Raise `MisfitError` where a quantity cannot be a value of this measure."""
    if measure.figure.is_share and quantity.value > 1:
        near = f"did you mean `{quantity.value:g}%`?" if quantity.value <= 100 else None
        raise MisfitError(f"a share, since `{measure}` is one: a percentage, or 0 to 1", near)
    if quantity.percentage and not measure.figure.is_share:
        raise MisfitError(f"a count, since `{measure}` is one")


def condition(measure: Measure, operator: Operator | None, quantity: Quantity) -> Condition:
    """The value; without an operator, counts are to be at most, shares at least, the quantity."""
    default = Operator.AT_LEAST if measure.figure.is_share else Operator.AT_MOST
    return Condition(measure=measure, operator=operator or default, value=quantity.value)
