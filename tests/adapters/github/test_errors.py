from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.adapters.github.errors import (
    CREDENTIALS_PAUSE,
    LIMIT_PAUSE,
    OUTAGE_PAUSE,
    NotFoundError,
    Refusal,
    error_for,
)
from bot.domain.errors import (
    CouldNotCheckError,
    PermissionMissingError,
    RepositoryGoneError,
    RequestRefusedError,
    RetryLaterError,
)

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def error(status: int, headers: Mapping[str, str] | None = None, body: Any = None) -> Exception:
    return error_for(Refusal("PATCH /repos/o/r/check-runs/1", status, headers or {}, body), NOW)


def pause(status: int, headers: Mapping[str, str] | None = None, body: Any = None) -> timedelta:
    raised = error(status, headers, body)
    assert isinstance(raised, RetryLaterError)
    return raised.at - NOW


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_an_outage_is_tried_again_after_the_outage_pause(status: int) -> None:
    assert pause(status) == OUTAGE_PAUSE


def test_an_outage_that_names_its_end_is_believed() -> None:
    assert pause(503, {"retry-after": "30"}) == timedelta(seconds=30)


@pytest.mark.parametrize("status", [403, 429])
def test_retry_after_in_seconds_is_the_time_to_come_back(status: int) -> None:
    assert pause(status, {"retry-after": "17"}) == timedelta(seconds=17)


def test_retry_after_as_a_date_is_the_time_to_come_back() -> None:
    assert pause(429, {"retry-after": "Sat, 21 Nov 2026 12:05:00 GMT"}) == timedelta(minutes=5)


@pytest.mark.parametrize("status", [403, 429])
def test_a_spent_primary_limit_is_tried_again_at_its_reset(status: int) -> None:
    reset = str(int(NOW.timestamp()) + 1234)
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": reset}
    assert pause(status, headers) == timedelta(seconds=1234)


def test_retry_after_counts_more_than_the_reset_of_the_primary_limit() -> None:
    reset = str(int(NOW.timestamp()) + 1234)
    headers = {"retry-after": "9", "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset}
    assert pause(403, headers) == timedelta(seconds=9)


def test_a_reset_says_nothing_while_requests_remain() -> None:
    headers = {"x-ratelimit-remaining": "7", "x-ratelimit-reset": "9999999999"}
    assert pause(429, headers) == LIMIT_PAUSE


def test_a_secondary_limit_without_a_time_is_tried_again_after_a_minute() -> None:
    body = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes."}
    assert pause(403, body=body) == timedelta(minutes=1)


def test_content_that_was_posted_too_quickly_is_a_limit_not_a_fault() -> None:
    body = {
        "message": "Validation Failed",
        "errors": [{"resource": "IssueComment", "message": "was submitted too quickly"}],
    }
    assert pause(422, body=body) == LIMIT_PAUSE


@pytest.mark.parametrize("value", ["soon", "-5", "1e9", "", "Sat, 99 Nov 2026"])
def test_a_retry_after_that_cannot_be_read_means_a_minute(value: str) -> None:
    assert pause(429, {"retry-after": value}) == LIMIT_PAUSE


@pytest.mark.parametrize("value", ["9999999999", "Sat, 21 Nov 2099 12:05:00 GMT"])
def test_no_retry_after_puts_work_off_for_more_than_a_day(value: str) -> None:
    assert pause(429, {"retry-after": value}) == timedelta(days=1)


@pytest.mark.parametrize("value", ["0", "Sat, 21 Nov 2020 12:05:00 GMT"])
def test_a_time_that_has_passed_still_means_a_pause(value: str) -> None:
    assert pause(429, {"retry-after": value}) == timedelta(seconds=1)


def test_refused_credentials_are_tried_again_since_their_owner_may_mend_them() -> None:
    assert pause(401, body={"message": "Bad credentials"}) == CREDENTIALS_PAUSE


def test_a_missing_permission_is_named_where_github_names_it() -> None:
    raised = error(
        403,
        {"x-accepted-github-permissions": "checks=write"},
        {"message": "Resource not accessible by integration"},
    )
    assert isinstance(raised, PermissionMissingError)
    assert str(raised) == (
        "GitHub answered PATCH /repos/o/r/check-runs/1 with 403: "
        "Resource not accessible by integration (needs checks=write)"
    )


def test_a_suspended_installation_is_gone_not_forbidden() -> None:
    raised = error(403, body={"message": "This installation has been suspended"})
    assert isinstance(raised, RepositoryGoneError)


@pytest.mark.parametrize("status", [404, 410, 451])
def test_what_is_not_there_is_not_found(status: int) -> None:
    assert isinstance(error(status, body={"message": "Not Found"}), NotFoundError)


def test_nothing_is_found_in_an_empty_repository() -> None:
    assert isinstance(error(409, body={"message": "Git Repository is empty."}), NotFoundError)


def test_an_invalid_request_carries_githubs_explanation() -> None:
    body = {
        "message": "Validation Failed",
        "errors": [
            {"resource": "CheckRun", "code": "invalid", "field": "annotations"},
            "No commit found for SHA",
        ],
    }
    raised = error(422, body=body)
    assert isinstance(raised, RequestRefusedError)
    assert str(raised) == (
        "GitHub answered PATCH /repos/o/r/check-runs/1 with 422: "
        "Validation Failed; CheckRun annotations invalid; No commit found for SHA"
    )


@pytest.mark.parametrize("body", [None, [], "<html>", {"message": "x" * 100_000}, {"errors": None}])
def test_whatever_a_refusal_says_its_message_stays_short(body: Any) -> None:
    raised = error(400, body=body)
    assert isinstance(raised, CouldNotCheckError)
    assert len(str(raised)) < 600
