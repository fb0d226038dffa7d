"""What deliveries wish for, merged into one row for each target."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from bot.adapters.queue.jobs import PRIORITIES
from bot.domain.conversation import Comment
from bot.domain.work import Work

_WANT = text("SELECT canon_want_v2(:works)").bindparams(bindparam("works", type_=JSONB))


class DatabaseQueue:
    """The `Queue` port."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def want(self, work: Sequence[Work]) -> None:
        """Note the work and queue its jobs, in one transaction."""
        with self._engine.begin() as connection:
            note(connection, work)


def note(connection: Connection, work: Sequence[Work]) -> None:
    """Merge the work into its targets and queue their jobs, in the caller's transaction."""
    connection.execute(_WANT, {"works": wishes(work)})


def wishes(work: Sequence[Work]) -> list[dict[str, Any]]:
    """The work as the database's functions take it.

    Targets are in the order of their keys, so that no two transactions wait for each other.
    """
    return [_wish(item) for item in sorted(work, key=lambda item: item.target.key)]


def _wish(work: Work) -> dict[str, Any]:
    target = work.target
    return {
        "key": target.key,
        "repository_id": target.repository.id,
        "full_name": target.repository.full_name,
        "installation_id": target.repository.installation_id,
        "kind": target.kind.value,
        "name": target.name,
        "head_sha": work.head_sha,
        "base_ref": work.base_ref,
        "base_sha": work.base_sha,
        "force": work.force,
        "gone": work.gone,
        "priority": PRIORITIES[target.kind],
        "comment": None if work.comment is None else _comment(work.comment),
    }


def _comment(comment: Comment) -> dict[str, Any]:
    return {**asdict(comment), "created_at": comment.created_at.isoformat()}
