from collections.abc import Sequence

from bot.domain.work import Work
from bot.ports.store import Delivery, StoreUnavailableError


class FakeDeliveries:
    """The `Deliveries` port in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, Delivery] = {}
        self.work: list[Work] = []
        self.available = True

    def accept(self, delivery: Delivery, work: Sequence[Work]) -> bool:
        if not self.available:
            raise StoreUnavailableError("out of order")
        if delivery.guid in self.rows:
            return False
        self.rows[delivery.guid] = delivery
        self.work += work
        return True

    def get(self, guid: str) -> Delivery | None:
        return self.rows.get(guid)
