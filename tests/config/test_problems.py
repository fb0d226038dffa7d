"""Each mistake in a configuration: where it is, what was expected, what was probably meant."""

import pytest

from bot.config.problems import MOST_IN_ONE_FILE
from tests.support.configs import (
    FRAMES,
    SAMPLES,
    Mistake,
    loaded,
    mistakes,
    problems,
    told,
    with_migration,
)


@pytest.mark.parametrize("mistake", mistakes(), ids=str)
def test_a_mistake_is_told_at_its_place_with_what_was_expected(mistake: Mistake) -> None:
    assert problems(mistake.text) == mistake.expected


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
    assert problems(broken) == told("broken.txt").splitlines()


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
