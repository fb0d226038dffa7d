"""YAML from strangers: read within bounds, as plain values that know their place."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config.document import Budget, read
from bot.config.problems import Problems
from bot.config.tree import MAX_DEPTH, Node
from bot.domain.configuration import Place


def reading(raw: bytes | str, nodes: int = 1000) -> tuple[Node | None, list[str]]:
    problems = Problems()
    data = raw if isinstance(raw, bytes) else raw.encode()
    tree = read("c.yml", data, Budget(nodes), problems)
    return tree, [str(problem).removeprefix("c.yml:") for problem in problems.sorted()]


def plain(raw: bytes | str) -> object:
    tree, problems = reading(raw)
    assert tree
    assert not problems
    return tree.plain()


TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs"]))
SCALARS = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT
VALUES = st.recursive(
    SCALARS | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=10,
)


@settings(deadline=None)
@given(st.dictionaries(TEXT, VALUES, min_size=1))
def test_json_is_yaml_and_is_read_as_what_it_says(value: dict[str, object]) -> None:
    assert plain(json.dumps(value, ensure_ascii=False)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("NO", "NO"),
        ("true", True),
        ("12", 12),
        ("1_000", 1000),
        ("0x1F", 31),
        ("010", 10),
        ("1.5", 1.5),
        ("~", None),
        ("12:30:45", "12:30:45"),
        ("2026-12-01", "2026-12-01"),
        ('"12"', "12"),
        ("!!str 12", "12"),
        ("=", "="),
    ],
)
def test_scalars_are_those_of_yaml_1_2(text: str, value: object) -> None:
    assert plain(f"key: {text}\n") == {"key": value}


def test_keys_are_text_as_written() -> None:
    assert plain("1: a\ntrue: b\n2026-12-01: c\n") == {"1": "a", "true": "b", "2026-12-01": "c"}


def test_a_byte_order_mark_is_skipped() -> None:
    assert plain(b"\xef\xbb\xbfversion: 1\n") == {"version": 1}


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_end_as_editors_see_it(newline: str) -> None:
    tree, _ = reading(newline.join(["a: 1", "", "b:", "  - é: 2"]))
    assert tree
    inner = tree.entries["b"].value.items[0].entries["é"]
    assert inner.place == Place("c.yml", 4, 5)
    assert inner.value.place == Place("c.yml", 4, 8)


def test_a_value_that_is_not_there_is_placed_at_its_key() -> None:
    tree, _ = reading("a:\n\n\nb: 1\n")
    assert tree
    assert tree.entries["a"].value.place == Place("c.yml", 1, 1)


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ("", "1:1: the file is empty; expected keys such as `version: 1`"),
        ("# only a comment\n", "1:1: the file is empty; expected keys such as `version: 1`"),
        (b"a: 1\nb: caf\xe9\n", "2:7: byte 0xe9 is not UTF-8; expected a text file in UTF-8"),
        (b"\xff\xfea\x00", "1:1: byte 0xff is not UTF-8; expected a text file in UTF-8"),
        ("a: \x07\n", "1:4: character U+0007 is not allowed"),
        ('a: "\\0"\n', "1:4: `\\x00` cannot be used; expected text without control characters"),
        ('a: "\\ud800"', "1:4: `\\ud800` cannot be used; expected text without control characters"),
        ('"\\e": 1', "1:1: key `\\x1b`; expected text without control characters"),
        ("a: .nan", "1:4: `.nan` cannot be used; expected a finite number"),
        ("a: 1e999", "1:4: `1e999` cannot be used; expected a finite number"),
        (
            "a: 9007199254740992",
            "1:4: `9007199254740992` cannot be used; expected a number up to 9,007,199,254,740,991",
        ),
        ("a: !!int x", "1:4: `x` cannot be used; expected a value that fits its type"),
        ("a: 1\na: 2", "2:1: key `a` is here twice; expected it once, as in line 1"),
        ("a: &x 1\nb: *x", "2:4: alias `*x`; expected the value itself, written out"),
        ("*x : 1", "1:1: alias `*x` stands as a key; expected text"),
        ("? [a]\n: 1", "1:3: a list or mapping stands as a key; expected text"),
        ("<<: {a: 1}", "1:1: merge key `<<`; expected the keys themselves, written out"),
        (
            "a: !!python/object:os.system x",
            (
                "1:4: tag `tag:yaml.org,2002:python/object:os.system`; "
                "expected a plain value, without a tag"
            ),
        ),
        ("a: !own [1]", "1:4: tag `!own`; expected a plain value, without a tag"),
        ("a: 1\n---\nb: 1", "2:1: a second document begins; expected one document in a file"),
        ("%YAML 1.1\n---\na: 1", "2:1: another version of YAML is asked for; expected YAML 1.2"),
        (
            "a:\n\tb: 1",
            (
                "2:1: not YAML: found character '\\t' that cannot start any token; "
                "indent with spaces; YAML allows no tabs there"
            ),
        ),
        (
            "a: b: c",
            (
                "1:5: not YAML: mapping values are not allowed here; "
                "put quotes around text that holds a colon and a space"
            ),
        ),
        (
            "a: 1\nb: 'c\n",
            (
                "3:1: not YAML: found unexpected end of stream; "
                "while scanning a quoted scalar from line 2 on"
            ),
        ),
        (
            'a: 1\nb: "\\UFFFFFFFF"',
            "2:2: not YAML beyond this place: Python int too large to convert to C int",
        ),
    ],
)
def test_what_is_no_plain_yaml_is_refused_at_its_place(raw: bytes | str, problem: str) -> None:
    assert reading(raw)[1] == [problem]


def test_reading_goes_on_after_a_duplicate_key_an_alias_and_a_tag() -> None:
    tree, problems = reading("a: *x\nb: !t 1\nb: 2\nc: *y\nd: 3\n")
    assert tree
    assert tree.entries["d"].value.content == 3
    assert [problem[:3] for problem in problems] == ["1:4", "2:4", "3:1", "4:4"]


def test_nesting_is_bounded() -> None:
    _, problems = reading("[" * 50_000)
    assert problems == [f"1:{MAX_DEPTH + 1}: nested more than {MAX_DEPTH} deep"]


def test_the_number_of_values_is_bounded() -> None:
    _, problems = reading("[" + "1," * 999 + "1]", nodes=1000)
    assert problems == ["1:2000: the configuration holds too many values"]


def test_an_expansion_bomb_is_refused_without_being_expanded() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 20)]
    began = time.perf_counter()
    _, problems = reading("\n".join(lines))
    assert len(problems) == 19 * 9
    assert time.perf_counter() - began < 2
