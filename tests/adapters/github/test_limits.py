import json

from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.github.limits import one_line, storable, within_bytes, within_characters

any_text = st.text(st.characters(exclude_categories=()), max_size=300)
limits = st.integers(min_value=40, max_value=200)


@given(any_text, limits)
def test_a_text_within_bytes_never_exceeds_its_limit(text: str, limit: int) -> None:
    assert len(within_bytes(text, limit).encode()) <= limit


@given(any_text, limits)
def test_a_text_within_characters_never_exceeds_its_limit(text: str, limit: int) -> None:
    assert len(within_characters(text, limit)) <= limit


@given(any_text, limits)
def test_a_line_never_exceeds_its_limit_and_has_no_line_break(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert len(line.splitlines()) <= 1


@given(any_text)
def test_a_storable_text_is_valid_utf8_without_nul(text: str) -> None:
    kept = storable(text)
    assert json.loads(json.dumps(kept).encode()) == kept
    assert kept.encode().decode() == kept
    assert "\0" not in kept


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40))
def test_a_text_that_fits_is_left_as_it_is(text: str) -> None:
    assert within_bytes(text, 200) == text
    assert within_characters(text, 40) == text


def test_a_cut_text_says_that_it_was_cut() -> None:
    assert within_bytes("a" * 200, 100).endswith("(shortened to fit GitHub's limit)")
    assert within_characters("a" * 200, 100).endswith("(shortened to fit GitHub's limit)")


def test_a_cut_never_splits_a_character() -> None:
    assert "\N{REPLACEMENT CHARACTER}" not in within_bytes("\N{WASTEBASKET}" * 100, 101)


def test_a_path_that_is_no_utf8_loses_only_its_bad_bytes() -> None:
    assert storable(b"src/caf\xe9.py".decode("utf-8", "surrogateescape")) == "src/caf?.py"
