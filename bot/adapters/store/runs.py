"""Runs, and the fences that keep them to one process at a time."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, RowMapping, Select, and_, insert, select, text, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.exc import DBAPIError

from bot.adapters.store.tables import runs, targets
from bot.domain.errors import SupersededError
from bot.domain.publication import Conclusion
from bot.domain.repository import RepositoryRef
from bot.domain.work import Target, TargetKind, TargetState
from bot.ports.github import CheckProgress
from bot.ports.store import Run, RunState, Stage

_TRY_LOCK = text("SELECT pg_try_advisory_lock(hashtextextended(:key, 0))")
_UNLOCK = text("SELECT pg_advisory_unlock(hashtextextended(:key, 0))")


class DatabaseRuns:
    """The `Runs` port. Every statement is a transaction by itself."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def exclusive(self, key: str) -> Iterator[bool]:
        """Hold the target by a lock of a database session that does nothing else meanwhile."""
        with self._engine.connect() as session:
            ours = bool(session.execute(_TRY_LOCK, {"key": key}).scalar())
            try:
                yield ours
            finally:
                if ours:
                    try:
                        session.execute(_UNLOCK, {"key": key})
                    except DBAPIError:
                        session.invalidate()  # the session is gone, and its lock with it

    def target(self, key: str) -> TargetState | None:
        """What is wished for this target now."""
        row = self._first(select(targets).where(targets.c.key == key))
        if row is None:
            return None
        return TargetState(
            target=_target(row),
            generation=row["generation"],
            forced_generation=row["forced_generation"],
            head_sha=row["head_sha"],
            base_ref=row["base_ref"],
            base_sha=row["base_sha"],
            gone=row["gone"],
            cancelled_at=row["cancelled_at"],
            cancelled_by=row["cancelled_by"],
        )

    def newest(self, key: str) -> Run | None:
        """The target's latest run."""
        return self._run(_newest_first(key))

    def last_completed(self, key: str) -> Run | None:
        """The target's latest run that came to a verdict."""
        return self._run(_newest_first(key).where(runs.c.state == RunState.COMPLETED))

    def judged_against(self, repository_id: int, base_ref: str) -> Mapping[Target, str | None]:
        """The live pull requests whose latest run was against the branch `base_ref`."""
        newest = (
            select(runs.c.base_ref, runs.c.config_digest)
            .where(runs.c.key == targets.c.key)
            .order_by(runs.c.id.desc())
            .limit(1)
            .lateral("newest")
        )
        query = (
            select(targets, newest.c.config_digest)
            .join(newest, newest.c.base_ref == base_ref)
            .where(
                targets.c.repository_id == repository_id,
                targets.c.kind == TargetKind.PULL_REQUEST,
                targets.c.gone.is_(False),
            )
        )
        return {_target(row): row["config_digest"] for row in self._all(query)}

    def begin(
        self,
        state: TargetState,
        *,
        head_sha: str,
        base_ref: str | None,
        now: datetime,
        deadline_at: datetime,
    ) -> Run:
        """Start a run: RUNNING, STARTED, attempt 1."""
        values = {
            "key": state.target.key,
            "generation": state.generation,
            "head_sha": head_sha,
            "base_ref": base_ref,
            "started_at": now,
            "deadline_at": deadline_at,
            "attempts": 1,
            "state": RunState.RUNNING,
            "stage": Stage.STARTED,
        }
        with self._engine.connect() as connection:
            row = connection.execute(insert(runs).values(values).returning(runs)).mappings().one()
        return _read(row)

    def resume(self, run: Run, *, deadline_at: datetime) -> Run:
        """Take a run up again: one more attempt, a new deadline.

        Raises `SupersededError` when somebody else has taken it up or ended it meanwhile.
        """
        resumed = replace(run, attempts=run.attempts + 1, deadline_at=deadline_at)
        values = {"attempts": resumed.attempts, "deadline_at": deadline_at}
        if not self._update(run, values):
            raise SupersededError("another attempt")
        return resumed

    def save(self, run: Run) -> bool:
        """Store stage, check, and results, while the row is RUNNING and this attempt's."""
        return self._update(run, _written(run))

    def paged(self, run: int, page: str) -> Run | None:
        """The run of that id, where `page` is the secret part of its address."""
        return self._run(select(runs).where(runs.c.id == run, runs.c.page == UUID(page)))

    def overdue(self, now: datetime) -> Sequence[Run]:
        """Runs that are RUNNING past their deadline."""
        query = select(runs).where(runs.c.state == RunState.RUNNING, runs.c.deadline_at < now)
        return [_read(row) for row in self._all(query.order_by(runs.c.id))]

    def repositories(self) -> Sequence[RepositoryRef]:
        """The repositories in which a configuration has been found, and that were not taken away.

        Named as their latest such run knew them.
        """
        whole = targets.alias("whole")
        taken_away = select(whole.c.key).where(
            whole.c.repository_id == targets.c.repository_id,
            whole.c.kind == TargetKind.REPOSITORY,
            whole.c.gone,
        )
        query = (
            select(targets)
            .ext(distinct_on(targets.c.repository_id))
            .join(runs, runs.c.key == targets.c.key)
            .where(runs.c.config_digest.is_not(None), ~taken_away.exists())
            .order_by(targets.c.repository_id, runs.c.id.desc())
        )
        return [_target(row).repository for row in self._all(query)]

    def evaluated_at(self, repository_id: int, head_sha: str) -> Sequence[Target]:
        """The targets of which some run was for this head, each once."""
        there = select(runs.c.id).where(runs.c.key == targets.c.key, runs.c.head_sha == head_sha)
        query = select(targets).where(targets.c.repository_id == repository_id, there.exists())
        return [_target(row) for row in self._all(query.order_by(targets.c.key))]

    def cancel(self, key: str, *, by: str, at: datetime) -> None:
        """Ask what runs for this target to stop."""
        change = update(targets).where(targets.c.key == key)
        with self._engine.connect() as connection:
            connection.execute(change.values(cancelled_at=at, cancelled_by=by))

    def judged(self, repository_id: int) -> Sequence[Target]:
        """The live pull requests whose latest run found a configuration."""
        newest = (
            select(runs.c.config_digest)
            .where(runs.c.key == targets.c.key)
            .order_by(runs.c.id.desc())
            .limit(1)
            .lateral("newest")
        )
        query = (
            select(targets)
            .join(newest, newest.c.config_digest.is_not(None))
            .where(
                targets.c.repository_id == repository_id,
                targets.c.kind == TargetKind.PULL_REQUEST,
                targets.c.gone.is_(False),
            )
        )
        return [_target(row) for row in self._all(query.order_by(targets.c.key))]

    def heads(self, key: str, *, until: datetime) -> Sequence[str]:
        """The heads for which runs had begun by then, each once, the latest first."""
        begun = select(runs.c.head_sha).where(runs.c.key == key, runs.c.started_at <= until)
        found = self._all(begun.order_by(runs.c.id.desc()))
        return list(dict.fromkeys(row["head_sha"] for row in found))

    def comment_id(self, key: str) -> int | None:
        """The id of the comment Canon keeps on this target."""
        row = self._first(select(targets.c.comment_id).where(targets.c.key == key))
        return None if row is None else row["comment_id"]

    def remember_comment(self, key: str, comment_id: int) -> None:
        """Record it."""
        change = update(targets).where(targets.c.key == key).values(comment_id=comment_id)
        with self._engine.connect() as connection:
            connection.execute(change)

    def _update(self, run: Run, values: Mapping[str, Any]) -> bool:
        fence = and_(
            runs.c.id == run.id,
            runs.c.state == RunState.RUNNING,
            runs.c.attempts == run.attempts,
        )
        with self._engine.connect() as connection:
            return connection.execute(update(runs).where(fence).values(values)).rowcount == 1

    def _run(self, query: Select[Any]) -> Run | None:
        row = self._first(query)
        return None if row is None else _read(row)

    def _first(self, query: Select[Any]) -> RowMapping | None:
        with self._engine.connect() as connection:
            return connection.execute(query).mappings().first()

    def _all(self, query: Select[Any]) -> Sequence[RowMapping]:
        with self._engine.connect() as connection:
            return connection.execute(query).mappings().all()


def _newest_first(key: str) -> Select[Any]:
    return select(runs).where(runs.c.key == key).order_by(runs.c.id.desc()).limit(1)


def _target(row: RowMapping) -> Target:
    repository = RepositoryRef(row["repository_id"], row["full_name"], row["installation_id"])
    return Target(repository, TargetKind(row["kind"]), row["name"])


def _read(row: RowMapping) -> Run:
    check = None
    if row["check_external_id"] is not None:
        check = CheckProgress(
            head_sha=row["check_head_sha"],
            external_id=row["check_external_id"],
            check_id=row["check_id"],
            annotations_sent=row["check_annotations_sent"],
            completed=row["check_completed"],
        )
    return Run(
        id=row["id"],
        key=row["key"],
        generation=row["generation"],
        head_sha=row["head_sha"],
        base_ref=row["base_ref"],
        started_at=row["started_at"],
        deadline_at=row["deadline_at"],
        attempts=row["attempts"],
        state=RunState(row["state"]),
        stage=Stage(row["stage"]),
        check=check,
        page=row["page"].hex,
        base_sha=row["base_sha"],
        merge_base=row["merge_base"],
        config_digest=row["config_digest"],
        conclusion=None if row["conclusion"] is None else Conclusion(row["conclusion"]),
        note=row["note"],
        finished_at=row["finished_at"],
    )


def _written(run: Run) -> dict[str, Any]:
    """The columns that `save` writes; which run it is, and when it began, does not change."""
    check = run.check
    return {
        "state": run.state,
        "stage": run.stage,
        "base_ref": run.base_ref,
        "base_sha": run.base_sha,
        "merge_base": run.merge_base,
        "config_digest": run.config_digest,
        "conclusion": run.conclusion,
        "note": run.note,
        "deadline_at": run.deadline_at,
        "finished_at": run.finished_at,
        "check_external_id": check and check.external_id,
        "check_head_sha": check and check.head_sha,
        "check_id": check and check.check_id,
        "check_annotations_sent": check and check.annotations_sent,
        "check_completed": check and check.completed,
    }
