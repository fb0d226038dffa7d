"""Waivers that were given by command."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.adapters.store.tables import targets, waivers
from bot.domain.repository import RepositoryRef
from bot.domain.waiver import GivenWaiver
from bot.ports.waivers import Occasion


class DatabaseWaivers:
    """The `Waivers` port."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def give(self, repository_id: int, waiver: GivenWaiver, occasion: Occasion) -> None:
        """Record a waiver; the same occasion gives one."""
        new = insert(waivers).values(
            key=occasion.key,
            position=occasion.position,
            repository_id=repository_id,
            migration=waiver.migration,
            rule=waiver.rule,
            path=waiver.path,
            fingerprint=waiver.fingerprint,
            reason=waiver.reason,
            given_by=waiver.by,
            given_at=waiver.given_at,
            until=waiver.until,
            source=waiver.source,
        )
        with self._engine.begin() as connection:
            connection.execute(new.on_conflict_do_nothing())

    def standing(self, repository_id: int) -> Sequence[GivenWaiver]:
        """The waivers that nobody has ended, oldest first."""
        return self._all(waivers.c.repository_id == repository_id, waivers.c.ended_at.is_(None))

    def end(self, ids: Sequence[int], *, by: str, at: datetime, occasion: Occasion) -> None:
        """End waivers before their time."""
        key, position = occasion.key, occasion.position
        self._change(ids, ended_at=at, ended_by=by, ended_key=key, ended_position=position)

    def ended_on(self, occasion: Occasion) -> Sequence[GivenWaiver]:
        """The waivers that a command has ended."""
        return self._all(
            waivers.c.ended_key == occasion.key, waivers.c.ended_position == occasion.position
        )

    def ending(self, until: date) -> Sequence[tuple[RepositoryRef, GivenWaiver]]:
        """Those whose last day is not after `until`, and of which that was not announced."""
        return self._due(waivers.c.until <= until, waivers.c.announced_at.is_(None))

    def announced(self, ids: Sequence[int], at: datetime) -> None:
        """Record that people were told."""
        self._change(ids, announced_at=at)

    def lapsed(self, today: date) -> Sequence[tuple[RepositoryRef, GivenWaiver]]:
        """Those whose last day was before `today`, and on which that was not acted upon."""
        return self._due(waivers.c.until < today, waivers.c.lapsed_at.is_(None))

    def acted_upon(self, ids: Sequence[int], at: datetime) -> None:
        """Record that it was."""
        self._change(ids, lapsed_at=at)

    def _all(self, *which: ColumnElement[bool]) -> Sequence[GivenWaiver]:
        query = select(waivers).where(*which).order_by(waivers.c.id)
        with self._engine.connect() as connection:
            return [_read(row) for row in connection.execute(query)]

    def _due(self, *due: ColumnElement[bool]) -> Sequence[tuple[RepositoryRef, GivenWaiver]]:
        """Each with its repository, as the comment that gave it knew it."""
        query = (
            select(waivers, targets.c.full_name, targets.c.installation_id)
            .join(targets, targets.c.key == waivers.c.key)
            .where(waivers.c.ended_at.is_(None), *due)
            .order_by(waivers.c.repository_id, waivers.c.migration, waivers.c.id)
        )
        with self._engine.connect() as connection:
            return [
                (RepositoryRef(row.repository_id, row.full_name, row.installation_id), _read(row))
                for row in connection.execute(query)
            ]

    def _change(self, ids: Sequence[int], **values: Any) -> None:
        with self._engine.begin() as connection:
            connection.execute(update(waivers).where(waivers.c.id.in_(ids)).values(values))


def _read(row: Row[Any]) -> GivenWaiver:
    return GivenWaiver(
        id=row.id,
        migration=row.migration,
        rule=row.rule,
        path=row.path,
        fingerprint=row.fingerprint,
        reason=row.reason,
        by=row.given_by,
        given_at=row.given_at,
        until=row.until,
        source=row.source,
    )
