"""The lines of a comment that its author wrote as plain text, as GitHub shows them.

Commands that fired from code, quotes and hidden text are what people complain about in other bots
(bors-ng#173, rust-lang/bors#295, rust-lang/homu#52, servo/homu#64). So the comment is read by a
CommonMark parser, with GitHub's tables, and a line counts only

- in a paragraph that is part of nothing else: no quote, no list, no table, no heading, no code
  block, nor between the HTML tags that make those or hide text (`<details>`);
- where that line begins as text: no code span, HTML comment or link was begun on a line before it
  and goes on;
- with at most three spaces before it: four are how code is written.

Lists do not count because they are where people write what is still to be done. Emphasis that
spans lines changes nothing: it is plain text, only louder.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, escape, html_inline, newline

_SPACES: Final = re.compile(r" {0,3}(?=\S)")
_MARKUP: Final = re.compile(
    r"""
      <!--(?!-?>).*?-->
    | <(?P<end>/?)(?P<name>[a-z][^\s/>]*)(?:"[^"]*"|'[^']*'|[^'">])*>
    | <(?:/(?![a-z])|(?!!--)[!?])[^>]*>
    | (?P<open><[a-z/!?])
    """,
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_COMMENT: Final = re.compile(r"<!--(?!-?>)(?:(?!--).)*-->", re.DOTALL)
_OTHER_THAN_PLAIN: Final = frozenset(
    {"a", "blockquote", "code", "del", "details", "dl", "kbd", "ol", "pre", "q", "s", "samp"}
    | {"strike", "summary", "table", "tt", "ul"}
)


def plain_lines(body: str) -> Iterator[str]:
    """The plain lines of a comment, in order, without the spaces around them."""
    inside = _Elements()
    before = None
    # Without a newline at its end, the parser fails at an HTML block that ends within a quote.
    for token in _markdown().parse(f"{body}\n"):
        if token.type == "html_block":
            inside.follow(token.content)
        elif token.type == "inline":
            in_itself = before is not None and before.type == "paragraph_open" and not before.level
            yield from _read(token.content, inside, plain=in_itself)
        before = token


class _Elements:
    """Which of the elements that make text something else are open.

    Browsers disagree with each other, and CommonMark's editions too, about where an element ends
    that is left open in a quote or a list; here it does not. Markup without its `>` swallows what
    comes after it: from there on nothing can be said to be plain.
    """

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()
        self._lost = False

    def __bool__(self) -> bool:
        return self._lost or any(self._open.values())

    def follow(self, html: str) -> None:
        """Take a piece of HTML into account."""
        for found in _MARKUP.finditer(html):
            if found["open"]:
                self._lost = True
                return
            name = (found["name"] or "").lower()
            if name in _OTHER_THAN_PLAIN:
                self._open[name] = max(0, self._open[name] + (-1 if found["end"] else 1))

    def follow_inline(self, markup: str) -> None:
        """Take one tag or comment inside of a paragraph into account.

        GitHub reads an older edition of CommonMark, for which some comments and declarations are
        text, and tags within them are tags.
        """
        if not markup.startswith(("<!", "<?")):
            self.follow(markup)
        elif "<" in markup[1:] and not _COMMENT.fullmatch(markup):
            self._lost = True


@dataclass(slots=True)
class _Paragraph:
    """What is met inside one paragraph, in order: offsets of line beginnings, and HTML."""

    content: str
    met: list[int | str] = field(default_factory=lambda: [0])


def _read(content: str, inside: _Elements, *, plain: bool) -> Iterator[str]:
    """The plain lines of some text; none where the text as a whole is not `plain`."""
    if not plain and "<" not in content:
        return
    paragraph = _Paragraph(content)
    markdown = _markdown()
    markdown.inline.parse(content, markdown, {"paragraph": paragraph}, [])
    for event in paragraph.met:
        if isinstance(event, str):
            inside.follow_inline(event)
        elif plain and not inside:
            end = content.find("\n", event)
            line = content[event : end if end >= 0 else None]
            if _SPACES.match(line):
                yield line.strip()


@cache
def _markdown() -> MarkdownIt:
    """A parser that finds blocks alone, and inside of a paragraph tells what it meets.

    Its inline part runs only where it is called. A newline inside a code span, a tag or a link's
    target is consumed by their rules, so that the rules for newlines never see it.
    """
    markdown = MarkdownIt("commonmark").enable("table")
    markdown.core.ruler.disable(["inline", "text_join"])
    markdown.inline.ruler.disable(["emphasis", "entity"])
    markdown.inline.ruler2.disable(["emphasis"])
    markdown.inline.ruler.at("newline", _newline)
    markdown.inline.ruler.at("escape", _escape)
    markdown.inline.ruler.at("html_inline", _html)
    return markdown


def _newline(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the library's signature
    start = state.pos
    return newline(state, silent) and _met_line(state, silent, start + 1)


def _escape(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the library's signature
    start = state.pos
    if not escape(state, silent):
        return False
    return state.src[start + 1] != "\n" or _met_line(state, silent, start + 2)


def _html(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the library's signature
    start = state.pos
    if not html_inline(state, silent):
        return False
    if not silent:
        _meet(state, state.src[start : state.pos])
    return True


def _met_line(state: StateInline, silent: bool, position: int) -> bool:  # noqa: FBT001 - as above
    if not silent and state.level == 0:
        _meet(state, position)
    return True


def _meet(state: StateInline, event: int | str) -> None:
    """Note an event of the paragraph itself; the text inside an image is parsed on its own."""
    paragraph: _Paragraph = state.env["paragraph"]
    if state.src is paragraph.content:
        paragraph.met.append(event)
