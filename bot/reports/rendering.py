"""Templates to Markdown: layout is theirs, escaping is ours, and size has a bound."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final, TypeVar

from jinja2 import Environment, PackageLoader, StrictUndefined, Undefined

from bot.reports.markdown import Markdown, code, fenced, link, message, prose

_Budget = TypeVar("_Budget")
_SEVERAL_BLANK_LINES = re.compile(r"\n{3,}")


def render(template: str, **views: Any) -> str:
    """Fill `bot/templates/reports/{template}.md.j2`; a name it does not know is an error."""
    text = environment().get_template(f"{template}.md.j2").render(**views)
    body = _SEVERAL_BLANK_LINES.sub("\n\n", text).strip()
    return f"{body}\n" if body else ""


def fitted(budgets: Sequence[_Budget], longest: int, render_with: Callable[[_Budget], str]) -> str:
    """The report under the first (most generous) budget whose bytes fit into `longest`.

    Raises `ValueError` when even the last one gives too much, which is a fault of ours.
    """
    for budget in budgets:
        text = render_with(budget)
        if len(text.encode()) <= longest:
            return text
    raise ValueError(f"no budget makes the report fit into {longest} bytes")


@cache
def environment() -> Environment:
    """Jinja2 with our escaping in place of HTML's.

    `finalize` sees every value that a template writes out, after the filters. Jinja2's own filters
    and globals are taken away, because they join and format what was escaped already.
    """
    made = Environment(
        loader=PackageLoader("bot", "templates/reports"),
        undefined=StrictUndefined,
        finalize=written,
        autoescape=False,  # noqa: S701 - Markdown is escaped by `finalize`, for which HTML is wrong
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters = dict(FILTERS)
    made.globals = {}
    return made


def number(value: int) -> Markdown:
    """1234567 as 1,234,567."""
    return Markdown(f"{value:,}")


def digits(value: int) -> Markdown:
    """1234567 as it is: the number of a line."""
    return Markdown(str(value))


FILTERS: Final[Mapping[str, Callable[..., Markdown]]] = {
    "code": code,
    "digits": digits,
    "fenced": fenced,
    "link": link,
    "message": message,
    "number": number,
}
"""All that a template can do with a value; each gives Markdown that is safe."""


def written(value: object) -> object:
    """What stands in the text for a value; what is not Markdown yet is escaped."""
    match value:
        case Markdown() | Undefined():  # an undefined value raises when Jinja2 writes it
            return value
        case str():
            return prose(value)
        case bool() | None:
            raise TypeError(f"a template must not write {value!r}: say what it means")
        case int():
            return number(value)
        case _:
            raise TypeError(f"a template must not write a {type(value).__name__}")
