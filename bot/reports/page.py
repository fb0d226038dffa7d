"""A report as a page of its own: our Markdown as HTML, in the look of GitHub.

Raw HTML is off in the parser. The few tags that our templates write, always without attributes,
are let through by name; whatever a user wrote is escaped before it comes here and again by the
parser.
"""

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

from bot.reports.chart import svg

_INLINE: Final = re.compile(r"</?(?:code|span|sub|details|summary)>|<!--[^<>]*-->")
_BLOCK: Final = re.compile(r"\s*(?:<details><summary>[^<>]*</summary>|</details>)\s*")
_ALERT: Final = re.compile(r"\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]")
_BOX: Final = re.compile(r"\[([ x])\] ")


def page(title: str, markdown: str) -> str:
    """A whole HTML document; `title` is plain text, `markdown` a report of ours."""
    style = files("bot").joinpath("templates/pages/report.css").read_text(encoding="utf-8")
    body = _parser().render(markdown)
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            title=title,
            style=Markup(style),  # noqa: S704 - our own file
            body=Markup(body),  # noqa: S704 - made by the parser from escaped text
        )
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("bot", "templates/pages"),
        undefined=StrictUndefined,
        autoescape=select_autoescape(default=True, default_for_string=True),
        auto_reload=False,
    )


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.inline.ruler.before("autolink", "our_tags", _our_tags)
    parser.block.ruler.before("paragraph", "our_details", _our_details)
    parser.core.ruler.after("inline", "alerts_and_boxes", _alerts_and_boxes)
    parser.add_render_rule("fence", _fence)
    return parser


def _fence(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    """A block of code; our chart as a drawing, for the page runs no scripts."""
    token = tokens[index]
    drawn = svg(token.content) if token.info == "mermaid" else None
    return drawn or renderer.fence(tokens, index, options, env)


def _our_tags(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser's signature
    found = _INLINE.match(state.src, state.pos)
    if found is None:
        return False
    if not silent and not found[0].startswith("<!--"):
        state.push("html_inline", "", 0).content = found[0]
    state.pos = found.end()
    return True


def _our_details(
    state: StateBlock,
    start: int,
    end: int,
    silent: bool,  # noqa: FBT001 - same
) -> bool:
    del end
    line = state.getLines(start, start + 1, 0, keepLastLF=False)
    if _BLOCK.fullmatch(line) is None:
        return False
    if not silent:
        token = state.push("html_block", "", 0)
        token.map = [start, start + 1]
        token.content = line.strip() + "\n"
        state.line = start + 1
    return True


def _alerts_and_boxes(state: StateCore) -> None:
    """What GitHub makes of `> [!TIP]` and of `- [ ] task`."""
    tokens = state.tokens
    for before, token in zip(tokens, tokens[2:], strict=False):
        if token.type != "inline" or not token.children:
            continue
        first = token.children[0]
        if before.type == "blockquote_open" and (found := _ALERT.fullmatch(first.content)):
            before.attrSet("class", f"alert {found[1].lower()}")
            first.type = "html_inline"
            first.content = f"<strong>{found[1].title()}</strong><br>"
        if before.type == "list_item_open" and (found := _BOX.match(first.content)):
            before.attrSet("class", "task")
            first.content = first.content[found.end() :]
            mark = Token("html_inline", "", 0)
            checked = " checked" if found[1] == "x" else ""
            mark.content = f'<input type="checkbox" disabled{checked}> '
            token.children.insert(0, mark)
