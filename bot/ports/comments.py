"""Comments with commands in them, and what became of each command."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.conversation import Comment
from bot.domain.work import Work


@dataclass(frozen=True, slots=True)
class Settled:
    """A command that was carried out (`done`), or was not, and the answer to it in Markdown."""

    done: bool
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A comment as it is known here.

    `received_at` is when it came, by our clock. `attempts` counts the processes that have worked
    on it, this one too. `answered`: there is nothing left to do for it.
    """

    comment: Comment
    received_at: datetime
    attempts: int
    answer_id: int | None
    answered: bool


class Comments(Protocol):
    """What people asked for. Each command of a comment is settled once."""

    def take(self, key: str) -> Received | None:
        """The comment of the target with this key, with one more attempt; None for none."""

    def postponed(self, key: str) -> None:
        """Take the attempt back: the world is late, nothing is wrong with the comment."""

    def settled(self, key: str) -> Mapping[int, Settled]:
        """What became of its commands so far, by their position from 0."""

    def settle(
        self, key: str, position: int, settled: Settled, *, work: Sequence[Work], at: datetime
    ) -> None:
        """Record what became of a command and queue the work it asks for, in ONE transaction.

        Nothing happens where it is recorded already.
        """

    def answered(self, key: str, *, answer_id: int | None, at: datetime) -> None:
        """Record that all is done; `answer_id` is the comment that says so, if one could be."""
