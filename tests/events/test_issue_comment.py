from typing import Any

import pytest

from bot import events
from bot.domain.conversation import Comment
from bot.domain.work import TargetKind
from bot.events import Ignored, IssueCommented, Unreadable
from bot.handlers import routes


def payload(body: str | None = "/canon help", **comment: Any) -> dict[str, Any]:
    written = {
        "id": 55,
        "user": {"id": 4, "login": "wendy", "type": "User"},
        "body": body,
        "created_at": "2026-10-01T08:30:00Z",
        "updated_at": "2026-10-01T08:30:00Z",
    }
    return {
        "action": "created",
        "issue": {"number": 12, "user": {"id": 3, "login": "bea", "type": "User"}},
        "comment": written | comment,
        "repository": {"id": 7, "full_name": "acme/shop", "default_branch": "main"},
        "installation": {"id": 1},
        "sender": {"id": 4, "login": "wendy", "type": "User"},
    }


def planned(given: dict[str, Any]) -> Comment | None:
    event = events.parse("issue_comment", given)
    assert isinstance(event, IssueCommented)
    work = routes.plan(event)
    return work[0].comment if work else None


def test_a_comment_that_may_hold_a_command_is_work_of_its_own() -> None:
    event = events.parse("issue_comment", payload())
    assert isinstance(event, IssueCommented)

    (work,) = routes.plan(event)

    assert (work.target.kind, work.target.name) == (TargetKind.COMMENT, "55")
    assert work.comment is not None
    assert (work.comment.author, work.comment.number, work.comment.on_pull_request) == (
        "wendy",
        12,
        False,
    )


def test_comments_on_pull_requests_are_told_apart() -> None:
    given = payload()
    given["issue"]["pull_request"] = {"url": "http://x"}

    comment = planned(given)

    assert comment is not None
    assert comment.on_pull_request


@pytest.mark.parametrize(
    "given",
    [
        payload("Hello"),
        payload(None),
        payload("<!-- canon:answer:1 -->\n/canon help"),
        payload(user={"id": 9, "login": "dependabot[bot]", "type": "Bot"}),
        payload(user=None),
    ],
)
def test_other_comments_are_no_work(given: dict[str, Any]) -> None:
    assert planned(given) is None


def test_an_edited_comment_is_no_work() -> None:
    assert planned({**payload(), "action": "edited"}) is None


@pytest.mark.parametrize("action", ["deleted", "pinned"])
def test_other_actions_are_ignored(action: str) -> None:
    assert isinstance(events.parse("issue_comment", {**payload(), "action": action}), Ignored)


def test_what_no_database_can_store_is_replaced() -> None:
    comment = planned(payload("/canon help \0 \ud800"))

    assert comment is not None
    assert comment.body == "/canon help \N{REPLACEMENT CHARACTER} ?"


def test_a_comment_of_a_deleted_account_is_no_work_and_its_issue_no_problem() -> None:
    given = payload()
    given["issue"]["user"] = None

    comment = planned(given)

    assert comment is not None
    assert comment.opened_by is None


def test_a_payload_that_does_not_fit_is_unreadable() -> None:
    assert isinstance(events.parse("issue_comment", payload(id="55")), Unreadable)
