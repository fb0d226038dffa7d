from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from bot.adapters.store.pages import DatabaseReportPages

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
COMMIT = "a" * 40


@pytest.fixture
def pages(engine: Engine) -> DatabaseReportPages:
    return DatabaseReportPages(engine)


def test_a_report_has_one_address_for_each_commit(pages: DatabaseReportPages) -> None:
    page = pages.reserve(7, 1, "status", COMMIT)
    assert pages.reserve(7, 1, "status", COMMIT) == page
    others = {
        pages.reserve(7, 1, "status", "b" * 40),
        pages.reserve(7, 1, "results", COMMIT),
        pages.reserve(7, 2, "status", COMMIT),
        pages.reserve(8, 1, "status", COMMIT),
    }
    assert len(others | {page}) == 5


def test_what_was_put_last_is_there(pages: DatabaseReportPages) -> None:
    page = pages.reserve(7, 1, "status", COMMIT)
    assert pages.get(page) is None
    pages.put(page, "<p>first", at=NOON)
    pages.put(page, "<p>sécond", at=NOON)
    assert pages.get(page) == "<p>sécond"


def test_nothing_is_at_an_address_that_was_never_given_out(pages: DatabaseReportPages) -> None:
    assert pages.get(uuid4().hex) is None


def test_old_reports_are_forgotten(pages: DatabaseReportPages) -> None:
    old, new = (pages.reserve(7, 1, "status", commit * 40) for commit in "ab")
    pages.put(old, "old", at=NOON - timedelta(days=31))
    pages.put(new, "new", at=NOON)
    assert pages.forget(NOON - timedelta(days=30)) == 1
    assert (pages.get(old), pages.get(new)) == (None, "new")
