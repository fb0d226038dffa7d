"""Comments with commands in them. They come with deliveries; see `wishes`."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Engine, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.adapters.store import wishes
from bot.adapters.store.tables import commands, comments
from bot.domain.conversation import Comment
from bot.domain.work import Work
from bot.ports.comments import Received, Settled


class DatabaseComments:
    """The `Comments` port."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def take(self, key: str) -> Received | None:
        """The comment of the target with this key, with one more attempt; None for none."""
        taken = (
            update(comments)
            .where(comments.c.key == key)
            .values(attempts=comments.c.attempts + 1)
            .returning(comments)
        )
        with self._engine.begin() as connection:
            row = connection.execute(taken).first()
        if row is None:
            return None
        comment = Comment(
            id=row.comment_id,
            number=row.number,
            on_pull_request=row.on_pull_request,
            opened_by=row.opened_by,
            author=row.author,
            author_id=row.author_id,
            body=row.body,
            created_at=row.created_at,
        )
        return Received(
            comment=comment,
            received_at=row.received_at,
            attempts=row.attempts,
            answer_id=row.answer_id,
            answered=row.finished_at is not None,
        )

    def postponed(self, key: str) -> None:
        """Take the attempt back."""
        change = update(comments).where(comments.c.key == key)
        with self._engine.begin() as connection:
            connection.execute(change.values(attempts=comments.c.attempts - 1))

    def settled(self, key: str) -> Mapping[int, Settled]:
        """What became of its commands so far, by their position from 0."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(commands).where(commands.c.key == key))
            return {row.position: Settled(row.done, row.answer) for row in rows}

    def settle(
        self, key: str, position: int, settled: Settled, *, work: Sequence[Work], at: datetime
    ) -> None:
        """Record what became of a command and queue the work it asks for, in ONE transaction."""
        new = insert(commands).values(
            key=key,
            position=position,
            done=settled.done,
            answer=settled.answer,
            settled_at=at,
        )
        with self._engine.begin() as connection:
            once = new.on_conflict_do_nothing().returning(commands.c.position)
            if connection.execute(once).first() is not None:
                wishes.note(connection, work)

    def answered(self, key: str, *, answer_id: int | None, at: datetime) -> None:
        """Record that all is done."""
        change = update(comments).where(comments.c.key == key)
        with self._engine.begin() as connection:
            connection.execute(change.values(answer_id=answer_id, finished_at=at))
