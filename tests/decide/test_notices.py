from datetime import UTC, date, datetime

from bot.decide.notices import notice
from bot.domain.history import CountsOn
from bot.domain.notice import Beyond, ClosedEarly, Regressed
from bot.domain.phase import Phase
from bot.domain.repository import Issue
from tests.support.scans import BASE, ISSUE, migration, rule

CLOSED_AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
OPEN = Issue(number=ISSUE, title="Remove it", open=True, closed_at=None)
CLOSED = Issue(number=ISSUE, title="Remove it", open=False, closed_at=CLOSED_AT)


def earlier(**counts: int) -> CountsOn:
    return CountsOn(date(2026, 11, 20), BASE, counts)


def test_an_issue_closed_with_violations_left_gets_a_word_for_that_closing() -> None:
    said = notice(migration(rule("legacy")), {"legacy": 3}, None, CLOSED)
    assert said == ClosedEarly(CLOSED_AT, (Beyond("legacy", 3, 0),))


def test_an_issue_closed_with_every_rule_at_its_target_gets_none() -> None:
    assert notice(migration(rule("legacy", target=3)), {"legacy": 3}, None, CLOSED) is None


def test_an_open_issue_with_work_left_gets_none() -> None:
    assert notice(migration(rule("legacy")), {"legacy": 3}, earlier(legacy=0), OPEN) is None


def test_a_migration_that_was_done_regresses_whether_its_issue_is_open_or_not() -> None:
    done = migration(rule("legacy"), phase=Phase.DONE)
    for issue in (OPEN, CLOSED):
        said = notice(done, {"legacy": 1}, earlier(legacy=0), issue)
        assert said == Regressed(BASE, (Beyond("legacy", 1, 0),))


def test_a_regression_is_told_by_the_commit_that_brings_it_and_not_by_the_next() -> None:
    done = migration(rule("legacy"), phase=Phase.DONE)
    assert notice(done, {"legacy": 2}, earlier(legacy=1), OPEN) is None


def test_the_first_counts_of_all_are_no_regression() -> None:
    done = migration(rule("legacy"), phase=Phase.DONE)
    assert notice(done, {"legacy": 2}, None, OPEN) is None


def test_a_rule_that_is_new_does_not_make_what_was_before_it_unmet() -> None:
    done = migration(rule("legacy"), rule("late"), phase=Phase.DONE)
    said = notice(done, {"legacy": 0, "late": 2}, earlier(legacy=0), OPEN)
    assert said == Regressed(BASE, (Beyond("late", 2, 0),))
