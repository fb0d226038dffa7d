"""Real worker processes on a real queue."""

import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from sqlalchemy import Engine, text

from bot.adapters.store.wishes import DatabaseQueue
from bot.domain.work import TargetKind
from tests.support.work import target, work
from tests.support.worker_process import Trace, running_worker

pytestmark = pytest.mark.slow


@pytest.fixture
def trace(engine: Engine) -> Trace:
    return Trace(engine)


@pytest.fixture
def _worker(database_url: str, trace: Trace) -> Iterator[None]:
    del trace
    with running_worker(database_url):
        yield


def want(engine: Engine, *names: str) -> None:
    DatabaseQueue(engine).want([work(name) for name in names])


def left(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM procrastinate_jobs")).scalar_one())


def settle(engine: Engine) -> None:
    give_up = time.monotonic() + 10
    while left(engine):
        assert time.monotonic() < give_up
        time.sleep(0.02)


@pytest.mark.usefixtures("_worker")
def test_a_job_starts_within_moments_of_its_wish(engine: Engine, trace: Trace) -> None:
    want(engine, "sleep-0")
    settle(engine)
    delays = []
    for number in range(10):
        wished = datetime.now(UTC)
        want(engine, f"sleep-0.00{number}")
        delays.append(trace.wait("start", number + 2)[-1].at - wished)
    assert sorted(delays)[5] < timedelta(milliseconds=100)
    settle(engine)


@pytest.mark.usefixtures("_worker")
def test_a_wish_during_a_run_is_run_after_it_never_beside_it(engine: Engine, trace: Trace) -> None:
    want(engine, "sleep-0.3")
    trace.wait("start")
    want(engine, "sleep-0.3")
    want(engine, "sleep-0.3")
    trace.wait("end", 2)
    settle(engine)
    assert [step.what for step in trace.steps("start", "end")] == ["start", "end"] * 2


@pytest.mark.usefixtures("_worker")
def test_jobs_of_different_targets_run_beside_each_other(engine: Engine, trace: Trace) -> None:
    want(engine, "sleep-0.5", "sleep-0.51")
    trace.wait("end", 2)
    assert [step.what for step in trace.steps("start", "end")] == ["start", "start", "end", "end"]


@pytest.mark.usefixtures("_worker")
def test_an_unexpected_error_is_tried_again_until_it_is_gone(engine: Engine, trace: Trace) -> None:
    want(engine, "fail-1")
    trace.wait("end")
    settle(engine)
    first, second = trace.steps("start")
    assert timedelta(seconds=0.9) < second.at - first.at < timedelta(seconds=4)


@pytest.mark.usefixtures("_worker")
def test_the_time_to_come_back_is_honoured(engine: Engine, trace: Trace) -> None:
    want(engine, "later-2")
    trace.wait("end")
    first, second = trace.steps("start")
    assert timedelta(seconds=2) <= second.at - first.at < timedelta(seconds=3)


@pytest.mark.usefixtures("_worker")
def test_a_chore_is_done_every_so_often(trace: Trace) -> None:
    first, second = trace.wait("chore", 2)
    assert timedelta(seconds=0.9) < second.at - first.at < timedelta(seconds=2)


def test_a_job_whose_worker_is_killed_is_run_by_another(
    database_url: str, engine: Engine, trace: Trace
) -> None:
    with running_worker(database_url) as first, running_worker(database_url) as second:
        want(engine, "exclusive-1")
        (start,) = trace.wait("held")
        victim, other = (first, second) if start.pid == first.pid else (second, first)
        killed = datetime.now(UTC)
        victim.kill()
        (end,) = trace.wait("end")
        assert end.pid == other.pid
        assert trace.steps("start")[-1].at - killed < timedelta(seconds=5)
        settle(engine)


def test_a_job_whose_worker_is_killed_is_run_when_a_worker_starts(
    database_url: str, engine: Engine, trace: Trace
) -> None:
    with running_worker(database_url) as process:
        want(engine, "die")
        process.wait(10)
    with running_worker(database_url):
        trace.wait("end")
        settle(engine)


def test_a_worker_that_was_only_slow_does_not_undo_what_was_queued_since(
    database_url: str, engine: Engine, trace: Trace
) -> None:
    with running_worker(database_url) as slow:
        want(engine, "exclusive-2")
        trace.wait("held")
        slow.send_signal(signal.SIGSTOP)
        with running_worker(database_url) as other:
            (refused, *_) = trace.wait("refused")
            assert refused.pid == other.pid
            slow.send_signal(signal.SIGCONT)
            settle(engine)
            assert [end.pid for end in trace.steps("end")] == [slow.pid, other.pid]


def test_two_workers_never_run_one_target_at_once(
    database_url: str, engine: Engine, trace: Trace
) -> None:
    with running_worker(database_url), running_worker(database_url):
        for _ in range(30):
            want(engine, "sleep-0.02", "sleep-0.03")
            time.sleep(0.03)
        settle(engine)
    for name in ("sleep-0.02", "sleep-0.03"):
        steps = [step.what for step in trace.steps("start", "end") if step.name == name]
        assert steps == ["start", "end"] * (len(steps) // 2)


def test_a_stopping_worker_finishes_what_is_in_hand(
    database_url: str, engine: Engine, trace: Trace
) -> None:
    with running_worker(database_url) as process:
        want(engine, "sleep-1.5")
        trace.wait("start")
        process.terminate()
        assert process.wait(5) == 0
    assert len(trace.steps("end")) == 1
    assert left(engine) == 0


def test_a_stopping_worker_that_still_works_keeps_its_job(
    database_url: str, engine: Engine, trace: Trace
) -> None:
    """Its heart must beat until the end, or others would run the job beside it."""
    with running_worker(database_url) as stopping:
        want(engine, "sleep-2.5")
        trace.wait("start")
        with running_worker(database_url):
            stopping.terminate()
            assert stopping.wait(5) == 0
            settle(engine)
    assert [step.what for step in trace.steps("start", "end")] == ["start", "end"]


def test_a_stopping_worker_hands_back_what_takes_too_long(
    database_url: str, engine: Engine, trace: Trace
) -> None:
    with running_worker(database_url, {"CANON_SHUTDOWN_SECONDS": "0.5"}) as process:
        want(engine, "sleep-30")
        trace.wait("start")
        process.terminate()
        assert process.wait(5) == 0
    assert trace.steps("end") == []
    with engine.connect() as connection:
        status = connection.execute(text("SELECT status FROM procrastinate_jobs")).scalar_one()
    assert status == "todo"


def test_a_second_signal_hands_back_at_once(
    database_url: str, engine: Engine, trace: Trace
) -> None:
    with running_worker(database_url) as process:
        want(engine, "sleep-30")
        trace.wait("start")
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        assert process.wait(5) == 0
    assert left(engine) == 1


def test_a_worker_that_loses_the_database_ends_with_a_failure(
    postgres_url: str, database_url: str, trace: Trace
) -> None:
    del trace
    name = database_url.partition("@/")[2].partition("?")[0]
    with running_worker(database_url) as process:
        with psycopg.connect(postgres_url, autocommit=True) as server:
            server.execute(
                SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(Identifier(name))
            )
            kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            server.execute(kill, [name])
        assert process.wait(90) == 1


@pytest.mark.usefixtures("_worker")
def test_a_comment_does_not_wait_for_the_jobs_that_keep_the_worker_busy(
    engine: Engine, trace: Trace
) -> None:
    want(engine, *(f"sleep-3.{number}" for number in range(8)))
    trace.wait("start", 2)
    wished = datetime.now(UTC)
    comment = target("sleep-0", TargetKind.COMMENT)
    DatabaseQueue(engine).want([work(target=comment)])

    (end,) = [step for step in trace.wait("end") if step.key == comment.key]
    assert end.at - wished < timedelta(seconds=2)
