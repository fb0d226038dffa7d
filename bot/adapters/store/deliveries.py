"""The book of deliveries. Bodies are kept as they came, deflated."""

import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine, bindparam, delete, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.adapters.store.tables import deliveries
from bot.adapters.store.wishes import wishes
from bot.domain.work import Work
from bot.ports.store import Delivery, DeliveryState, StoreUnavailableError

_FASTEST = 1
"""The zlib level: the sender waits for the answer meanwhile."""


_ACCEPT = text(
    "SELECT canon_accept_v2(:guid, :event, :action, :received_at, :state, :reason, :body, :works)"
).bindparams(bindparam("works", type_=JSONB))


class DatabaseDeliveries:
    """The `Deliveries` port."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._at_once = engine.execution_options(isolation_level="AUTOCOMMIT")

    def accept(self, delivery: Delivery, work: Sequence[Work]) -> bool:
        """Store the delivery, note its work and queue the jobs, in ONE transaction.

        It is a single statement, which is a transaction by itself.
        """
        row = {
            "guid": delivery.guid,
            "event": delivery.event,
            "action": delivery.action,
            "received_at": delivery.received_at,
            "state": delivery.state.value,
            "reason": delivery.reason,
            "body": zlib.compress(delivery.body, _FASTEST),
            "works": wishes(work),
        }
        try:
            with self._at_once.connect() as connection:
                return bool(connection.execute(_ACCEPT, row).scalar_one())
        except (OperationalError, InterfaceError, PoolTimeoutError) as error:
            raise StoreUnavailableError(f"the database does not answer: {error}") from error

    def get(self, guid: str) -> Delivery | None:
        """A stored delivery."""
        with self._engine.connect() as connection:
            row = connection.execute(select(deliveries).where(deliveries.c.guid == guid)).first()
        if row is None:
            return None
        return Delivery(
            guid=row.guid,
            event=row.event,
            action=row.action,
            received_at=row.received_at,
            body=zlib.decompress(row.body),
            state=DeliveryState(row.state),
            reason=row.reason,
        )

    def forget(self, kept: timedelta, now: datetime) -> None:
        """Delete the deliveries that were received longer than `kept` ago."""
        old = delete(deliveries).where(deliveries.c.received_at < now - kept)
        with self._engine.begin() as connection:
            connection.execute(old)
