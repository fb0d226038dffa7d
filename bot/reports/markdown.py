"""Text as GitHub-flavoured Markdown, so that what users wrote is shown and never acted on.

`Markdown` marks what is safe. Whatever else reaches a template is escaped by `prose` on its way
out, so a forgotten filter shows a character too many, never one too few.

What has to be stopped: the syntax of CommonMark and of GitHub's tables, strikethrough and
autolinks (https://github.github.com/gfm/), raw HTML, and what GitHub does afterwards to text
outside of code: mentions, references to issues and commits, emoji names, mathematics
(https://docs.github.com/en/get-started/writing-on-github).
"""

import re
from typing import Final
from urllib.parse import quote

from bot.reports.plain import LONGEST, visible


class Markdown(str):
    """Markdown that may be written out as it is, within one line of any context.

    Joining or formatting it gives a plain `str`, which is escaped again.
    """

    __slots__ = ()


def prose(text: str, longest: int = LONGEST) -> Markdown:
    """`text` as running text: no syntax, no HTML, no link, no mention, no reference."""
    return Markdown(_ACTIVE.sub(_defused, visible(text, longest)))


def code(text: str, longest: int = LONGEST) -> Markdown:
    """`text` as a code span, in which GitHub links and pings nothing; nothing for no text.

    A backtick would end the span and a bar would end a table's cell, so text with either becomes
    an HTML element.
    """
    shown = visible(text, longest)
    if not shown:
        return Markdown("")
    if "`" in shown or "|" in shown:
        return Markdown(f"<code>{prose(shown, longest)}</code>")
    return Markdown(f"`{shown}`")


def message(text: str, longest: int = 3 * LONGEST) -> Markdown:
    """`text` as prose in which `backticks` make code spans: the messages of rules."""
    parts = visible(text, longest).split("`")
    if len(parts) % 2 == 0:  # one backtick has no partner
        return prose(text, longest)
    return Markdown("".join(_part(part, odd=bool(n % 2)) for n, part in enumerate(parts)))


def link(label: str, url: str | None) -> Markdown:
    """`label` as a link to `url`; just `label` where there is none. A plain `str` is escaped."""
    shown = label if isinstance(label, Markdown) else prose(label)
    if url is None or not shown.strip():
        return shown
    return Markdown(f"[{shown}]({quote(url, safe=_URL)})")


def fenced(text: str, language: str = "", longest: int = 10 * LONGEST) -> Markdown:
    """`text`, of several lines, as a block of code whose fence it cannot close.

    It has to begin a line. `language` is ours.
    """
    lines = [_line(line) for line in text[:longest].splitlines()]
    body = "\n".join(lines)
    runs = [len(run) for run in re.findall("`+", body)]
    fence = "`" * max(3, 1 + max(runs, default=0))
    return Markdown(f"{fence}{language}\n{body}\n{fence}")


def _line(text: str) -> str:
    """A line of code, its spaces kept."""
    return "  ".join(visible(part) for part in text.split("  "))


_URL: Final = ":/?#&=%+,;@~"
_ZERO_WIDTH_SPACE: Final = "&#8203;"
_ACTIVE: Final = re.compile(
    r"""
      (?P<escaped> [\\`*_~\[\]\#] | ^[-+=/] )
    | (?P<numbered> ^\d{1,6}[.)](?=\s|$) )
    | (?P<entity>  [&<>|] )
    | (?P<parted>  @ | :(?=[\w+-]+(?::|$)|//) | \b[Gg][Hh]-(?=\d) | \b[Ww]{3}(?=\.) )
    | (?P<commit>  \b[0-9a-fA-F]{7,}\b )
    | (?P<dollar>  \$ )
    """,
    re.VERBOSE,
)


def _defused(found: re.Match[str]) -> str:
    text = found[0]
    match found.lastgroup:
        case "escaped":
            return f"\\{text}" + (_ZERO_WIDTH_SPACE if text == "#" else "")
        case "numbered":
            return f"{text[:-1]}\\{text[-1]}"
        case "entity":
            return f"&#{ord(text)};"
        case "parted":
            return text + _ZERO_WIDTH_SPACE
        case "commit":
            return _ZERO_WIDTH_SPACE.join(text[at : at + 6] for at in range(0, len(text), 6))
        case _:  # GitHub's own advice for a dollar that begins no formula
            return "<span>$</span>"


def _part(text: str, *, odd: bool) -> str:
    if not odd:
        return _ACTIVE.sub(_defused, text)
    return code(text) if text.strip() else "\\`" + text + "\\`"
