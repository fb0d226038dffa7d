"""Readers of single values: text as typed in, the value or a `Problem` out."""

import re
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar

from bot.commands.words import Problem
from bot.config.problems import did_you_mean, one_of, quoted

Choice = TypeVar("Choice", bound=StrEnum)

_LONGEST_TEXT: Final = 300
_LONGEST_PATH: Final = 1_000
_HIGHEST_NUMBER: Final = 2**31 - 1


def choice(kind: type[Choice]) -> Callable[[str], Choice | Problem]:
    """A reader of one member of an enumeration, in any case of letters."""

    def read(text: str) -> Choice | Problem:
        if text.lower() in set(kind):
            return kind(text.lower())
        near = did_you_mean(text, kind)
        return _expected(one_of(kind), text, near)

    return read


def name(text: str) -> str | Problem:
    """The id of a rule, the name of a category or of a command, as configurations allow them."""
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}", text):
        return text
    return _expected("a name of letters, digits, - and _", text)


def number(text: str) -> int | Problem:
    """The number of an issue or a pull request, with or without #."""
    found = re.fullmatch(r"#?([1-9][0-9]{0,9})", text)
    if found and int(found[1]) <= _HIGHEST_NUMBER:
        return int(found[1])
    return _expected("the number of an issue or pull request", text)


def commit(text: str) -> str | Problem:
    """A commit, in full or its beginning: 7 to 40 hex digits."""
    if re.fullmatch(r"[0-9A-Fa-f]{7,40}", text):
        return text.lower()
    return _expected("a commit, at least 7 hex digits of it", text)


def fingerprint(text: str) -> str | Problem:
    """A violation's fingerprint, in full or its beginning: 8 to 32 hex digits."""
    if re.fullmatch(r"[0-9A-Fa-f]{8,32}", text):
        return text.lower()
    return _expected("a fingerprint, at least 8 hex digits of it", text)


def path(text: str) -> str | Problem:
    """A file's path from the repository's root, with / between its parts."""
    plain = text.removeprefix("./")
    parts = plain.split("/")
    if plain.isprintable() and len(plain) <= _LONGEST_PATH and not {"", ".", ".."} & set(parts):
        return plain
    return _expected("a path inside the repository", text)


def text(value: str) -> str | Problem:
    """Something in words, on one line."""
    plain = " ".join(value.split())
    if not plain:
        return Problem("expected some words")
    if len(plain) > _LONGEST_TEXT:
        return Problem(f"at most {_LONGEST_TEXT} characters")
    return plain


def day(text: str) -> date | Problem:
    """A day of the calendar, written as ISO 8601 has it: 2026-12-31."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return Problem(f"there is no day {quoted(text)}")
    return _expected("a date such as 2026-12-31", text)


def _expected(what: str, found: str, near: str | None = None) -> Problem:
    return Problem(f"expected {what}, not {quoted(found)}" + (f"; {near}" if near else ""))
