from collections.abc import Callable
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reports.markdown import Markdown, code, link, message, prose
from bot.reports.plain import LONGEST, visible
from tests.reports.gfm import page
from tests.reports.hostile import HOSTILE

CONTEXTS = {
    "paragraph": "before {} after",
    "bold": "**{}** rest",
    "list item": "- {}: rest\n- next",
    "heading": "### ✅ {}",
    "table": "| a | b |\n| :--- | ---: |\n| {} | 1 |\n| 2 | 3 |",
    "link": "see [{}](https://github.com/acme/shop) there",
    "start of a line": "{}",
}
FILTERS: dict[str, Callable[[str], Markdown]] = {"prose": prose, "code": code, "message": message}
NASTY = st.text(alphabet="`|\\*_~[]()<>&#@:$!-+=./\n 1aeiGH" + "w", max_size=30)


def rendered_in(context: str, value: str) -> tuple[list[str], str]:
    made = page(CONTEXTS[context].format(value))
    assert made.acted_upon == []
    assert made.comments == []
    return made.structure, made.text


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:30]))
def test_a_hostile_text_is_shown_as_it_is_and_changes_nothing_around_it(text: str) -> None:
    for (name, shown_by), context in product(FILTERS.items(), CONTEXTS):
        shown = shown_by(text)
        if not shown.strip():
            continue
        structure, said = rendered_in(context, shown)
        benign, around = rendered_in(context, "x")
        assert structure == benign, (name, context)
        if name != "message":  # there, backticks are spent on code spans
            expected = " ".join(visible(text).split())
            assert said == around.replace("x", expected, 1), (name, context)


@given(text=NASTY, context=st.sampled_from(list(CONTEXTS)), name=st.sampled_from(list(FILTERS)))
def test_no_text_made_of_syntax_changes_the_structure(text: str, context: str, name: str) -> None:
    shown = FILTERS[name](text)
    if not shown.strip():
        return
    structure, _ = rendered_in(context, shown)
    assert structure == rendered_in(context, "x")[0]


@given(text=NASTY, context=st.sampled_from(list(CONTEXTS)), name=st.sampled_from(["prose", "code"]))
def test_no_character_of_a_text_is_lost(text: str, context: str, name: str) -> None:
    shown = FILTERS[name](text)
    if not shown.strip():
        return
    _, said = rendered_in(context, shown)
    _, around = rendered_in(context, "x")
    assert said == around.replace("x", " ".join(text.split()), 1)


@given(st.text())
def test_every_text_can_be_sent_as_utf8_on_one_line(text: str) -> None:
    for made in (prose(text), code(text), message(text), Markdown(visible(text))):
        assert "\n" not in made
        made.encode()


def test_what_cannot_be_seen_is_written_as_an_escape() -> None:
    assert visible("a\x1b[31m\u202eb") == "a\\x1b[31m\\u202eb"


def test_bytes_that_are_no_utf8_are_written_as_bytes() -> None:
    assert visible(b"caf\xe9.py".decode("utf-8", "surrogateescape")) == "caf\\xe9.py"


@pytest.mark.parametrize("length", [LONGEST, LONGEST + 1, 100 * LONGEST])
def test_a_long_text_is_cut_and_says_so(length: int) -> None:
    shown = visible("a" * length)
    assert len(shown) == LONGEST
    assert shown.endswith("…") == (length > LONGEST)


def test_backticks_in_a_message_make_code() -> None:
    assert message("Use `UserContext` instead") == "Use `UserContext` instead"


def test_joining_markdown_loses_its_safety_rather_than_spreading_it() -> None:
    assert type(code("a") + "<b>") is str
    assert type("{}".format(code("a"))) is str


def test_a_link_cannot_be_left_by_its_address() -> None:
    made = page(link(code("x"), "https://h/a b)](https://evil.example.com\n<'\">|"))
    assert len(made.links) == 1
    assert made.links[0].startswith("https://h/a%20b%29")
    assert made.text == "x"
