"""What pydantic's errors are called in front of the author of a configuration."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from bot.config.problems import did_you_mean, legible, one_of, quoted
from bot.config.schema.types import MisfitError
from bot.config.tree import Node

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


class Wording(NamedTuple):
    """The three parts of a problem's text."""

    message: str
    expected: str | None = None
    hint: str | None = None


_TYPES: Mapping[str, str] = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "mapping_type": "a mapping",
    "model_type": "a mapping",
    "dataclass_type": "a mapping",
}
_BOUNDS: Mapping[str, str] = {
    "greater_than_equal": "{ge:g} or more",
    "less_than_equal": "{le:g} or less",
    "too_short": "{min_length} or more items",
    "too_long": "{max_length} or fewer items",
}
_SWITCHES = {"yes": "true", "on": "true", "no": "false", "off": "false"}


def value_wording(error: "ErrorDetails", name: str, node: Node) -> Wording:
    """The words for a value that does not fit; `name` is what the author calls it."""
    kind, context = error["type"], error.get("ctx", {})
    message = f"{name} is {shown(node)}"
    if kind in _TYPES:
        return Wording(message, _TYPES[kind], _type_hint(_TYPES[kind], node))
    if kind in _BOUNDS:
        return Wording(message, _BOUNDS[kind].format_map(context))
    if kind == "missing":
        return Wording(message, "more items")
    if kind in {"enum", "literal_error"}:
        return _choice(message, str(context["expected"]), node)
    if kind == "value_error":
        return _misfit(message, name, node, context["error"])
    return Wording(f"{name}: {legible(error['msg'])}")


def missing_wording(error: "ErrorDetails", key: str, description: str) -> Wording:
    """The words for a key that is not there."""
    misfit = error.get("ctx", {}).get("error")
    if isinstance(misfit, MisfitError):
        return Wording("a key is missing", misfit.expected, misfit.hint)
    return Wording(
        f"key `{key}` is missing",
        f"`{key}`: {description[:1].lower()}{description[1:].rstrip('.')}",
    )


def shown(node: Node) -> str:
    """A value as its author would recognise it."""
    if isinstance(node.content, list):
        return "a list" if node.content else "an empty list"
    if isinstance(node.content, dict):
        return "a mapping"
    return quoted(node.source) if node.source else "empty"


def _misfit(message: str, name: str, node: Node, error: ValueError) -> Wording:
    if isinstance(error, MisfitError):
        return Wording(message, error.expected, error.hint)
    text = legible(str(error), 300)
    if text.startswith("expected "):
        return Wording(message, text.removeprefix("expected "))
    # A condition on a whole mapping names what it concerns by itself.
    return Wording(text if isinstance(node.content, dict) else f"{name}: {text}")


def _choice(message: str, expected: str, node: Node) -> Wording:
    choices = re.findall(r"'([^']*)'", expected) or [expected]
    hint = None
    if node.content in choices:  # a number, written as text
        hint = f"did you mean `{node.content}`, without quotes?"
    elif isinstance(node.content, str):
        hint = did_you_mean(node.content, choices)
    return Wording(message, one_of(choices), hint)


def _type_hint(expected: str, node: Node) -> str | None:
    if not node.source:
        return None
    if expected == "text":
        return f'put it in quotes: "{legible(node.source)}"'
    if expected == "true or false":
        near = _SWITCHES.get(node.source.lower(), node.source.lower())
        return f"did you mean `{near}`?" if near in {"true", "false"} else None
    if expected == "a list":
        return f"did you mean `[{legible(node.source)}]`?"
    if isinstance(node.content, str) and re.fullmatch(r"[0-9]{1,15}", node.source):
        return f"did you mean `{node.source}`, without quotes?"
    return None
