"""What a verified delivery is to Canon: a row for the book, and the work it asks for."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from bot import events
from bot.domain.work import Work
from bot.events import Ignored, Unreadable
from bot.handlers import routes
from bot.ports.store import Delivery, DeliveryState

_NAME = re.compile(r"[a-z_]{1,64}", re.ASCII)
_GUID = re.compile(r"[\w-]{1,100}", re.ASCII)
_LONGEST_TEXT = 2000
"""Bytes; a database key can be about 2700 long."""


class MalformedError(ValueError):
    """The request is no delivery of GitHub's; the text says what is wrong with it."""


def read(
    guid: str | None, event: str | None, body: bytes, received_at: datetime
) -> tuple[Delivery, Sequence[Work]]:
    """The delivery, and its work: none unless it is accepted.

    `guid` and `event` are the headers X-GitHub-Delivery and X-GitHub-Event. Raises
    `MalformedError` where there is nothing to be stored.
    """
    if guid is None or not _GUID.fullmatch(guid):
        raise MalformedError("the X-GitHub-Delivery header is missing or no GUID")
    if event is None or not _NAME.fullmatch(event):
        raise MalformedError("the X-GitHub-Event header is missing or no event's name")
    payload = decode(body)
    state, reason, work = judge(event, payload)
    delivery = Delivery(
        guid=guid,
        event=event,
        action=_action(payload),
        received_at=received_at,
        body=body,
        state=state,
        reason=reason,
    )
    return delivery, work


def decode(body: bytes) -> object:
    """The body's JSON. Raises `MalformedError` where it is none."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        pass
    if body.startswith(b"payload="):
        raise MalformedError("set the webhook's content type to application/json")
    raise MalformedError("the body is not JSON")


def judge(event: str, payload: object) -> tuple[DeliveryState, str | None, Sequence[Work]]:
    """What a payload is to Canon, why, and the work it asks for: none unless it is accepted."""
    read = events.parse(event, payload)
    if isinstance(read, Ignored):
        return DeliveryState.IGNORED, read.reason, ()
    if isinstance(read, Unreadable):
        return DeliveryState.UNREADABLE, read.reason.replace("\0", ""), ()
    work = routes.plan(read)
    if not all(map(_storable, work)):
        return DeliveryState.UNREADABLE, "it holds a name that no database can store", ()
    return DeliveryState.ACCEPTED, None, work


def _storable(work: Work) -> bool:
    """Whether PostgreSQL can hold the work's texts: no NUL, no half characters, not endless."""
    texts = (work.target.key, work.head_sha, work.base_ref, work.base_sha)
    try:
        return all(
            len(text.encode()) <= _LONGEST_TEXT and "\0" not in text for text in texts if text
        )
    except UnicodeEncodeError:
        return False


def _action(payload: Any) -> str | None:
    action = payload.get("action") if isinstance(payload, dict) else None
    return action if isinstance(action, str) and _NAME.fullmatch(action) else None
