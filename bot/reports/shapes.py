"""Views as the plain values of JSON: for `--format json`, and for repositories' templates."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any


def plain_values(value: Any) -> Any:
    """`value` as dictionaries, lists, strings and numbers; properties of views are left out."""
    match value:
        case str():
            return str(value)
        case bool() | int() | float() | None:
            return value
        case Mapping():
            return {str(key): plain_values(one) for key, one in value.items()}
        case Sequence():
            return [plain_values(one) for one in value]
        case _ if is_dataclass(value):
            return {one.name: plain_values(getattr(value, one.name)) for one in fields(value)}
        case _:
            raise TypeError(f"a view must not hold a {type(value).__name__}")
