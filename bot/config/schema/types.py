"""Types of single values: what the author may write, and what it becomes."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema
from pydantic_core.core_schema import ValidationInfo

from bot.config.problems import did_you_mean, one_of

T = TypeVar("T")


class MisfitError(ValueError):
    """A value that does not fit: what is expected instead, and what may have been meant.

    Raised for a key that is not there, it says that the key is missing.
    """

    def __init__(self, expected: str, hint: str | None = None) -> None:
        self.expected = expected
        self.hint = hint
        super().__init__(f"expected {expected}")


class Keys(BaseModel):
    """A mapping of the language: its keys are known, everything else is an error."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def alternative(*keys: str, without: Iterable[str]) -> dict[str, Any]:
    """For JSON Schema: these keys are there, and those are not."""
    return {"required": list(keys), "properties": dict.fromkeys(without, False)}


def given(info: ValidationInfo, key: str) -> bool | None:
    """Whether an earlier key of the same mapping is there; None where it is there but wrong."""
    return info.data[key] is not None if key in info.data else None


def goes_with(value: T, info: ValidationInfo, other: str) -> T:
    """`value`, which has a meaning only beside the earlier key `other`."""
    if value is not None and given(info, other) is False:
        raise MisfitError(f"`{other}` beside `{info.field_name}`")
    return value


def required_with(value: T, info: ValidationInfo, other: str) -> T:
    """`value`, which must be there when the earlier key `other` is, and only then."""
    if value is None and given(info, other):
        raise MisfitError(f"`{info.field_name}` beside `{other}`")
    return goes_with(value, info, other)


def either_of(value: T, info: ValidationInfo, other: str) -> T:
    """`value`, which must be there exactly when the earlier key `other` is not."""
    if value is not None and given(info, other):
        raise MisfitError(f"either `{other}` or `{info.field_name}`, not both")
    if value is None and given(info, other) is False:
        raise MisfitError(f"`{other}` or `{info.field_name}`")
    return value


def _is_text(value: str) -> str:
    if not value.strip():
        raise MisfitError("some text")
    return value


Text = Annotated[str, AfterValidator(_is_text), WithJsonSchema({"type": "string", "minLength": 1})]

_SLUG = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$"


def _is_slug(value: str) -> str:
    if not re.fullmatch(_SLUG, value):
        near = re.sub(r"[^A-Za-z0-9_]+", "-", value).strip("-_")[:100]
        raise MisfitError(
            "a name of letters, digits, - and _", f"did you mean `{near}`?" if near else None
        )
    return value


Slug = Annotated[
    str,
    AfterValidator(_is_slug),
    WithJsonSchema({"title": "name", "type": "string", "pattern": _SLUG}),
]

_OWNER = r"^@[A-Za-z0-9][A-Za-z0-9_-]{0,38}(/[A-Za-z0-9][A-Za-z0-9._-]{0,99})?$"


def _is_owner(value: str) -> str:
    if not re.fullmatch(_OWNER, value):
        near = f"@{value}"
        raise MisfitError(
            "@user or @org/team", f"did you mean `{near}`?" if re.fullmatch(_OWNER, near) else None
        )
    return value


Owner = Annotated[
    str,
    AfterValidator(_is_owner),
    WithJsonSchema({"title": "@user or @org/team", "type": "string", "pattern": _OWNER}),
]

_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


def _is_date(value: str) -> str:
    try:
        if re.fullmatch(_DATE, value):
            return date.fromisoformat(value).isoformat()
    except ValueError:
        pass
    raise MisfitError("a date such as 2026-12-31")


IsoDate = Annotated[
    str,
    AfterValidator(_is_date),
    WithJsonSchema({"title": "date", "type": "string", "format": "date", "pattern": _DATE}),
]


def lies_inside(value: str) -> bool:
    """Whether a path, as written, stays in the repository."""
    leads_out = value.startswith("/") or "\\" in value or ".." in value.split("/")
    return bool(value.strip()) and not leads_out


def _is_inside(value: str) -> str:
    if not lies_inside(value):
        raise MisfitError("a path inside the repository, with / between its parts")
    return value


_INSIDE = r"^(?!/)(?!(.*/)?\.\.(/|$))[^\\]*\S[^\\]*$"
RelativePath = Annotated[
    str,
    AfterValidator(_is_inside),
    WithJsonSchema({"title": "path", "type": "string", "pattern": _INSIDE}),
]

_UNITS = {"": 1, "B": 1}
_UNITS |= {f"{letter}iB": 1024**power for power, letter in enumerate("KMG", start=1)}
_UNITS |= {f"{letter}B": 1000**power for power, letter in enumerate(("k", "M", "G"), start=1)}
_SIZE = rf"^([0-9]{{1,12}})\s?({'|'.join(filter(None, _UNITS))})$"


def _size(value: Any) -> int:
    expected = "a size such as 500KiB or 1MiB"
    if isinstance(value, str) and (found := re.fullmatch(_SIZE, value)):
        value = int(found[1]) * _UNITS[found[2]]
    elif isinstance(value, str):
        number, unit = re.fullmatch(r"\s*([0-9]*)\s*(.*)", value, re.DOTALL).groups()  # type: ignore[union-attr]
        near = did_you_mean(unit, _UNITS) if number else None
        raise MisfitError(expected, near and near.replace("`", f"`{number}", 1))
    if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
        raise MisfitError(expected)
    return value


Size = Annotated[
    int,
    PlainValidator(_size),
    WithJsonSchema(
        {
            "title": "size, as in 500KiB",
            "anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "pattern": _SIZE}],
        }
    ),
]

_SECONDS = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_DURATION = "".join(rf"(([0-9]{{1,9}}(\.[0-9]{{1,3}})?){unit})?" for unit in _SECONDS)
_DURATION = rf"^(?=[0-9]){_DURATION}$"


def _duration(value: Any) -> float:
    expected = "a duration such as 30s, 5m or 1h30m"
    if isinstance(value, str) and (found := re.fullmatch(_DURATION, value)):
        amounts = found.groups()[1::3]
        total = sum(
            float(amount) * seconds
            for amount, seconds in zip(amounts, _SECONDS.values(), strict=True)
            if amount
        )
        if total > 0:
            return total
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    raise MisfitError(expected, f"did you mean `{value}s`?" if is_number else None)


Duration = Annotated[
    float,
    PlainValidator(_duration),
    WithJsonSchema({"title": "duration, as in 1m30s", "type": "string", "pattern": _DURATION}),
]

PERCENTAGE = r"^(100(\.0+)?|[0-9]{1,2}(\.[0-9]{1,6})?)\s?%$"


def share_of(text: str) -> float | None:
    """`99.5%` -> 0.995; None where it is no percentage from 0% to 100%."""
    found = re.fullmatch(PERCENTAGE, text)
    return float(Decimal(found[1]) / 100) if found else None


def _percentage(value: Any) -> float:
    expected = "a percentage from 0% to 100%"
    if isinstance(value, str):
        share = share_of(value)
        if share is None:
            raise MisfitError(expected)
        return share
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise MisfitError(expected)
    meant = value * 100 if 0 < value < 1 else value
    raise MisfitError(expected, f"did you mean `{meant:g}%`?" if 0 <= meant <= 100 else None)


Percentage = Annotated[
    float,
    PlainValidator(_percentage),
    WithJsonSchema({"title": "percentage", "type": "string", "pattern": PERCENTAGE}),
]


def url_of(value: str, schemes: Iterable[str]) -> str:
    """`value`, where it is a URL with one of these schemes, a host, and no password in it."""
    expected = f"a URL that begins with {one_of(f'{scheme}://' for scheme in schemes)}"
    try:
        parts = urlsplit(value)
        fits = parts.scheme in schemes and parts.hostname and parts.port != 0
    except ValueError:
        fits = False
    if not fits or re.search(r"\s", value):
        raise MisfitError(expected)
    if "@" in parts.netloc:
        raise MisfitError("a URL without a user name or password")
    return value


Count = Annotated[int, Field(ge=0)]
