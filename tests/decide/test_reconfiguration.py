from dataclasses import replace
from typing import Any

import pytest

from bot.decide.reconfiguration import Change, changes
from bot.domain.configuration import Configuration, Milestone, Place
from bot.domain.phase import Phase
from bot.domain.severity import Severity
from tests.support.scans import configuration, migration, rule

BEFORE = configuration(migration(rule("one"), rule("two")))


def of_rule(**changed: Any) -> list[Change]:
    after = configuration(migration(replace(rule("one"), **changed), rule("two")))
    return list(changes(BEFORE, after))


def of_migration(before: Configuration = BEFORE, **changed: Any) -> list[Change]:
    after = configuration(replace(before.migrations[0], **changed))
    return list(changes(before, after))


def test_the_same_configuration_changes_nothing() -> None:
    assert changes(BEFORE, BEFORE) == []


def test_a_rule_that_only_moved_in_its_file_changes_nothing() -> None:
    assert of_rule(place=Place(".github/canon.yml", 40, 9)) == []


@pytest.mark.parametrize(
    ("changed", "text", "weaker"),
    [
        ({"target": 5}, "rule `one` has the target 5, was 0", True),
        (
            {"targets": {Phase.MIGRATE: 5}},
            "rule `one` has the target 5 in phase `migrate`, was none",
            False,
        ),
        (
            {"targets": {Phase.DONE: 5}},
            "rule `one` has the target 5 in phase `done`, was none",
            True,
        ),
        ({"severity": Severity.P3}, "rule `one` is P3, was P0", False),
        ({"message": "other"}, "rule `one` has another message", False),
        ({"exclude": ("x",)}, "rule `one` looks for something else: other `exclude`", False),
        (
            {"kind": "absent-file", "parameters": 1},
            "rule `one` looks for something else: other `kind`, `parameters`",
            False,
        ),
        ({"milestones": (Milestone(until="2026-12-01", at_most=3),)}, "milestones", False),
    ],
)
def test_a_change_of_a_rule_is_named_and_weighed(
    changed: dict[str, Any], text: str, weaker: bool
) -> None:
    (found,) = of_rule(**changed)
    assert text in found.text
    assert found.weaker is weaker


@pytest.mark.parametrize(
    ("old", "new", "weaker"),
    [
        ([("2026-12-01", 3)], [], True),
        ([("2026-12-01", 3)], [("2026-12-01", 4)], True),
        ([("2026-12-01", 3)], [("2027-01-01", 3)], True),
        ([("2026-12-01", 3)], [("2026-11-01", 2)], False),
        ([("2026-12-01", 3)], [("2026-12-01", 3), ("2027-01-01", 0)], False),
    ],
)
def test_milestones_are_weaker_when_one_is_no_longer_kept_by_another(
    old: list[tuple[str, int]], new: list[tuple[str, int]], weaker: bool
) -> None:
    def under(dates: list[tuple[str, int]]) -> Configuration:
        milestones = tuple(Milestone(until=until, at_most=most) for until, most in dates)
        return configuration(migration(rule("one", milestones=milestones)))

    (found,) = changes(under(old), under(new))
    assert found.weaker is weaker


def test_rules_that_go_ask_for_less_and_rules_that_come_do_not() -> None:
    after = configuration(migration(rule("one"), rule("three")))
    assert changes(BEFORE, after) == [
        Change("rule `two` is removed", weaker=True),
        Change("rule `three` is new"),
    ]


@pytest.mark.parametrize(
    ("phase", "weaker"), [(Phase.DETECT, True), (Phase.VALIDATE, False), (Phase.DONE, False)]
)
def test_going_back_a_phase_asks_for_less(phase: Phase, weaker: bool) -> None:
    (found,) = of_migration(phase=phase)
    assert found == Change(f"`#1098` goes from phase `migrate` to `{phase}`", weaker=weaker)


def test_not_blocking_any_more_asks_for_less() -> None:
    quiet = configuration(migration(rule("one"), rule("two"), blocking=False))
    assert [one.weaker for one in changes(BEFORE, quiet)] == [True]
    assert [one.weaker for one in changes(quiet, BEFORE)] == [False]


def test_what_people_state_is_named_without_being_weighed() -> None:
    assert of_migration(owners=("@a",), title="Other") == [
        Change("`#1098` changes its `title`, `owners`")
    ]


def test_migrations_that_go_ask_for_less_and_migrations_that_come_do_not() -> None:
    other = migration(issue=7)
    assert changes(BEFORE, configuration(other)) == [
        Change("`#1098` is no longer gated", weaker=True),
        Change("`#7` is new: phase `migrate`, 1 rule"),
    ]


def test_a_change_of_scope_is_named() -> None:
    after = replace(BEFORE, exclude=("x",))
    assert changes(BEFORE, after) == [Change("`exclude` changes for the whole repository")]
