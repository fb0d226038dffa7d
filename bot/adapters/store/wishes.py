"""What deliveries wish for, merged into one row for each target."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, case, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.dml import ReturningInsert

from bot.adapters.queue import jobs
from bot.adapters.store.tables import targets
from bot.domain.work import Work


class DatabaseQueue:
    """The `Queue` port."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def want(self, work: Sequence[Work]) -> None:
        """Note the work and queue its jobs, in one transaction."""
        with self._engine.begin() as connection:
            note(connection, work)


def _merge() -> ReturningInsert[Any]:
    """The statement is built once: building it takes longer than running it."""
    wish = insert(targets).values({column.name: bindparam(column.name) for column in _WISHED})
    new, old = wish.excluded, targets.c
    generation = old.generation + 1
    return wish.on_conflict_do_update(
        index_elements=[old.key],
        set_={
            "full_name": new.full_name,
            "installation_id": func.coalesce(new.installation_id, old.installation_id),
            "generation": generation,
            "forced_generation": case(
                (new.forced_generation == 1, generation), else_=old.forced_generation
            ),
            "head_sha": func.coalesce(new.head_sha, old.head_sha),
            "base_ref": func.coalesce(new.base_ref, old.base_ref),
            "base_sha": func.coalesce(new.base_sha, old.base_sha),
            "gone": new.gone,
        },
    ).returning(case((old.not_before > func.now(), old.not_before)))


_WISHED = [column for column in targets.c if column.name not in {"not_before", "comment_id"}]
_MERGE = _merge()


def note(connection: Connection, work: Sequence[Work]) -> None:
    """Merge the work into its targets and queue their jobs, in the caller's transaction.

    Targets are taken in the order of their keys, so that no two transactions wait for each other.
    """
    for item in sorted(work, key=lambda item: item.target.key):
        at = connection.execute(_MERGE, _row(item)).scalar_one()
        jobs.put(connection, item.target.key, item.target.kind, at)


def _row(item: Work) -> dict[str, Any]:
    """The target as it is if this is the first wish for it."""
    target = item.target
    return {
        "key": target.key,
        "repository_id": target.repository.id,
        "full_name": target.repository.full_name,
        "installation_id": target.repository.installation_id,
        "kind": target.kind.value,
        "name": target.name,
        "generation": 1,
        "forced_generation": int(item.force),
        "head_sha": item.head_sha,
        "base_ref": item.base_ref,
        "base_sha": item.base_sha,
        "gone": item.gone,
    }
