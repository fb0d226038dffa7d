"""How counts went over time, in the database."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time

from sqlalchemy import Date, Engine, RowMapping, cast, delete, func, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import aliased

from bot.adapters.store.tables import counts
from bot.domain.history import CountsOn
from bot.domain.observation import RecordedCount
from bot.domain.scan import Scan

_DAY = cast(func.timezone("UTC", counts.c.at), Date)


class DatabaseHistory:
    """The `History` port. Every statement is a transaction by itself."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")

    def record(self, repository_id: int, scan: Scan, *, at: datetime) -> None:
        """Note the counts of all migrations; a commit that is noted already stays as it was.

        Rules that could not be checked have no count.
        """
        rows = [
            {
                "repository_id": repository_id,
                "issue": migration.issue,
                "commit": scan.commit,
                "at": at,
                "phase": migration.phase,
                "config_digest": scan.config_digest,
                "counts": {rule.id: rule.count for rule in migration.rules if not rule.unchecked},
            }
            for migration in scan.migrations
        ]
        if rows:
            with self._engine.connect() as connection:
                connection.execute(insert(counts).on_conflict_do_nothing(), rows)

    def daily(
        self, repository_id: int, issue: int, *, since: date | None = None
    ) -> Sequence[CountsOn]:
        """The last counts of each day on which there were any, oldest first."""
        query = (
            select(_DAY.label("on"), counts.c.commit, counts.c.counts)
            .ext(distinct_on(_DAY))
            .where(counts.c.repository_id == repository_id, counts.c.issue == issue)
            .order_by(_DAY, counts.c.at.desc())
        )
        if since is not None:
            query = query.where(counts.c.at >= datetime.combine(since, time(), UTC))
        with self._engine.connect() as connection:
            return [_counts_on(row) for row in connection.execute(query).mappings()]

    def first(self, repository_id: int, issue: int) -> Mapping[str, RecordedCount]:
        """The first count ever noted of each rule, by the rule's id."""
        rule = func.jsonb_each_text(counts.c.counts).table_valued("key", "value")
        query = (
            select(rule.c.key, rule.c.value, counts.c.commit, _DAY.label("on"))
            .ext(distinct_on(rule.c.key))
            .select_from(counts)
            .join(rule, onclause=func.coalesce(True))
            .where(counts.c.repository_id == repository_id, counts.c.issue == issue)
            .order_by(rule.c.key, counts.c.at)
        )
        with self._engine.connect() as connection:
            return {
                row["key"]: RecordedCount(int(row["value"]), row["commit"], row["on"])
                for row in connection.execute(query).mappings()
            }

    def latest_before(self, repository_id: int, issue: int, commit: str) -> CountsOn | None:
        """The counts noted last before those of this commit; None where there are none."""
        this = aliased(counts)
        noted = (
            select(this.c.at)
            .where(
                this.c.repository_id == repository_id,
                this.c.issue == issue,
                this.c.commit == commit,
            )
            .scalar_subquery()
        )
        query = (
            select(_DAY.label("on"), counts.c.commit, counts.c.counts)
            .where(
                counts.c.repository_id == repository_id,
                counts.c.issue == issue,
                counts.c.commit != commit,
                counts.c.at <= func.coalesce(noted, func.now()),
            )
            .order_by(counts.c.at.desc())
            .limit(1)
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else _counts_on(row)

    def forget(self, before: date) -> int:
        """Keep the last note of each day before this one, and the first of a migration."""
        other = aliased(counts)
        same = (other.c.repository_id == counts.c.repository_id) & (other.c.issue == counts.c.issue)
        day = cast(func.timezone("UTC", other.c.at), Date)
        later = select(other.c.at).where(same, day == _DAY, other.c.at > counts.c.at)
        earlier = select(other.c.at).where(same, other.c.at < counts.c.at)
        statement = delete(counts).where(before > _DAY, later.exists(), earlier.exists())
        with self._engine.connect() as connection:
            return connection.execute(statement).rowcount


def _counts_on(row: RowMapping) -> CountsOn:
    return CountsOn(row["on"], row["commit"], row["counts"])
