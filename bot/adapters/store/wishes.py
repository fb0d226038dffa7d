"""What deliveries wish for, merged into one row for each target."""

from collections.abc import Sequence

from sqlalchemy import Connection, Engine, case, func
from sqlalchemy.dialects.postgresql import insert

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


def note(connection: Connection, work: Sequence[Work]) -> None:
    """Merge the work into its targets and queue their jobs, in the caller's transaction.

    Targets are taken in the order of their keys, so that no two transactions wait for each other.
    """
    for item in sorted(work, key=lambda item: item.target.key):
        target = item.target
        arrived = insert(targets).values(
            key=target.key,
            repository_id=target.repository.id,
            full_name=target.repository.full_name,
            installation_id=target.repository.installation_id,
            kind=target.kind,
            name=target.name,
            generation=1,
            forced_generation=1 if item.force else 0,
            head_sha=item.head_sha,
            base_ref=item.base_ref,
            base_sha=item.base_sha,
            gone=item.gone,
        )
        new = arrived.excluded
        generation = targets.c.generation + 1
        merged = arrived.on_conflict_do_update(
            index_elements=[targets.c.key],
            set_={
                "full_name": new.full_name,
                "installation_id": func.coalesce(new.installation_id, targets.c.installation_id),
                "generation": generation,
                "forced_generation": generation if item.force else targets.c.forced_generation,
                "head_sha": func.coalesce(new.head_sha, targets.c.head_sha),
                "base_ref": func.coalesce(new.base_ref, targets.c.base_ref),
                "base_sha": func.coalesce(new.base_sha, targets.c.base_sha),
                "gone": new.gone,
            },
        ).returning(case((targets.c.not_before > func.now(), targets.c.not_before)))
        at = connection.execute(merged).scalar_one()
        jobs.put(connection, target.key, target.kind, at)
