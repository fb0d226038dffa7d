"""The rule that `jobs` states: between a wish and a worker, nothing is missed."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, text

from bot.adapters.queue import jobs
from bot.adapters.queue.jobs import TakenJob
from bot.adapters.store.runs import DatabaseRuns
from bot.adapters.store.wishes import DatabaseQueue, note
from bot.domain.work import TargetKind
from tests.support.work import target, work

KEY = target().key
HOUR = timedelta(hours=1)


def now() -> datetime:
    return datetime.now(UTC)


def take(engine: Engine) -> TakenJob | None:
    """What Procrastinate's worker does to get a job."""
    with engine.begin() as connection:
        worker = connection.execute(
            text("SELECT worker_id FROM procrastinate_register_worker_v1()")
        ).scalar_one()
        fetch = text("SELECT * FROM procrastinate_fetch_job_v2(ARRAY['canon'], :worker)")
        job = connection.execute(fetch, {"worker": worker}).one()
    if job.id is None:
        return None
    return TakenJob(id=job.id, worker_id=worker, priority=job.priority, **job.args)


def end(engine: Engine, job: TakenJob) -> None:
    with engine.begin() as connection:
        finish = text("SELECT procrastinate_finish_job_v1(:id, 'succeeded', true)")
        connection.execute(finish, {"id": job.id})


def waiting(engine: Engine) -> list[tuple[datetime | None, int]]:
    """(when, attempt) of the jobs that wait."""
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT scheduled_at, args FROM procrastinate_jobs WHERE status = 'todo'")
        )
        return [(row.scheduled_at, row.args["attempt"]) for row in rows]


def taken(engine: Engine) -> TakenJob:
    DatabaseQueue(engine).want([work()])
    job = take(engine)
    assert job is not None
    return job


def test_a_wish_while_the_job_waits_adds_none(engine: Engine) -> None:
    DatabaseQueue(engine).want([work()])
    DatabaseQueue(engine).want([work()])
    assert waiting(engine) == [(None, 0)]


def test_a_wish_while_the_job_runs_queues_the_next_which_waits_for_its_end(engine: Engine) -> None:
    job = taken(engine)
    DatabaseQueue(engine).want([work()])
    assert take(engine) is None
    end(engine, job)
    assert take(engine) is not None


def test_a_worker_that_takes_the_job_sees_the_wish_that_found_it_waiting(engine: Engine) -> None:
    """The wish is not committed yet, and saw a waiting job; the worker must not overtake it."""
    DatabaseQueue(engine).want([work()])
    seen: list[int] = []

    def take_and_look() -> None:
        assert take(engine) is not None
        with engine.begin() as connection:
            jobs.barrier(connection, KEY)
        state = DatabaseRuns(engine).target(KEY)
        assert state is not None
        seen.append(state.generation)

    with engine.begin() as wish:
        note(wish, [work()])
        worker = threading.Thread(target=take_and_look)
        worker.start()
        worker.join(0.2)
        assert worker.is_alive()
    worker.join(5)
    assert seen == [2]


def test_no_wish_is_missed_whatever_the_interleaving(engine: Engine) -> None:
    """Workers and wishes at full speed: the last generation is always looked at."""
    looked_at = 0
    done = threading.Event()

    def wish() -> None:
        for _ in range(60):
            DatabaseQueue(engine).want([work()])

    def serve() -> None:
        nonlocal looked_at
        while not done.is_set() or waiting(engine):
            job = take(engine)
            if job is None:
                continue
            with engine.begin() as connection:
                jobs.barrier(connection, KEY)
            state = DatabaseRuns(engine).target(KEY)
            assert state is not None
            looked_at = max(looked_at, state.generation)
            end(engine, job)

    with ThreadPoolExecutor(5) as threads:
        servers = [threads.submit(serve) for _ in range(2)]
        for wisher in [threads.submit(wish) for _ in range(3)]:
            wisher.result()
        done.set()
        for server in servers:
            server.result()
    assert looked_at == 180


def test_a_failed_job_waits_and_counts_its_failures(engine: Engine) -> None:
    job, at = taken(engine), now() + HOUR
    change(engine, jobs.try_again, job, at)
    assert waiting(engine) == [(at, 1)]


def test_a_new_wish_does_not_wait_for_an_old_failure(engine: Engine) -> None:
    job = taken(engine)
    change(engine, jobs.try_again, job, now() + HOUR)
    end(engine, job)
    DatabaseQueue(engine).want([work()])
    assert waiting(engine) == [(None, 0)]


def test_a_failure_leaves_what_was_wished_meanwhile_to_go_first(engine: Engine) -> None:
    job = taken(engine)
    DatabaseQueue(engine).want([work()])
    change(engine, jobs.try_again, job, now() + HOUR)
    assert waiting(engine) == [(None, 0)]


def test_the_time_that_github_names_holds_for_what_waits_and_for_what_comes(
    engine: Engine,
) -> None:
    job, at = taken(engine), now() + HOUR
    DatabaseQueue(engine).want([work()])
    change(engine, jobs.come_back, job, at)
    assert waiting(engine) == [(at, 0)]
    DatabaseQueue(engine).want([work()])
    assert waiting(engine) == [(at, 0)]


def test_a_named_time_that_has_passed_holds_nothing_up(engine: Engine) -> None:
    job = taken(engine)
    change(engine, jobs.come_back, job, now() - HOUR)
    end(engine, job)
    again = take(engine)
    assert again is not None
    DatabaseQueue(engine).want([work()])
    assert waiting(engine) == [(None, 0)]


def test_a_job_taken_from_its_worker_is_queued_anew(engine: Engine) -> None:
    job = taken(engine)
    with engine.begin() as connection:
        assert jobs.take_from(connection, job, None)
    again = take(engine)
    assert again is not None
    assert (again.key, again.attempt) == (KEY, 1)
    assert again.id != job.id


def test_a_job_that_was_ended_meanwhile_is_not_queued_anew(engine: Engine) -> None:
    job = taken(engine)
    end(engine, job)
    with engine.begin() as connection:
        assert not jobs.take_from(connection, job, None)
    assert waiting(engine) == []


def test_a_job_is_taken_from_its_worker_by_one_rescuer(engine: Engine) -> None:
    job = taken(engine)

    def rescue() -> bool:
        with engine.begin() as connection:
            return jobs.take_from(connection, job, None)

    with ThreadPoolExecutor(4) as threads:
        assert sum(future.result() for future in [threads.submit(rescue) for _ in range(4)]) == 1
    assert len(waiting(engine)) == 1


def test_merge_groups_go_before_pull_requests_before_branches(engine: Engine) -> None:
    kinds = [TargetKind.BRANCH, TargetKind.PULL_REQUEST, TargetKind.MERGE_GROUP]
    DatabaseQueue(engine).want([work(target=target("x", kind)) for kind in kinds])
    order = [job.key for job in iter(lambda: take(engine), None)]
    assert order == [target("x", kind).key for kind in reversed(kinds)]


def change(engine: Engine, what: object, job: TakenJob, at: datetime) -> None:
    assert callable(what)
    with engine.begin() as connection:
        assert isinstance(connection, Connection)
        what(connection, job, at)
