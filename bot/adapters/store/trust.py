"""Approvals of commits, and requests to run their tests again."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.dialects.postgresql import insert

from bot.adapters.store.tables import approvals, test_requests
from bot.ports.testing import TestRequest
from bot.ports.trust import Approval


class DatabaseApprovals:
    """The `Approvals` port."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def approve(
        self, repository_id: int, number: int, head_sha: str, *, by: str, at: datetime
    ) -> None:
        """Record an approval; the first one stands."""
        new = insert(approvals).values(
            repository_id=repository_id,
            number=number,
            head_sha=head_sha,
            approved_by=by,
            approved_at=at,
        )
        with self._engine.begin() as connection:
            connection.execute(new.on_conflict_do_nothing())

    def approval(self, repository_id: int, number: int, head_sha: str) -> Approval | None:
        """The approval of this very commit in this pull request."""
        query = select(approvals).where(
            approvals.c.repository_id == repository_id,
            approvals.c.number == number,
            approvals.c.head_sha == head_sha,
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return Approval(row.head_sha, row.approved_by, row.approved_at) if row else None


class DatabaseTestRequests:
    """The `TestRequests` port. In the table, 0 and nothing stand for any."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ask(self, key: str, head_sha: str, request: TestRequest) -> None:
        """Record a request; one that is there gets the later time."""
        new = insert(test_requests).values(
            key=key,
            head_sha=head_sha,
            issue=request.issue or 0,
            category=request.category or "",
            unexpected=request.unexpected,
            asked_at=request.at,
        )
        later = new.on_conflict_do_update(
            constraint="pk_test_requests",
            set_={"asked_at": new.excluded.asked_at},
            where=test_requests.c.asked_at < new.excluded.asked_at,
        )
        with self._engine.begin() as connection:
            connection.execute(later)

    def asked(self, key: str, head_sha: str, *, since: datetime | None) -> Sequence[TestRequest]:
        """The requests for this head that are later than `since`, in their order."""
        query = select(test_requests).where(
            test_requests.c.key == key, test_requests.c.head_sha == head_sha
        )
        if since is not None:
            query = query.where(test_requests.c.asked_at > since)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(test_requests.c.asked_at)).all()
        return [
            TestRequest(
                at=row.asked_at,
                issue=row.issue or None,
                category=row.category or None,
                unexpected=row.unexpected,
            )
            for row in rows
        ]
