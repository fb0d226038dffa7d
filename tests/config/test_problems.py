"""Each mistake in a configuration: where it is, what was expected, what was probably meant.

A file in samples/mistakes holds cases: some lines of a configuration, then what loading says of
them, each behind `=>`. `FRAMES` says what stands around the lines.
"""

from collections.abc import Iterator, Sequence

import pytest

from bot.config.problems import MOST_IN_ONE_FILE
from tests.support.configs import SAMPLES, loaded, problems, with_migration

FRAMES = {
    "the_top_level": "{}",
    "a_migration": "version: 1\nmigrations: [ {} ]",
    "more_of_a_migration": with_migration("{}"),
    "a_rule": with_migration("rules:\n- {{}}"),
    "a_test_category": with_migration("tests:\n- {{}}"),
    "a_probe": with_migration("probes:\n- {{}}"),
    "a_criterion": with_migration(
        "decision:\n  proceed_at: 85%\n  criteria:\n  - {name: n, {}}\n  hold_below: 60%"
    ),
    "plans_and_goals": with_migration("{}"),
}


def _cases() -> Iterator[object]:
    for name in FRAMES:
        for case in (SAMPLES / "mistakes" / f"{name}.txt").read_text().strip().split("\n\n"):
            lines = case.splitlines()
            text = "\n".join(line for line in lines if not line.startswith("=> "))
            expected = [line[3:] for line in lines if line.startswith("=> ")]
            yield pytest.param(name, text, expected, id=f"{name}: {text}")


@pytest.mark.parametrize(("frame", "text", "expected"), list(_cases()))
def test_a_mistake_is_told_at_its_place_with_what_was_expected(
    frame: str, text: str, expected: Sequence[str]
) -> None:
    before, after = FRAMES[frame].split("{}")
    indented = text.replace("\n", "\n    ") if before.endswith("    ") else text
    assert problems(before + indented + after) == expected


def test_every_file_of_mistakes_is_looked_at() -> None:
    assert {path.stem for path in (SAMPLES / "mistakes").iterdir()} == set(FRAMES)


@pytest.mark.parametrize(
    ("section", "second"),
    [
        ("rules: [{id: a, kind: absent-file, files: [x]}, {id: a, kind: nonsense}]", "rule `a`"),
        ("tests: [{category: u, run: x}, {category: u, run: y}]", "test category `u`"),
        ("probes: [{name: p, http: 'https://a'}, {name: p}]", "probe `p`"),
        ("coverage: [{name: c, file: a}, {name: c, file: b}]", "coverage entry `c`"),
        ("decision: {criteria: [{name: n}, {name: n}]}", "criterion `n`"),
        ("success: [{name: s}, {name: s}]", "success criterion `s`"),
    ],
)
def test_a_name_used_twice_is_found_whatever_else_is_wrong(section: str, second: str) -> None:
    found = problems(with_migration(section))
    assert [line for line in found if f"{second} is defined twice; first at" in line]


def test_all_problems_of_a_file_come_at_once_in_the_order_of_their_places() -> None:
    broken = (SAMPLES / "broken.yml").read_bytes()
    assert problems(broken) == (SAMPLES / "broken.txt").read_text().splitlines()


def test_a_misspelt_key_is_not_reported_as_missing_too() -> None:
    found = problems("version: 1\nmigrations:\n  - {isue: 1, titel: T, phas: done}\n")
    assert [line.partition(";")[0] for line in found] == [
        "3:6: unknown key `isue`",
        "3:15: unknown key `titel`",
        "3:25: unknown key `phas`",
    ]


def test_what_the_author_wrote_is_shown_on_one_line_and_shortened() -> None:
    found = problems(with_migration(f'owners: ["a\\n\\t{"b" * 100}"]'))
    assert found == [
        f"6:14: `owners[0]` is `a\\n\\t{'b' * 56}…`; expected @user or @org/team",
    ]


def test_thousands_of_problems_are_counted_but_not_written_out() -> None:
    found = problems(with_migration(f"owners: [{', '.join(['2'] * 5000)}]"))
    assert len(found) == MOST_IN_ONE_FILE + 1
    assert found[-1] == f"1:1: {5000 - MOST_IN_ONE_FILE:,} more problems"


def test_nothing_is_wrong_with_a_configuration_without_migrations() -> None:
    assert loaded("version: 1\nmigrations: []\n").migrations == ()
