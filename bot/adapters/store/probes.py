"""Probes, their answers and alerts, in the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import (
    Engine,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal_column,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql

from bot.adapters.store.tables import alerts, probe_answers, probes
from bot.domain.probe import Probe
from bot.domain.probing import Alert, Availability, DueProbe, ProbeAnswer
from bot.domain.repository import RepositoryRef

_LAST: Final = 3
"""So many answers are told one by one."""

_CLAIM = text(
    """
    WITH now_due AS (
        SELECT repository_id, issue, name FROM probes
        WHERE due_at <= now() ORDER BY due_at LIMIT :at_most FOR UPDATE SKIP LOCKED
    )
    UPDATE probes SET due_at = now() + make_interval(secs => (definition->>'every')::float)
    FROM now_due
    WHERE (probes.repository_id, probes.issue, probes.name)
        = (now_due.repository_id, now_due.issue, now_due.name)
    RETURNING probes.repository_id, full_name, installation_id, branch, probes.issue, definition
    """
)


class DatabaseProbeBook:
    """The `ProbeBook` port. Every statement is a transaction by itself, except in `keep`."""

    def __init__(self, engine: Engine) -> None:
        self._transactions = engine
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")

    def keep(
        self, repository: RepositoryRef, branch: str, wanted: Mapping[int, Sequence[Probe]]
    ) -> None:
        """Have these probes and no others for a repository's migrations, by issue."""
        names = [(issue, one.name) for issue, some in wanted.items() for one in some]
        others = delete(probes).where(
            probes.c.repository_id == repository.id,
            tuple_(probes.c.issue, probes.c.name).not_in(names),
        )
        rows = [
            _row(repository, branch, issue, one) for issue, some in wanted.items() for one in some
        ]
        with self._transactions.begin() as connection:
            connection.execute(others)
            if rows:
                connection.execute(_PUT, rows)

    def hurry(self, repository_id: int, issue: int) -> None:
        """Make all probes of a migration due now."""
        this = and_(probes.c.repository_id == repository_id, probes.c.issue == issue)
        with self._engine.connect() as connection:
            connection.execute(update(probes).where(this).values(due_at=func.now()))

    def due(self, *, at_most: int) -> Sequence[DueProbe]:
        """Probes that are due, by the database's clock; each is next due after its interval."""
        with self._engine.connect() as connection:
            rows = connection.execute(_CLAIM, {"at_most": at_most}).mappings().all()
        return [
            DueProbe(
                repository=RepositoryRef(
                    row["repository_id"], row["full_name"], row["installation_id"]
                ),
                branch=row["branch"],
                issue=row["issue"],
                probe=msgspec.convert(row["definition"], Probe),
            )
            for row in rows
        ]

    def note(self, due: DueProbe, answer: ProbeAnswer) -> None:
        """Write an answer down."""
        values = {
            "repository_id": due.repository.id,
            "issue": due.issue,
            "name": due.probe.name,
            "at": answer.at,
            "up": answer.up,
            "seconds": answer.seconds,
            "reason": answer.reason,
        }
        with self._engine.connect() as connection:
            connection.execute(insert(probe_answers), values)

    def availability(
        self, repository_id: int, issue: int, name: str, *, until: datetime, window: timedelta
    ) -> Availability:
        """What was answered in the window before `until`."""
        since = until - window
        of_this = and_(
            probe_answers.c.repository_id == repository_id,
            probe_answers.c.issue == issue,
            probe_answers.c.name == name,
            probe_answers.c.at > since,
            probe_answers.c.at <= until,
        )
        counted = select(
            func.count(probe_answers.c.up).label("asked"),
            func.count(case((probe_answers.c.up, 1))).label("up"),
            func.count(case((probe_answers.c.up.is_(None), 1))).label("unasked"),
        ).where(of_this)
        asked = of_this & probe_answers.c.up.is_not(None)
        newest = select(probe_answers).where(asked).order_by(probe_answers.c.at.desc()).limit(_LAST)
        with self._engine.connect() as connection:
            sums = connection.execute(counted).mappings().one()
            last = connection.execute(newest).mappings().all()
        answers = tuple(
            ProbeAnswer(at=row["at"], up=row["up"], seconds=row["seconds"], reason=row["reason"])
            for row in last
        )
        return Availability(**sums, since=since, until=until, last=answers)

    def open_alerts(self, repository_id: int, issue: int) -> Sequence[Alert]:
        """The alerts of a migration that are not closed."""
        query = select(alerts.c.name, alerts.c.opened_at, alerts.c.comment_id).where(
            alerts.c.repository_id == repository_id,
            alerts.c.issue == issue,
            alerts.c.closed_at.is_(None),
        )
        with self._engine.connect() as connection:
            return [Alert(**row) for row in connection.execute(query).mappings()]

    def save_alert(self, repository_id: int, issue: int, alert: Alert) -> None:
        """Write an alert down; it is known by its probe's name and when it was opened."""
        changes = {"closed_at": alert.closed_at, "comment_id": alert.comment_id}
        put = postgresql.insert(alerts).values(
            repository_id=repository_id,
            issue=issue,
            name=alert.name,
            opened_at=alert.opened_at,
            **changes,
        )
        with self._engine.connect() as connection:
            connection.execute(
                put.on_conflict_do_update(constraint=alerts.primary_key, set_=changes)
            )

    def forget(self, before: datetime) -> int:
        """Drop what was answered before; answers how many."""
        with self._engine.connect() as connection:
            return connection.execute(
                delete(probe_answers).where(probe_answers.c.at < before)
            ).rowcount


def _put() -> postgresql.Insert:
    put = postgresql.insert(probes).values(
        {column.name: bindparam(column.name) for column in probes.c if column.name != "due_at"}
    )
    put = put.values(due_at=literal_column("now()"))
    new = put.excluded
    changed = new.definition != probes.c.definition
    return put.on_conflict_do_update(
        constraint=probes.primary_key,
        set_={
            "full_name": new.full_name,
            "installation_id": new.installation_id,
            "branch": new.branch,
            "definition": new.definition,
            "due_at": case((changed, func.now()), else_=probes.c.due_at),
        },
    )


_PUT: Final = _put()


def _row(repository: RepositoryRef, branch: str, issue: int, probe: Probe) -> dict[str, Any]:
    return {
        "repository_id": repository.id,
        "issue": issue,
        "name": probe.name,
        "full_name": repository.full_name,
        "installation_id": repository.installation_id,
        "branch": branch,
        "definition": msgspec.to_builtins(probe),
    }
