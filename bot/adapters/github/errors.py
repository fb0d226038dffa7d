"""What GitHub's refusals mean to Canon: the one place where HTTP statuses become errors.

The times follow GitHub's own advice, see "Handle rate limit errors appropriately" in
https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from bot.domain.errors import (
    CouldNotCheckError,
    PermissionMissingError,
    RepositoryGoneError,
    RequestRefusedError,
    RetryLaterError,
)

OUTAGE_PAUSE = timedelta(seconds=5)
LIMIT_PAUSE = timedelta(minutes=1)
CREDENTIALS_PAUSE = timedelta(minutes=1)

_SHORTEST_PAUSE = timedelta(seconds=1)
_LONGEST_PAUSE = timedelta(days=1)
_SECONDS = re.compile(r"\d{1,10}")
_MESSAGE_CHARACTERS = 500


class NotFoundError(RepositoryGoneError):
    """GitHub has no such thing, or does not show it to us; the repository itself may be gone."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer of 300 or above.

    `request` names method and path, `headers` have lower-case names, `body` is the parsed JSON.
    """

    request: str
    status: int
    headers: Mapping[str, Any]
    body: Any

    @property
    def message(self) -> str:
        """GitHub's explanation, with the fields it complains about; bounded."""
        if not isinstance(self.body, dict):
            return ""
        parts = [str(self.body.get("message", "")), *map(_detail, self.body.get("errors") or ())]
        return "; ".join(part for part in parts if part)[:_MESSAGE_CHARACTERS]

    def __str__(self) -> str:
        explanation = f": {self.message}" if self.message else ""
        return f"GitHub answered {self.request} with {self.status}{explanation}"


def error_for(refusal: Refusal, now: datetime) -> CouldNotCheckError:
    """The error that a refusal means at the time `now`."""
    if (at := retry_at(refusal, now)) is not None:
        return RetryLaterError(str(refusal), at)
    if _is_missing(refusal):
        return NotFoundError(str(refusal))
    if refusal.status == 403 and "suspended" in refusal.message:
        return RepositoryGoneError(str(refusal))
    if refusal.status == 403:
        needed = refusal.headers.get("x-accepted-github-permissions")
        return PermissionMissingError(f"{refusal} (needs {needed})" if needed else str(refusal))
    return RequestRefusedError(str(refusal))


def retry_at(refusal: Refusal, now: datetime) -> datetime | None:
    """The earliest time at which the same request may succeed; None where it never will."""
    if _is_limit(refusal):
        return _named_time(refusal.headers, now) or now + LIMIT_PAUSE
    if refusal.status >= 500 or refusal.status == 408:
        return _named_time(refusal.headers, now) or now + OUTAGE_PAUSE
    if refusal.status == 401:
        return now + CREDENTIALS_PAUSE
    return None


def _is_limit(refusal: Refusal) -> bool:
    if refusal.status == 429:
        return True
    if refusal.status == 422:
        return "submitted too quickly" in refusal.message
    return refusal.status == 403 and (
        "retry-after" in refusal.headers
        or refusal.headers.get("x-ratelimit-remaining") == "0"
        or "rate limit" in refusal.message.lower()
    )


def _is_missing(refusal: Refusal) -> bool:
    """An empty repository answers 409 where others answer 404."""
    return refusal.status in {404, 410, 451} or (
        refusal.status == 409 and "repository is empty" in refusal.message.lower()
    )


def _named_time(headers: Mapping[str, Any], now: datetime) -> datetime | None:
    """The time GitHub names, kept within reason; None where it names none."""
    if after := headers.get("retry-after"):
        named = _retry_after(after, now)
    elif headers.get("x-ratelimit-remaining") == "0":
        named = _reset(headers.get("x-ratelimit-reset", ""))
    else:
        return None
    if named is None:
        return None
    return min(max(named, now + _SHORTEST_PAUSE), now + _LONGEST_PAUSE)


def _retry_after(value: str, now: datetime) -> datetime | None:
    """RFC 9110, section 10.2.3: seconds, or a date."""
    if _SECONDS.fullmatch(value):
        return now + min(timedelta(seconds=int(value)), _LONGEST_PAUSE)
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _reset(value: str) -> datetime | None:
    if not _SECONDS.fullmatch(value):
        return None
    return datetime.fromtimestamp(int(value), UTC)


def _detail(error: Any) -> str:
    if not isinstance(error, dict):
        return str(error)
    return " ".join(
        str(error[key]) for key in ("resource", "field", "code", "message") if error.get(key)
    )
