"""The results of test categories, as deflated JSON; what commands wrote, deflated."""

import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Engine, Row, Select, literal, null, select, update
from sqlalchemy.dialects.postgresql import distinct_on, insert

from bot.adapters.store.tables import runs, targets, test_results
from bot.domain.measurement import PageLink
from bot.domain.observation import TestRuns
from bot.domain.pages import run_page
from bot.domain.testing import CategoryResult
from bot.ports.testing import CategoryRecord

_LARGEST_LOG = 512 * 1024
_LOG_LEFT_OUT = b"\n[... left out ...]\n"
_COLUMNS = test_results.c


class DatabaseTestResults:
    """The `TestResults` port. Every statement is a transaction by itself.

    `public_url` is the service's own address, by which results are linked to their run's page.
    """

    def __init__(self, engine: Engine, public_url: str | None = None) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._public_url = public_url

    def record(self, record: CategoryRecord, log: bytes) -> None:
        """Keep a result with what its command wrote; one that is there is replaced."""
        new = insert(test_results).values(
            run_id=record.run,
            issue=record.issue,
            category=record.result.category,
            definition=record.definition,
            at=record.at,
            result=zlib.compress(msgspec.json.encode(record.result)),
            log=zlib.compress(_bounded(log)) if log else None,
        )
        changed = {name: new.excluded[name] for name in ("definition", "at", "result", "log")}
        with self._engine.connect() as connection:
            connection.execute(
                new.on_conflict_do_update(constraint="pk_test_results", set_=changed)
            )

    def take_over(self, record: CategoryRecord, run: int) -> None:
        """Let an earlier result stand in another run of the same commit too."""
        names = ("run_id", "issue", "category", "definition", "at", "result", "log")
        earlier = select(
            literal(run), *(_COLUMNS[name] for name in names if name != "run_id")
        ).where(_is(record.run, record.issue, record.result.category))
        new = insert(test_results).from_select(names, earlier)
        with self._engine.connect() as connection:
            connection.execute(new.on_conflict_do_nothing())

    def of_run(self, run: int) -> Sequence[CategoryRecord]:
        """The results of one run, in the order of their migrations and names."""
        query = select(test_results).where(_COLUMNS.run_id == run)
        return self._records(query.order_by(_COLUMNS.issue, _COLUMNS.category))

    def of_commit(self, repository_id: int, commit: str) -> Sequence[CategoryRecord]:
        """The latest result of each category on a commit."""
        return self._records(_latest(repository_id, runs.c.head_sha == commit))

    def latest(self, repository_id: int, issue: int, commit: str) -> TestRuns | None:
        """The latest results of a migration's categories on a commit; None where there are none.

        The link leads to the newest of the runs that they come from.
        """
        conditions = (runs.c.head_sha == commit, _COLUMNS.issue == issue)
        records = self._records(_latest(repository_id, *conditions))
        if not records:
            return None
        page = self._page(max(record.run for record in records))
        return TestRuns(
            commit=commit,
            results=tuple(record.result for record in records),
            link=None if page is None else PageLink(page),
        )

    def log(self, run: int, issue: int, category: str) -> bytes | None:
        """What a category's command wrote, bounded; None where it was not kept, or no longer."""
        with self._engine.connect() as connection:
            query = select(_COLUMNS.log).where(_is(run, issue, category))
            log = connection.execute(query).scalar_one_or_none()
        return None if log is None else zlib.decompress(log)

    def forget(self, kept: timedelta, now: datetime) -> None:
        """Drop what commands wrote longer than `kept` ago; the results stay."""
        old = _COLUMNS.log.is_not(None) & (_COLUMNS.at < now - kept)
        with self._engine.connect() as connection:
            connection.execute(update(test_results).where(old).values(log=null()))

    def _page(self, run: int) -> str | None:
        with self._engine.connect() as connection:
            page = connection.execute(select(runs.c.page).where(runs.c.id == run)).scalar_one()
        return run_page(self._public_url, run, page.hex)

    def _records(self, query: Select[Any]) -> Sequence[CategoryRecord]:
        with self._engine.connect() as connection:
            return [_read(row) for row in connection.execute(query)]


def _latest(repository_id: int, *conditions: ColumnElement[bool]) -> Select[Any]:
    return (
        select(test_results)
        .ext(distinct_on(_COLUMNS.issue, _COLUMNS.category))
        .join(runs, runs.c.id == _COLUMNS.run_id)
        .join(targets, targets.c.key == runs.c.key)
        .where(targets.c.repository_id == repository_id, *conditions)
        .order_by(_COLUMNS.issue, _COLUMNS.category, _COLUMNS.at.desc(), _COLUMNS.run_id.desc())
    )


def _is(run: int, issue: int, category: str) -> ColumnElement[bool]:
    return (_COLUMNS.run_id == run) & (_COLUMNS.issue == issue) & (_COLUMNS.category == category)


def _read(row: Row[Any]) -> CategoryRecord:
    return CategoryRecord(
        run=row.run_id,
        issue=row.issue,
        definition=row.definition,
        at=row.at,
        result=msgspec.json.decode(zlib.decompress(row.result), type=CategoryResult),
    )


def _bounded(log: bytes) -> bytes:
    """The beginning and the end of a log that is too long."""
    if len(log) <= _LARGEST_LOG:
        return log
    half = _LARGEST_LOG // 2
    return log[:half] + _LOG_LEFT_OUT + log[-half:]
