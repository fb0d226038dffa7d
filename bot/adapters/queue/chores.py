"""What is to be done every so often, by one process out of however many there are."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine, func
from sqlalchemy.dialects.postgresql import insert

from bot.adapters.store.tables import chores


@dataclass(frozen=True, slots=True)
class Chore:
    """`run` is called once in each `every`. It may be cut off at any point and called again."""

    name: str
    every: timedelta
    run: Callable[[], None]


def claim(engine: Engine, chore: Chore) -> bool:
    """Whether the chore is due and this process is the one to do it, by the database's clock."""
    due_next = func.now() + chore.every
    new = insert(chores).values(name=chore.name, due_at=due_next)
    unless_early = new.on_conflict_do_update(
        index_elements=[chores.c.name],
        set_={"due_at": due_next},
        where=chores.c.due_at <= func.now(),
    ).returning(chores.c.name)
    with engine.begin() as connection:
        return connection.execute(unless_early).first() is not None
