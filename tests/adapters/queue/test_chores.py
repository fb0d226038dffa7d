from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import Engine, text

from bot.adapters.queue.chores import Chore, claim

SWEEP = Chore("sweep", timedelta(hours=1), lambda: None)


def test_a_new_chore_is_due_at_once(engine: Engine) -> None:
    assert claim(engine, SWEEP)


def test_a_chore_is_claimed_once_however_many_ask(engine: Engine) -> None:
    with ThreadPoolExecutor(6) as threads:
        claims = [threads.submit(claim, engine, SWEEP) for _ in range(12)]
        assert sum(future.result() for future in claims) == 1


def test_a_chore_is_due_again_when_its_time_has_come(engine: Engine) -> None:
    assert claim(engine, SWEEP)
    assert not claim(engine, SWEEP)
    with engine.begin() as connection:
        connection.execute(text("UPDATE chores SET due_at = now()"))
    assert claim(engine, SWEEP)


def test_chores_are_due_apart(engine: Engine) -> None:
    assert claim(engine, SWEEP)
    assert claim(engine, Chore("other", timedelta(hours=1), lambda: None))
