from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine, text

from bot.adapters.store.deliveries import DatabaseDeliveries
from bot.adapters.store.runs import DatabaseRuns
from bot.adapters.store.wishes import DatabaseQueue
from bot.domain.repository import RepositoryRef
from bot.domain.work import Target, TargetKind, TargetState
from tests.support.work import delivery, target, work


def state(engine: Engine, name: str = "1") -> TargetState:
    found = DatabaseRuns(engine).target(target(name).key)
    assert found is not None
    return found


def test_the_first_wish_makes_the_target(engine: Engine) -> None:
    wish = work(head_sha="a" * 40, base_ref="main", base_sha="b" * 40)
    DatabaseQueue(engine).want([wish])
    assert state(engine) == TargetState(
        target=wish.target,
        generation=1,
        forced_generation=0,
        head_sha="a" * 40,
        base_ref="main",
        base_sha="b" * 40,
        gone=False,
    )


def test_each_wish_is_a_new_generation(engine: Engine) -> None:
    queue = DatabaseQueue(engine)
    queue.want([work(), work()])
    queue.want([work()])
    assert state(engine).generation == 3


def test_a_forced_wish_is_remembered_past_later_ones(engine: Engine) -> None:
    queue = DatabaseQueue(engine)
    for wish in (work(), work(force=True), work()):
        queue.want([wish])
    assert (state(engine).generation, state(engine).forced_generation) == (3, 2)


def test_a_wish_that_names_no_commit_keeps_what_is_known(engine: Engine) -> None:
    queue = DatabaseQueue(engine)
    queue.want([work(head_sha="a" * 40, base_ref="main", base_sha="b" * 40)])
    queue.want([work(force=True)])
    found = state(engine)
    assert (found.head_sha, found.base_ref, found.base_sha) == ("a" * 40, "main", "b" * 40)


def test_a_target_can_go_and_come_again(engine: Engine) -> None:
    queue = DatabaseQueue(engine)
    queue.want([work(gone=True)])
    assert state(engine).gone
    queue.want([work()])
    assert not state(engine).gone


def test_a_renamed_repository_is_known_by_its_new_name(engine: Engine) -> None:
    queue = DatabaseQueue(engine)
    queue.want([work()])
    renamed = Target(RepositoryRef(7, "acme/store"), TargetKind.PULL_REQUEST, "1")
    queue.want([work(target=renamed)])
    assert state(engine).target.repository == RepositoryRef(7, "acme/store", 3)


def test_five_deliveries_for_one_target_at_once_are_one_job_and_five_generations(
    engine: Engine,
) -> None:
    deliveries = DatabaseDeliveries(engine)
    with ThreadPoolExecutor(5) as threads:
        for future in [
            threads.submit(deliveries.accept, delivery(), [work("1"), work("2")]) for _ in range(5)
        ]:
            assert future.result()
    assert state(engine, "1").generation == state(engine, "2").generation == 5
    with engine.connect() as connection:
        keys = connection.execute(text("SELECT lock FROM procrastinate_jobs")).scalars().all()
    assert sorted(keys) == [target("1").key, target("2").key]


def test_deliveries_that_name_the_same_targets_in_any_order_do_not_deadlock(
    engine: Engine,
) -> None:
    queue = DatabaseQueue(engine)
    wishes = [work(str(n)) for n in range(10)]
    with ThreadPoolExecutor(8) as threads:
        for future in [
            threads.submit(queue.want, wishes if n % 2 else wishes[::-1]) for n in range(40)
        ]:
            future.result()
    assert {state(engine, str(n)).generation for n in range(10)} == {40}
