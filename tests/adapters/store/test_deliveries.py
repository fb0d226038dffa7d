from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select, table, text
from sqlalchemy.exc import DataError

from bot.adapters.store.deliveries import DatabaseDeliveries
from bot.ports.store import DeliveryState
from tests.support.work import delivery, work


def count(engine: Engine, name: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(table(name))).scalar_one())


def test_a_delivery_is_given_back_as_it_came(engine: Engine) -> None:
    sent = delivery(
        "guid-1", body=b"\x00\xff" * 100_000, state=DeliveryState.UNREADABLE, reason="r"
    )
    deliveries = DatabaseDeliveries(engine)
    deliveries.accept(sent, [])
    assert deliveries.get("guid-1") == sent


def test_an_unknown_delivery_is_none(engine: Engine) -> None:
    assert DatabaseDeliveries(engine).get("never") is None


def test_accepting_stores_the_delivery_its_target_and_its_job(engine: Engine) -> None:
    assert DatabaseDeliveries(engine).accept(delivery(), [work()])
    assert [count(engine, t) for t in ("deliveries", "targets", "procrastinate_jobs")] == [1, 1, 1]


def test_the_same_delivery_again_changes_nothing(engine: Engine) -> None:
    deliveries = DatabaseDeliveries(engine)
    deliveries.accept(delivery("guid-1"), [work()])
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM procrastinate_jobs"))
    assert not deliveries.accept(delivery("guid-1", event="push"), [work(force=True)])
    first = deliveries.get("guid-1")
    assert first is not None
    assert first.event == "pull_request"
    with engine.connect() as connection:
        assert connection.execute(text("SELECT generation FROM targets")).scalar_one() == 1
    assert count(engine, "procrastinate_jobs") == 0


def test_of_the_same_delivery_many_times_at_once_one_is_new(engine: Engine) -> None:
    deliveries = DatabaseDeliveries(engine)
    with ThreadPoolExecutor(8) as threads:
        sent = [threads.submit(deliveries.accept, delivery("guid-1"), [work()]) for _ in range(8)]
        assert sum(future.result() for future in sent) == 1
    with engine.connect() as connection:
        assert connection.execute(text("SELECT generation FROM targets")).scalar_one() == 1


def test_where_the_work_cannot_be_stored_the_delivery_is_not_stored_either(engine: Engine) -> None:
    deliveries = DatabaseDeliveries(engine)
    with pytest.raises(DataError):
        deliveries.accept(delivery("guid-1"), [work("fine"), work("half \0 name")])
    assert deliveries.get("guid-1") is None
    assert count(engine, "targets") == count(engine, "procrastinate_jobs") == 0


def test_old_deliveries_are_forgotten(engine: Engine) -> None:
    deliveries = DatabaseDeliveries(engine)
    now = datetime.now(UTC)
    deliveries.accept(delivery("old", received_at=now - timedelta(days=31)), [])
    deliveries.accept(delivery("new", received_at=now), [])
    deliveries.forget(timedelta(days=30), now)
    assert deliveries.get("old") is None
    assert deliveries.get("new") is not None
