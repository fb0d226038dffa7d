"""Rules that could not be checked at the head, or at the merge base."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.decide.ratchet import compare
from bot.decide.scanned import measure_scan
from bot.domain.comparison import MigrationComparison
from bot.domain.configuration import Configuration, Milestone
from bot.domain.measurement import Unmeasured
from bot.domain.phase import Phase
from bot.domain.scan import Scan
from bot.domain.verdict import Outcome
from tests.support.scans import (
    BASE,
    HEAD,
    MERGE_BASE,
    configuration,
    migration,
    rule,
    scan,
    violation,
)

TODAY = date(2026, 11, 21)
FAULT = "lint.sarif: there is no such file"


def unchecked(one: Scan) -> Scan:
    """The scan, had its rules not been checked."""
    counts = [
        replace(counted, rules=tuple(replace(each, unchecked=FAULT) for each in counted.rules))
        for counted in one.migrations
    ]
    return replace(one, migrations=tuple(counts))


def judged(under: Configuration, base: Scan, head: Scan) -> MigrationComparison:
    revisions = {"merge_base": MERGE_BASE, "base_commit": BASE, "head_commit": HEAD}
    (one,) = compare(under, base, head, {}, **revisions, today=TODAY).migrations
    return one


def under(phase: Phase, **settings: Any) -> Configuration:
    return configuration(migration(rule(**settings), phase=phase))


@pytest.mark.parametrize(
    ("phase", "verdict"),
    [
        (Phase.DETECT, Outcome.NEUTRAL),
        (Phase.MIGRATE, Outcome.ERROR),
        (Phase.VALIDATE, Outcome.ERROR),
        (Phase.DONE, Outcome.ERROR),
    ],
)
def test_a_rule_that_could_not_be_checked_is_never_met(phase: Phase, verdict: Outcome) -> None:
    of = under(phase)
    one = judged(of, scan([], of=of), unchecked(scan([], of=of)))
    assert one.verdict is verdict
    assert [reason.text for reason in one.reasons] == [
        f"factory-import: could not be checked: {FAULT}"
    ]
    assert not one.rules[0].met
    assert one.next_phase is None


def test_what_a_rule_found_before_it_could_not_be_checked_is_not_removed() -> None:
    of = under(Phase.MIGRATE)
    one = judged(of, scan([violation()], of=of), unchecked(scan([], of=of)))
    assert (one.removed, one.rules[0].removed, len(one.unchecked)) == ((), 0, 1)


def test_what_could_not_be_checked_at_the_merge_base_was_not_added() -> None:
    of = under(Phase.MIGRATE)
    one = judged(of, unchecked(scan([], of=of)), scan([violation()], of=of))
    assert (one.verdict, one.rules[0].added, one.rules[0].met) == (Outcome.NEUTRAL, 0, False)
    assert [reason.text for reason in one.reasons] == [
        f"factory-import: could not be checked at the merge base: {FAULT}"
    ]


@pytest.mark.parametrize(
    ("phase", "settings"),
    [
        (Phase.VALIDATE, {}),
        (Phase.MIGRATE, {"targets": {Phase.MIGRATE: 0}}),
        (Phase.MIGRATE, {"milestones": (Milestone(until="2026-11-01", at_most=0),)}),
    ],
)
def test_targets_hold_whatever_could_be_checked_at_the_merge_base(
    phase: Phase, settings: dict[str, Any]
) -> None:
    of = under(phase, **settings)
    one = judged(of, unchecked(scan([], of=of)), scan([violation()], of=of))
    assert one.verdict is Outcome.FAIL


def test_nothing_is_measured_where_a_rule_could_not_be_checked() -> None:
    of = under(Phase.MIGRATE)
    measures = dict(measure_scan(of.migrations[0], unchecked(scan([], of=of)), {}))
    assert set(measures.values()) == {
        Unmeasured(f"rule factory-import could not be checked: {FAULT}")
    }
