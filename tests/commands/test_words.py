import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.words import Problem, Word, split


def texts(line: str) -> list[str | None]:
    words = split(line)
    assert not isinstance(words, Problem)
    return [word.text for word in words]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", []),
        ("  a   b ", ["a", "b"]),
        ('"two words" b', ["two words", "b"]),
        ("'two words' b", ["two words", "b"]),
        ("`two words` b", ["two words", "b"]),
        ("“two words” b", ["two words", "b"]),
        ("„two words“ b", ["two words", "b"]),
        ("«two words» b", ["two words", "b"]),
        ("don't", ["don't"]),
        ("'don't do it' b", ["don't do it", "b"]),  # the quote closes before a space
        (r'"say \"hi\" now" b', ['say "hi" now', "b"]),
        (r'"back\\slash"', ["back\\slash"]),
        (r'"a\b"', [r"a\b"]),
        ('""', [""]),
        ("a-b --", ["a-b", "--"]),
    ],
)
def test_words_are_split_as_a_shell_user_expects(line: str, expected: list[str]) -> None:
    assert texts(line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("--until 2026", [Word(None, "until"), Word("2026")]),
        ("--until=2026", [Word("2026", "until")]),
        ('--reason="two words"', [Word("two words", "reason")]),
        ("--reason=", [Word("", "reason")]),
        ("—until 2026", [Word(None, "until"), Word("2026")]),
        ("\N{EN DASH}until 2026", [Word(None, "until"), Word("2026")]),
        ('"--until"', [Word("--until")]),
        ("--until! x", [Word("--until!"), Word("x")]),
    ],
)
def test_options_are_told_from_words(line: str, expected: list[Word]) -> None:
    assert split(line) == expected


@pytest.mark.parametrize("line", ['"open', "a 'open b", "`", '--reason="open', '"a\\"'])
def test_a_quote_that_is_not_closed_is_a_problem(line: str) -> None:
    assert split(line) == Problem("a quotation mark is opened and not closed")


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=5))
def test_quoted_words_come_back_as_they_were(words: list[str]) -> None:
    line = " ".join('"{}"'.format(word.replace("\\", "\\\\").replace('"', '\\"')) for word in words)
    assert texts(line) == words


@given(st.text(st.characters(codec=None, categories=None)))
def test_no_line_raises(line: str) -> None:
    split(line)
