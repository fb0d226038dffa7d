from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.work import Work
from bot.ports.comments import Received, Settled
from bot.ports.queue import Queue


@dataclass
class FakeComments:
    """The `Comments` port in memory; `fail` is called before and after each record."""

    queue: Queue
    received: dict[str, Received] = field(default_factory=dict)
    commands: dict[tuple[str, int], Settled] = field(default_factory=dict)
    fail: Callable[[str], None] = lambda _: None

    def take(self, key: str) -> Received | None:
        found = self.received.get(key)
        if found is not None:
            self.received[key] = replace(found, attempts=found.attempts + 1)
        return self.received.get(key)

    def postponed(self, key: str) -> None:
        self.received[key] = replace(self.received[key], attempts=self.received[key].attempts - 1)

    def settled(self, key: str) -> Mapping[int, Settled]:
        return {place: it for (of, place), it in self.commands.items() if of == key}

    def settle(
        self,
        key: str,
        position: int,
        settled: Settled,
        *,
        work: Sequence[Work],
        at: datetime,  # noqa: ARG002 - nobody asks when
    ) -> None:
        self.fail("before settle")
        if (key, position) not in self.commands:
            self.commands[key, position] = settled
            self.queue.want(work)
        self.fail("after settle")

    def answered(
        self,
        key: str,
        *,
        answer_id: int | None,
        at: datetime,  # noqa: ARG002 - nobody asks when
    ) -> None:
        self.fail("before answered")
        self.received[key] = replace(self.received[key], answer_id=answer_id, answered=True)
