"""Values as Python source, in the way that formatters leave alone."""

from collections.abc import Mapping
from typing import Final

from bot.scanner.names import well_formed
from bot.suites.plan.recipes import Expression, Value

_LONGEST: Final = 200
_WIDEST: Final = 60


def written(value: Value) -> str:
    """The source of a value, over several lines where it has several parts."""
    if isinstance(value, str):
        return _expression(value) if isinstance(value, Expression) else _text(value)
    if isinstance(value, bool | int):
        return repr(value)
    if isinstance(value, Mapping):
        parts = [f"    {written(key)}: {written(one)},\n" for key, one in value.items()]
        return "{\n" + "".join(parts) + "}" if parts else "{}"
    parts = [f"    {written(one)},\n" for one in value]
    if len(parts) == 1 and len(parts[0]) < _WIDEST:
        return f"({parts[0].strip()})"
    return "(\n" + "".join(parts) + ")" if parts else "()"


def plain(text: str) -> str:
    """A text from a configuration on one line, in which nothing can end a docstring."""
    words = " ".join(well_formed(text).split())
    kept = "".join(one if one.isprintable() else "?" for one in words)[:_LONGEST]
    return kept.replace("\\", "/").replace('"', "'")


def _text(text: str) -> str:
    if text.isprintable() and text.isascii() and not set(text) & {'"', "\\"}:
        return f'"{text}"'
    return ascii(text)


def _expression(text: str) -> str:
    """A raw string where one can hold it."""
    if text.isprintable() and text.isascii() and '"' not in text and not text.endswith("\\"):
        return f'r"{text}"' if "\\" in text else f'"{text}"'
    return ascii(text)
