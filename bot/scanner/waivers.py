"""Waivers in comments: in Python outside strings, after a comment sign in any other language.

What is read here depends on the text alone: neither on its path, nor on the rules, nor on the date.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from bot.scanner.facts import WaiverComment
from bot.scanner.names import well_formed

_IN_PYTHON = re.compile(r"(?:^|\s)#++\s*+canon: allow(?![\w-])(.*)")
_ELSEWHERE = re.compile(r"(?:^|(?<=\s))(?:#++|//++|--|<!--|/\*++)\s*+canon: allow(?![\w-])(.*)")
_BREAK = re.compile(r"\r\n|\r|\n")
# A comment, or a string with both ends; one that is not closed goes on to the end of its line or,
# in triple quotes, of the text. Every quote is taken by a match, so that the time stays linear.
_TOKEN = re.compile(
    r"""\#[^\n]*+
    |\"{3}(?:[^"\\]|\\.|"(?!""))*+(?:\"{3})?
    |\'{3}(?:[^'\\]|\\.|'(?!\'\'))*+(?:\'{3})?
    |"(?:[^"\\\n]|\\.)*+"?
    |'(?:[^'\\\n]|\\.)*+'?
    """,
    re.DOTALL | re.VERBOSE,
)
_RULES = re.compile(r"\[([^\[\]]*+)\]")
_RULE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}+")
_FIELD = re.compile(r'\s++(until|by|reason)=(?:"([^"]*+)"|([^\s"]++))')
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_OWNER = re.compile(r"@[A-Za-z0-9][\w.-]*+(?:/[\w.-]++)?")
_EXAMPLES = {"until": "until=2026-12-31", "by": "by=@owner", "reason": 'reason="..."'}
_LONGEST = 40  # characters of what cannot be read


class _Comment(NamedTuple):
    """What stands after `canon: allow`; `alone` says that no code is on its line."""

    line: int
    rest: str
    alone: bool
    python: bool


def waiver_comments(text: bytes) -> tuple[WaiverComment, ...]:
    """All waivers of a text in UTF-8, read both as Python and as any other language."""
    decoded = well_formed(text.decode("utf-8", "surrogateescape"))
    return (*_placed(_in_python(decoded)), *_placed(_elsewhere(decoded)))


def _in_python(text: str) -> Iterator[_Comment]:
    unified = _BREAK.sub("\n", text)
    line = start = 0
    for token in _TOKEN.finditer(unified):
        if token[0][0] == "#" and (found := _IN_PYTHON.search(token[0])):
            line += unified.count("\n", start, token.start())
            start = token.start()
            before = unified[unified.rfind("\n", 0, start) + 1 : start]
            yield _Comment(line + 1, found[1], not before.strip(), python=True)


def _elsewhere(text: str) -> Iterator[_Comment]:
    for number, line in enumerate(_BREAK.split(text), start=1):
        if found := _ELSEWHERE.search(line):
            alone = not line[: found.start()].strip()
            yield _Comment(
                number,
                found[1].rstrip().removesuffix("-->").removesuffix("*/"),
                alone,
                python=False,
            )


def _placed(comments: Iterable[_Comment]) -> Iterator[WaiverComment]:
    """Waivers with the line they cover: their own, or the next one that holds no waiver alone."""
    found = list(comments)
    covered: dict[int, int] = {}
    for one in reversed(found):
        below = one.line + 1
        covered[one.line] = covered.get(below, below) if one.alone else one.line
    for one in found:
        yield _read(one, covered[one.line])


def _read(comment: _Comment, covered: int) -> WaiverComment:
    rest = comment.rest.rstrip()
    opened = _RULES.match(rest)
    rules = tuple(part.strip() for part in opened[1].split(",")) if opened else ()
    known = tuple(dict.fromkeys(rule for rule in rules if _RULE.fullmatch(rule)))
    fields: dict[str, str] = {}
    end, fault = (opened.end() if opened else 0), ""
    while field := _FIELD.match(rest, end):
        fault = fault or (f"has {field[1]} twice" if field[1] in fields else "")
        fields[field[1]] = field[3] or field[2]
        end = field.end()
    if opened is None or known != rules:
        fault = "does not name its rules: write canon: allow[rule-id], or allow[one, another]"
    elif rest[end:].strip():
        fault = f"cannot be read from {rest[end:].strip()[:_LONGEST]!r} on"
    return WaiverComment(
        comment.line,
        covered,
        known,
        fields.get("until", ""),
        fields.get("by", ""),
        fields.get("reason", "").strip(),
        fault or _lacking(fields),
        comment.python,
    )


def _lacking(fields: dict[str, str]) -> str:
    """What is wrong with the fields of a waiver that could be read; empty if nothing."""
    lacking = [example for name, example in _EXAMPLES.items() if not fields.get(name, "").strip()]
    if lacking:
        return f"lacks {' and '.join(lacking)}"
    if not _is_day(fields["until"]):
        return f"has a date that is none: {fields['until'][:_LONGEST]!r}; write until=2026-12-31"
    if not _OWNER.fullmatch(fields["by"]):
        return f"has an owner that is none: {fields['by'][:_LONGEST]!r}; write by=@owner"
    return ""


def _is_day(text: str) -> bool:
    try:
        return bool(_DAY.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False
