from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from bot.decide.waived import with_waivers
from bot.domain.phase import Phase
from bot.domain.scan import MigrationCounts, RuleCount, Scan, Timing, WaiverProblem
from bot.domain.severity import Severity
from bot.domain.violation import Violation, Waiver, fingerprint
from bot.domain.waiver import GivenWaiver

TODAY = date(2026, 10, 1)
TYPED = "https://github.com/acme/shop/issues/7#issuecomment-1"


def violation(path: str, ordinal: int = 0, **changed: Any) -> Violation:
    made = Violation(
        migration=7,
        rule="legacy",
        severity=Severity.P1,
        path=path,
        line=ordinal + 1,
        column=1,
        symbol="old.name",
        message="Old",
        fingerprint=fingerprint(7, "legacy", path, "old.name", ordinal),
    )
    return replace(made, **changed)


def scan(*violations: Violation) -> Scan:
    counted = [one for one in violations if one.waiver is None]
    rule = RuleCount(
        id="legacy",
        kind="banned-import",
        severity=Severity.P1,
        count=len(counted),
        files=len({one.path for one in counted}),
        target=0,
        waived=len(violations) - len(counted),
    )
    return Scan(
        commit="1" * 40,
        config_digest="d",
        considered=2,
        scanned=2,
        degraded=(),
        skipped=(),
        migrations=(MigrationCounts(issue=7, phase=Phase.VALIDATE, rules=(rule,)),),
        violations=violations,
        timing=Timing(seconds=0.1, cache_hits=0, cache_misses=0),
    )


def given(**changed: Any) -> GivenWaiver:
    made = GivenWaiver(
        id=1,
        migration=7,
        rule="legacy",
        path="a.py",
        fingerprint=None,
        reason="waits for v2",
        by="ann",
        given_at=datetime(2026, 9, 1, tzinfo=UTC),
        until=date(2026, 10, 1),
        source=TYPED,
    )
    return replace(made, **changed)


def numbers(found: Scan) -> tuple[int, int, int]:
    (rule,) = found.migrations[0].rules
    return rule.count, rule.files, rule.waived


TWO = (violation("a.py"), violation("a.py", 1), violation("b.py"))


def test_a_waiver_for_a_rule_in_a_file_excuses_all_of_it_there_and_nothing_else() -> None:
    found = with_waivers(scan(*TWO), [given()], TODAY)

    assert [one.waiver is not None for one in found.violations] == [True, True, False]
    assert numbers(found) == (1, 1, 2)
    assert found.violations[0].waiver == Waiver(
        reason="waits for v2", by="@ann", until="2026-10-01", source=TYPED
    )


def test_a_waiver_for_a_finding_excuses_that_one_alone() -> None:
    found = with_waivers(scan(*TWO), [given(fingerprint=TWO[1].fingerprint)], TODAY)

    assert [one.waiver is not None for one in found.violations] == [False, True, False]
    assert numbers(found) == (2, 2, 1)


def test_the_day_after_its_last_a_waiver_excuses_nothing_and_is_listed() -> None:
    ended = given(until=date(2026, 9, 30))

    found = with_waivers(scan(*TWO), [ended], TODAY)

    assert numbers(found) == (3, 2, 0)
    assert found.waivers == tuple(
        WaiverProblem("a.py", line, "expired on 2026-09-30, given by @ann: waits for v2")
        for line in (1, 2)
    )


def test_an_ended_waiver_is_not_listed_where_nothing_is_left_to_excuse() -> None:
    found = with_waivers(scan(TWO[2]), [given(until=date(2026, 9, 30))], TODAY)

    assert found.waivers == ()


def test_a_waiver_in_the_code_comes_first() -> None:
    in_code = Waiver(reason="in code", by="@bob", until="2026-12-31")

    found = with_waivers(scan(replace(TWO[0], waiver=in_code)), [given()], TODAY)

    assert found.violations[0].waiver == in_code


def test_a_waiver_of_another_migration_excuses_nothing() -> None:
    assert with_waivers(scan(*TWO), [given(migration=8)], TODAY) == scan(*TWO)


def test_a_faulty_waiver_in_the_code_cannot_be_excused() -> None:
    faulty = violation("a.py", via="waiver")

    assert numbers(with_waivers(scan(faulty), [given()], TODAY)) == (1, 1, 0)
