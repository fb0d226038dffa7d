"""What GitHub would make of Markdown: cmark-gfm itself, then a model of what GitHub adds."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import cmarkgfm
from cmarkgfm.cmark import Options

_NOT_LOOKED_INTO = {"code", "pre", "a"}
_VOID = {"br", "hr", "img", "input"}
# After github.com/gjtorikian/html-pipeline's filters for mentions and emoji, and GitHub's page
# on autolinked references (docs.github.com/get-started/writing-on-github).
_ACTED_UPON = re.compile(
    r"""
      (?<![\w`])@[a-z0-9]
    | (?<!\w)(?:[\w.-]+(?:/[\w.-]+)?)?\#\d
    | \bGH-\d
    | \b[0-9a-f]{7,40}\b
    | :[\w+-]+:
    | https?:// | \bwww\.
    """,
    re.VERBOSE | re.IGNORECASE,
)
_MATHEMATICS = re.compile(r"\$")


@dataclass
class Page(HTMLParser):
    """Rendered HTML taken apart: its tags in order, its links, its text."""

    tags: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    open_tags: list[str] = field(default_factory=list)
    texts: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in _VOID:
            self.open_tags.append(tag)
        values = dict(attrs)
        if tag == "a":
            self.links.append(values.get("href") or "")
        if tag == "img":
            self.images.append(values.get("src") or "")

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(f"/{tag}")
        if tag in self.open_tags:
            while self.open_tags.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.texts.append((data, tuple(self.open_tags)))

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    @property
    def text(self) -> str:
        """The text that a reader sees, on one line, without zero-width spaces of ours."""
        joined = "".join(text for text, _ in self.texts).replace("\u200b", "")
        return " ".join(joined.split())

    @property
    def structure(self) -> list[str]:
        """Its tags without those that our escaping may add around text."""
        return [tag for tag in self.tags if tag.strip("/") not in {"code", "span"}]

    @property
    def acted_upon(self) -> list[str]:
        """Texts in which GitHub would see a mention, a reference, a link or an emoji."""
        return [
            text
            for text, inside in self.texts
            if not _NOT_LOOKED_INTO & set(inside)
            and (_ACTED_UPON.search(text) or ("span" not in inside and _MATHEMATICS.search(text)))
        ]


def page(markdown: str) -> Page:
    """Markdown as GitHub's own parser renders it, raw HTML included."""
    html = cmarkgfm.github_flavored_markdown_to_html(
        markdown, options=Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
    )
    parsed = Page()
    parsed.feed(html)
    parsed.close()
    return parsed
