"""The book of deliveries. Bodies are kept as they came, deflated."""

import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.adapters.store.tables import deliveries
from bot.adapters.store.wishes import note
from bot.domain.work import Work
from bot.ports.store import Delivery, DeliveryState, StoreUnavailableError

_FASTEST = 1
"""The zlib level: the sender waits for the answer meanwhile."""


_UNLESS_THERE = (
    insert(deliveries)
    .values({column.name: bindparam(column.name) for column in deliveries.c})
    .on_conflict_do_nothing()
    .returning(deliveries.c.guid)
)
"""Built once: building it takes longer than running it."""


class DatabaseDeliveries:
    """The `Deliveries` port."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def accept(self, delivery: Delivery, work: Sequence[Work]) -> bool:
        """Store the delivery, note its work and queue the jobs, in ONE transaction."""
        row = {
            "guid": delivery.guid,
            "event": delivery.event,
            "action": delivery.action,
            "received_at": delivery.received_at,
            "state": delivery.state.value,
            "reason": delivery.reason,
            "body": zlib.compress(delivery.body, _FASTEST),
        }
        try:
            with self._engine.begin() as connection:
                if connection.execute(_UNLESS_THERE, row).first() is None:
                    return False
                note(connection, work)
                return True
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
