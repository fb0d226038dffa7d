from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decide.ratchet import compare
from bot.domain.comparison import MigrationComparison
from bot.domain.configuration import Milestone
from bot.domain.phase import Phase
from bot.domain.verdict import Outcome
from tests.support.scans import (
    BASE,
    HEAD,
    MERGE_BASE,
    WAIVER,
    configuration,
    migration,
    rule,
    scan,
    violation,
)

TODAY = date(2026, 11, 21)


def judged(
    *,
    kept: int = 0,
    added: int = 0,
    removed: int = 0,
    phase: Phase = Phase.MIGRATE,
    blocking: bool = True,
    today: date = TODAY,
    waived: bool = False,
    **settings: Any,
) -> MigrationComparison:
    """The gate's answer to so many violations kept, added and removed, under one rule."""
    under = configuration(migration(rule(**settings), phase=phase, blocking=blocking))
    same = [violation(f"kept{n:03}.py") for n in range(kept)]
    gone = [violation(f"removed{n:03}.py") for n in range(removed)]
    waiver = WAIVER if waived else None
    new = [violation(f"added{n:03}.py", waiver=waiver) for n in range(added)]
    comparison = compare(
        under,
        scan([*same, *gone], of=under),
        scan([*same, *new], of=under),
        {},
        merge_base=MERGE_BASE,
        base_commit=BASE,
        head_commit=HEAD,
        today=today,
    )
    (one,) = comparison.migrations
    assert comparison.verdict is one.verdict
    return one


def texts(one: MigrationComparison) -> list[str]:
    return [reason.text for reason in one.reasons]


def test_detect_reports_what_was_added_and_blocks_nothing() -> None:
    one = judged(phase=Phase.DETECT, kept=4, added=2)
    assert one.verdict is Outcome.NEUTRAL
    assert texts(one) == ["factory-import: 2 added (before 4, now 6); detect only reports"]
    assert one.rules[0].limit is None


def test_detect_passes_when_nothing_was_added() -> None:
    assert judged(phase=Phase.DETECT, kept=4).verdict is Outcome.PASS


def test_migrate_fails_when_anything_was_added() -> None:
    one = judged(kept=124, added=3)
    assert one.verdict is Outcome.FAIL
    assert texts(one) == ["factory-import: 3 added (limit 124, now 127)"]


def test_migrate_fails_for_an_added_violation_although_more_were_removed() -> None:
    one = judged(kept=5, added=1, removed=3)
    assert one.verdict is Outcome.FAIL
    assert texts(one) == ["factory-import: 1 added (limit 8, now 6)"]


def test_migrate_passes_when_counts_fall_and_says_by_how_much() -> None:
    one = judged(kept=117, removed=7)
    assert one.verdict is Outcome.PASS
    assert texts(one) == ["nothing added, 7 removed (124 -> 117)"]


def test_migrate_holds_its_own_target_even_when_counts_fall() -> None:
    one = judged(kept=90, removed=10, targets={Phase.MIGRATE: 50})
    assert one.verdict is Outcome.FAIL
    assert texts(one) == ["factory-import: 40 over the target for migrate (limit 50, now 90)"]


def test_a_generous_target_for_migrate_does_not_let_anything_be_added() -> None:
    one = judged(kept=5, added=1, targets={Phase.MIGRATE: 50})
    assert one.verdict is Outcome.FAIL
    assert one.rules[0].limit == 5


@pytest.mark.parametrize("phase", [Phase.VALIDATE, Phase.DONE])
def test_late_phases_ask_for_the_target_whether_or_not_anything_was_added(phase: Phase) -> None:
    one = judged(phase=phase, kept=5)
    assert one.verdict is Outcome.FAIL
    assert texts(one) == [f"factory-import: 5 over the target for {phase} (limit 0, now 5)"]


def test_late_phases_accept_an_addition_within_the_target() -> None:
    one = judged(phase=Phase.DONE, kept=5, added=1, target=6)
    assert one.verdict is Outcome.PASS
    assert texts(one) == ["1 added, within the limits"]


def test_a_migration_that_is_not_blocking_is_neutral_and_keeps_its_reasons() -> None:
    one = judged(kept=1, added=1, blocking=False)
    assert one.verdict is Outcome.NEUTRAL
    assert texts(one) == [
        "factory-import: 1 added (limit 1, now 2)",
        "reported only, because the migration is set to `blocking: false`",
    ]


def test_a_waived_violation_may_be_added() -> None:
    one = judged(kept=1, added=2, waived=True)
    assert one.verdict is Outcome.PASS
    assert (one.rules[0].head, len(one.waived)) == (1, 2)


def test_taking_a_waiver_away_without_fixing_the_code_fails() -> None:
    under = configuration()
    comparison = compare(
        under,
        scan([violation(waiver=WAIVER)]),
        scan([violation()]),
        {},
        merge_base=MERGE_BASE,
        base_commit=BASE,
        head_commit=HEAD,
        today=TODAY,
    )
    (one,) = comparison.migrations
    assert one.verdict is Outcome.FAIL
    assert texts(one) == ["factory-import: 1 no longer waived (limit 0, now 1)"]


MILESTONE = {"milestones": (Milestone(until="2026-11-20", at_most=3),)}


@pytest.mark.parametrize(
    ("today", "verdict"),
    [
        (date(2026, 11, 20), Outcome.PASS),
        (date(2026, 11, 21), Outcome.FAIL),
    ],
)
def test_a_milestone_is_asked_for_from_the_day_after_it(today: date, verdict: Outcome) -> None:
    assert judged(kept=5, today=today, **MILESTONE).verdict is verdict


def test_a_missed_milestone_is_named() -> None:
    assert texts(judged(kept=5, **MILESTONE)) == [
        "factory-import: 2 over the milestone of 2026-11-20 (limit 3, now 5)"
    ]


@pytest.mark.parametrize(
    ("phase", "kept", "suggested"),
    [
        (Phase.DETECT, 3, Phase.MIGRATE),
        (Phase.DETECT, 0, None),
        (Phase.MIGRATE, 0, Phase.VALIDATE),
        (Phase.MIGRATE, 1, None),
        (Phase.VALIDATE, 0, Phase.DONE),
        (Phase.DONE, 0, None),
    ],
)
def test_the_next_phase_is_suggested_when_this_one_is_met(
    phase: Phase, kept: int, suggested: Phase | None
) -> None:
    assert judged(phase=phase, kept=kept).next_phase is suggested


def test_met_before_validate_means_at_the_target_that_validate_will_ask_for() -> None:
    assert judged(kept=4, target=1, targets={Phase.VALIDATE: 4}).rules[0].met
    assert not judged(kept=5, target=9, targets={Phase.VALIDATE: 4}).rules[0].met


counts = st.integers(0, 6)
GRAVITY = list(Outcome)


@given(
    kept=counts,
    added=counts,
    removed=counts,
    phase=st.sampled_from(list(Phase)),
    targets=st.dictionaries(st.sampled_from(list(Phase)), counts),
    target=counts,
)
def test_the_verdict_agrees_with_the_table_of_phases(
    kept: int,
    added: int,
    removed: int,
    phase: Phase,
    targets: Mapping[Phase, int],
    target: int,
) -> None:
    one = judged(
        kept=kept, added=added, removed=removed, phase=phase, targets=targets, target=target
    )
    now = kept + added
    if phase is Phase.DETECT:
        expected = Outcome.NEUTRAL if added else Outcome.PASS
    elif phase is Phase.MIGRATE:
        over = now > targets.get(Phase.MIGRATE, now)
        expected = Outcome.FAIL if added or over else Outcome.PASS
    else:
        expected = Outcome.FAIL if now > targets.get(phase, target) else Outcome.PASS
    assert one.verdict is expected
    assert (one.verdict is Outcome.PASS) == all(r.rule is None for r in one.reasons)


@given(kept=counts, added=counts, removed=counts, phase=st.sampled_from(list(Phase)))
def test_removing_one_more_never_makes_the_verdict_worse(
    kept: int, added: int, removed: int, phase: Phase
) -> None:
    before = judged(kept=kept + 1, added=added, removed=removed, phase=phase, target=3)
    after = judged(kept=kept, added=added, removed=removed + 1, phase=phase, target=3)
    assert GRAVITY.index(after.verdict) <= GRAVITY.index(before.verdict)
