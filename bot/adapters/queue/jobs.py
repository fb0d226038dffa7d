"""How jobs come into Procrastinate's table, inside a transaction of ours.

All of it relies on one rule: whoever queues a job for a target first locks the target's row (by
writing to it). A worker that has taken a job passes `barrier` before it looks at the target. So
either the worker sees the wish, or the wish sees that its job is already being worked on and queues
another one. Nothing is missed, and `queueing_lock` can never be violated.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, DateTime, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from bot.domain.work import TargetKind

QUEUE = "canon"
TASK = "reconcile"

PRIORITIES = {
    TargetKind.MERGE_GROUP: 20,  # a queue of people waits for it
    TargetKind.PULL_REQUEST: 10,
    TargetKind.COMMIT: 10,
    TargetKind.BRANCH: 5,
    TargetKind.REPOSITORY: 0,
}

_PUT = text(
    """
    WITH hurried AS (
        UPDATE procrastinate_jobs SET scheduled_at = :at, args = :args
        WHERE :hurry AND queueing_lock = :key AND status = 'todo'
            AND scheduled_at > coalesce(:at, now())
    )
    SELECT procrastinate_defer_jobs_v1(ARRAY[
        ROW(:queue, :task, :priority, :key, :key, :args, :at)
    ]::procrastinate_job_to_defer_v1[])
    WHERE NOT EXISTS (
        SELECT FROM procrastinate_jobs WHERE queueing_lock = :key AND status = 'todo'
    )
    """
).bindparams(bindparam("args", type_=JSONB), bindparam("at", type_=DateTime(timezone=True)))

_POSTPONE = text(
    """
    UPDATE procrastinate_jobs SET scheduled_at = :at
    WHERE queueing_lock = :key AND status = 'todo' AND coalesce(scheduled_at, now()) < :at
    """
)

_DROP = text(
    """
    DELETE FROM procrastinate_jobs
    WHERE id = :id AND status = 'doing' AND worker_id IS NOT DISTINCT FROM :worker_id
    """
)

_LOCK = text("SELECT kind FROM targets WHERE key = :key FOR NO KEY UPDATE")
_BARRIER = text("SELECT FROM targets WHERE key = :key FOR SHARE")
_NOT_BEFORE = text("UPDATE targets SET not_before = :at WHERE key = :key")


@dataclass(frozen=True, slots=True)
class TakenJob:
    """A job that a worker has taken. `attempt` counts the failures before it."""

    id: int
    worker_id: int | None
    key: str
    attempt: int


def put(connection: Connection, key: str, kind: TargetKind, at: datetime | None) -> None:
    """Queue a job for the target unless one is waiting; the caller has locked the target's row.

    `at` is when it may run, None for now. A waiting job that would run later is brought forward:
    it waits because something failed, and the failure may be gone with what is new.
    """
    _put(connection, key, kind, at, attempt=0, hurry=True)


def barrier(connection: Connection, key: str) -> None:
    """Wait for the deliveries that are being written for this target at this moment."""
    connection.execute(_BARRIER, {"key": key})


def try_again(connection: Connection, job: TakenJob, at: datetime) -> None:
    """Queue a failed job's target anew, unless newer deliveries have done so by now."""
    if (kind := _lock(connection, job.key)) is not None:
        _put(connection, job.key, kind, at, attempt=job.attempt + 1)


def come_back(connection: Connection, job: TakenJob, at: datetime) -> None:
    """Queue the target for the time that the other side named; nothing of it runs earlier."""
    if (kind := _lock(connection, job.key)) is not None:
        connection.execute(_NOT_BEFORE, {"key": job.key, "at": at})
        _put(connection, job.key, kind, at, attempt=job.attempt)
        connection.execute(_POSTPONE, {"key": job.key, "at": at})


def take_from(connection: Connection, job: TakenJob, at: datetime | None) -> bool:
    """Take a job from a worker that died or gives it back, and queue its target anew.

    It becomes a new job rather than the same one again: a worker that was only slow can then not
    end, as its own, what others have queued since. False when the worker has ended it by now.
    """
    kind = _lock(connection, job.key)
    taken = connection.execute(_DROP, {"id": job.id, "worker_id": job.worker_id}).rowcount == 1
    if taken and kind is not None:
        _put(connection, job.key, kind, at, attempt=job.attempt + 1)
    return taken


def _lock(connection: Connection, key: str) -> TargetKind | None:
    kind = connection.execute(_LOCK, {"key": key}).scalar()
    return None if kind is None else TargetKind(kind)


def _put(  # noqa: PLR0913 - what makes a job, by name
    connection: Connection,
    key: str,
    kind: TargetKind,
    at: datetime | None,
    *,
    attempt: int,
    hurry: bool = False,
) -> None:
    values = {
        "queue": QUEUE,
        "task": TASK,
        "priority": PRIORITIES[kind],
        "key": key,
        "args": {"key": key, "attempt": attempt},
        "at": at,
        "hurry": hurry,
    }
    connection.execute(_PUT, values)
