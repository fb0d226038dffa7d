from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from bot.adapters.store.trust import DatabaseApprovals, DatabaseTestRequests
from bot.ports.testing import TestRequest
from bot.ports.trust import Approval

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
HEAD, NEXT = "a" * 40, "b" * 40
KEY = "7/pull_request/12"


def test_an_approval_is_for_one_commit_of_one_pull_request(engine: Engine) -> None:
    approvals = DatabaseApprovals(engine)
    approvals.approve(7, 12, HEAD, by="alice", at=NOW)

    assert approvals.approval(7, 12, HEAD) == Approval(HEAD, "alice", NOW)
    assert approvals.approval(7, 12, NEXT) is None
    assert approvals.approval(7, 13, HEAD) is None
    assert approvals.approval(8, 12, HEAD) is None


def test_the_first_of_two_approvals_stands(engine: Engine) -> None:
    approvals = DatabaseApprovals(engine)
    approvals.approve(7, 12, HEAD, by="alice", at=NOW)
    approvals.approve(7, 12, HEAD, by="bob", at=LATER)

    assert approvals.approval(7, 12, HEAD) == Approval(HEAD, "alice", NOW)


def test_requests_are_found_by_head_and_from_a_time_on(engine: Engine) -> None:
    requests = DatabaseTestRequests(engine)
    unit = TestRequest(at=NOW, issue=3, category="unit")
    failed = TestRequest(at=LATER, unexpected=True)
    requests.ask(KEY, HEAD, failed)
    requests.ask(KEY, HEAD, unit)

    assert requests.asked(KEY, HEAD, since=None) == [unit, failed]
    assert requests.asked(KEY, HEAD, since=NOW) == [failed]
    assert requests.asked(KEY, NEXT, since=None) == []


def test_a_request_made_twice_is_one_at_the_later_time(engine: Engine) -> None:
    requests = DatabaseTestRequests(engine)
    for at in (LATER, NOW):
        requests.ask(KEY, HEAD, TestRequest(at=at))

    assert requests.asked(KEY, HEAD, since=None) == [TestRequest(at=LATER)]
