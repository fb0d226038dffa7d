"""How a target's job comes into Procrastinate's table, and how it is given up.

All of it relies on one rule: whoever queues a job for a target first locks the target's row (by
writing to it). A worker that has taken a job passes `barrier` before it looks at the target. So
either the worker sees the wish, or the wish sees that its job is already being worked on and queues
another one. Nothing is missed, and `queueing_lock` can never be violated.

The statements are functions in the database (see migrations/versions/0002_wishes.py). Each is a
transaction by itself, unless the caller has begun one.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from bot.domain.work import TargetKind

QUEUE = "canon"
COMMANDS_QUEUE = "canon-commands"
"""Of comments: a worker has room for these kept free, however long its runs take."""

TASK = "reconcile"

PRIORITIES = {
    TargetKind.COMMENT: 30,  # somebody waits for an answer
    TargetKind.MERGE_GROUP: 20,  # a queue of people waits for it
    TargetKind.PULL_REQUEST: 10,
    TargetKind.COMMIT: 10,
    TargetKind.BRANCH: 5,
    TargetKind.ISSUE: 3,
    TargetKind.REPOSITORY: 0,
}

_BARRIER = text("SELECT FROM targets WHERE key = :key FOR SHARE")
_TRY_AGAIN = text("SELECT canon_try_again_v1(:key, :priority, :attempt, :at)")
_COME_BACK = text("SELECT canon_come_back_v1(:key, :priority, :attempt, :at)")
_TAKE = text("SELECT canon_take_job_v1(:id, :worker_id, :key, :priority, :attempt, :at)")


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenJob:
    """A job that a worker has taken. `attempt` counts the failures before it."""

    id: int
    worker_id: int | None
    key: str
    priority: int
    attempt: int


def barrier(connection: Connection, key: str) -> None:
    """Wait for the deliveries that are being written for this target at this moment."""
    connection.execute(_BARRIER, {"key": key})


def try_again(connection: Connection, job: TakenJob, at: datetime) -> None:
    """Queue a failed job's target anew, unless newer deliveries have done so by now."""
    values = {"key": job.key, "priority": job.priority, "attempt": job.attempt + 1, "at": at}
    connection.execute(_TRY_AGAIN, values)


def come_back(connection: Connection, job: TakenJob, at: datetime) -> None:
    """Queue the target for the time that the other side named; nothing of it runs earlier."""
    values = {"key": job.key, "priority": job.priority, "attempt": job.attempt, "at": at}
    connection.execute(_COME_BACK, values)


def take_from(connection: Connection, job: TakenJob, at: datetime | None) -> bool:
    """Take a job from a worker that died or gives it back, and queue its target anew.

    It becomes a new job rather than the same one again: a worker that was only slow can then not
    end, as its own, what others have queued since. False when the worker has ended it by now.
    """
    values = {
        "id": job.id,
        "worker_id": job.worker_id,
        "key": job.key,
        "priority": job.priority,
        "attempt": job.attempt + 1,
        "at": at,
    }
    return bool(connection.execute(_TAKE, values).scalar_one())
