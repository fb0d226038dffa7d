"""Whole reports as HTML, in the database: any web process serves what any worker wrote."""

import zlib
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.adapters.store.tables import report_pages


class DatabaseReportPages:
    """The `ReportPages` port. Every statement is a transaction by itself."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")

    def reserve(self, repository_id: int, issue: int, kind: str, commit: str) -> str:
        """The secret part (32 hex digits) of a report's address; the same one every time."""
        table = report_pages.c
        new = insert(report_pages).values(
            repository_id=repository_id, issue=issue, kind=kind, commit=commit
        )
        known = new.on_conflict_do_update(
            index_elements=[table.repository_id, table.issue, table.kind, table.commit],
            set_={"commit": new.excluded.commit},  # changes nothing, and answers the row
        )
        with self._engine.connect() as connection:
            page: UUID = connection.execute(known.returning(table.page)).scalar_one()
        return page.hex

    def put(self, page: str, html: str, *, at: datetime) -> None:
        """Have this at a reserved address, in place of what was there."""
        change = (
            update(report_pages)
            .where(report_pages.c.page == UUID(page))
            .values(html=zlib.compress(html.encode()), at=at)
        )
        with self._engine.connect() as connection:
            connection.execute(change)

    def get(self, page: str) -> str | None:
        """What is there; None for an address that was never given out, or has been forgotten."""
        query = select(report_pages.c.html).where(report_pages.c.page == UUID(page))
        with self._engine.connect() as connection:
            html = connection.execute(query).scalar()
        return None if html is None else zlib.decompress(html).decode()

    def forget(self, before: datetime) -> int:
        """Drop what was put there before; answers how many."""
        with self._engine.connect() as connection:
            return connection.execute(
                delete(report_pages).where(report_pages.c.at < before)
            ).rowcount
