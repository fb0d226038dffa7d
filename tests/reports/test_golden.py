"""The reports as they are posted; `python -m tests.reports.golden` writes them anew."""

import pytest

from tests.reports.cases import CASES
from tests.reports.gfm import page
from tests.reports.golden import FOLDER, document


@pytest.mark.parametrize("name", CASES)
def test_the_report_reads_as_it_did(name: str) -> None:
    written = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    assert document(CASES[name]()) == written


def test_each_golden_file_has_its_case() -> None:
    assert {path.stem for path in FOLDER.glob("*.md")} == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_a_comment_has_one_heading_one_glyph_at_most_and_no_loose_syntax(name: str) -> None:
    comment = CASES[name]().comment
    if comment is None:
        return
    made = page(comment)
    assert made.tags.count("h3") == 1
    assert sum(comment.count(glyph) for glyph in ("✅", "❌", "⚠️", "ℹ️")) == 1  # noqa: RUF001
    assert not [text for text, inside in made.texts if "code" not in inside and "`" in text]
    assert not [text for text, _ in made.texts if "|" in text or "**" in text]


@pytest.mark.parametrize("name", ["removes", "finishes"])
def test_a_comment_has_about_ten_lines_when_all_is_well(name: str) -> None:
    comment = CASES[name]().comment
    assert comment is not None
    rows = comment.count("| `")
    assert len(comment.splitlines()) - rows <= 12


def test_there_is_no_comment_where_there_is_nothing_to_say() -> None:
    made = CASES["nothing"]()
    assert made.comment is None
    assert made.resolved is not None


@pytest.mark.parametrize("name", CASES)
def test_every_comment_says_what_it_was_made_from(name: str) -> None:
    made = CASES[name]()
    said = made.comment or made.resolved
    assert said is not None
    for part in ("a1a1a1a1a1a1", "bbbbbbbbbbbb", "cccccccccccc", "5f2d8c1e5f2d", "Canon 0.1.0"):
        assert part in page(said).text
