from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from bot.adapters.store.runs import DatabaseRuns
from bot.adapters.store.wishes import DatabaseQueue
from bot.domain.errors import SupersededError
from bot.domain.publication import Conclusion
from bot.domain.repository import RepositoryRef
from bot.domain.work import Target, TargetKind
from bot.ports.github import CheckProgress
from bot.ports.store import Run, RunState, Stage
from tests.support.work import target, work

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)
HEAD = "a" * 40


@pytest.fixture
def runs(engine: Engine) -> DatabaseRuns:
    DatabaseQueue(engine).want([work()])
    return DatabaseRuns(engine)


def begin(runs: DatabaseRuns, name: str = "1", head: str = HEAD, base: str | None = "main") -> Run:
    state = runs.target(target(name).key)
    assert state is not None
    return runs.begin(state, head_sha=head, base_ref=base, now=NOW, deadline_at=LATER)


def test_a_run_begins_at_its_first_attempt(runs: DatabaseRuns) -> None:
    run = begin(runs)
    assert run == Run(
        id=run.id,
        key=target().key,
        generation=1,
        head_sha=HEAD,
        base_ref="main",
        started_at=NOW,
        deadline_at=LATER,
        attempts=1,
        state=RunState.RUNNING,
        stage=Stage.STARTED,
        check=None,
        page=run.page,
    )
    assert runs.newest(target().key) == run


def test_what_is_saved_is_read_again(runs: DatabaseRuns) -> None:
    run = replace(
        begin(runs),
        state=RunState.COMPLETED,
        stage=Stage.COMMENT,
        check=CheckProgress(
            head_sha=HEAD, external_id="x#1", check_id=9, annotations_sent=50, completed=True
        ),
        base_sha="b" * 40,
        merge_base="c" * 40,
        config_digest="d" * 64,
        conclusion=Conclusion.FAILURE,
        note="2 added",
        finished_at=NOW + timedelta(seconds=1),
    )
    assert runs.save(run)
    assert runs.newest(run.key) == run


def test_a_run_that_ended_cannot_be_saved(runs: DatabaseRuns) -> None:
    run = begin(runs)
    assert runs.save(replace(run, state=RunState.SUPERSEDED))
    assert not runs.save(replace(run, stage=Stage.PUBLISH))
    newest = runs.newest(run.key)
    assert newest is not None
    assert (newest.state, newest.stage) == (RunState.SUPERSEDED, Stage.STARTED)


def test_after_another_attempt_the_earlier_one_cannot_save(runs: DatabaseRuns) -> None:
    first = begin(runs)
    second = runs.resume(first, deadline_at=LATER + timedelta(minutes=1))
    assert not runs.save(replace(first, stage=Stage.PUBLISH))
    assert runs.save(replace(second, stage=Stage.SCAN))
    assert (second.attempts, second.deadline_at) == (2, LATER + timedelta(minutes=1))


def test_only_one_can_take_a_run_up(runs: DatabaseRuns) -> None:
    run = begin(runs)
    runs.resume(run, deadline_at=LATER)
    with pytest.raises(SupersededError):
        runs.resume(run, deadline_at=LATER)


def test_the_newest_run_is_the_last_begun(runs: DatabaseRuns) -> None:
    first = begin(runs)
    runs.save(replace(first, state=RunState.COMPLETED))
    second = begin(runs)
    assert runs.newest(first.key) == second
    last = runs.last_completed(first.key)
    assert last is not None
    assert last.id == first.id


def test_a_target_without_runs_has_none(runs: DatabaseRuns) -> None:
    assert runs.newest("nothing") is None
    assert runs.target("nothing") is None
    assert runs.comment_id("nothing") is None


def test_overdue_are_the_running_past_their_deadline(runs: DatabaseRuns) -> None:
    ended = begin(runs)
    runs.save(replace(ended, state=RunState.COMPLETED))
    running = begin(runs)
    assert runs.overdue(LATER) == []
    assert runs.overdue(LATER + timedelta(seconds=1)) == [running]


def test_targets_are_found_by_a_head_they_were_evaluated_at(
    runs: DatabaseRuns, engine: Engine
) -> None:
    DatabaseQueue(engine).want([work("2"), work("3")])
    begin(runs, "1")
    begin(runs, "1")
    begin(runs, "2")
    begin(runs, "3", head="f" * 40)
    assert runs.evaluated_at(7, HEAD) == [target("1"), target("2")]
    assert runs.evaluated_at(8, HEAD) == []


def test_live_pull_requests_are_found_by_the_base_of_their_latest_run(
    runs: DatabaseRuns, engine: Engine
) -> None:
    branch = target("main", TargetKind.BRANCH)
    DatabaseQueue(engine).want([work(str(n)) for n in range(2, 6)] + [work(target=branch)])
    runs.save(replace(begin(runs, "1"), config_digest="d"))
    begin(runs, "2")
    begin(runs, "3", base="main")
    begin(runs, "3", base="develop")
    begin(runs, "4")
    DatabaseQueue(engine).want([work("4", gone=True)])
    assert runs.judged_against(7, "main") == {target("1"): "d", target("2"): None}


def test_repositories_with_a_configuration_are_known_by_their_latest_name(
    runs: DatabaseRuns, engine: Engine
) -> None:
    assert runs.repositories() == []
    begin(runs)
    assert runs.repositories() == []
    runs.save(replace(begin(runs), config_digest="d"))
    renamed = Target(RepositoryRef(7, "acme/store", 3), TargetKind.PULL_REQUEST, "2")
    DatabaseQueue(engine).want([work(target=renamed)])
    runs.save(replace(begin(runs, "2"), config_digest="d"))
    assert runs.repositories() == [RepositoryRef(7, "acme/store", 3)]


def test_a_repository_that_was_taken_away_is_left_alone(runs: DatabaseRuns, engine: Engine) -> None:
    runs.save(replace(begin(runs), config_digest="d"))
    whole = target("", TargetKind.REPOSITORY)
    DatabaseQueue(engine).want([work(target=whole, gone=True)])
    assert runs.repositories() == []
    DatabaseQueue(engine).want([work(target=whole)])
    assert runs.repositories() == [whole.repository]


def test_the_comment_of_a_target_is_remembered(runs: DatabaseRuns) -> None:
    assert runs.comment_id(target().key) is None
    runs.remember_comment(target().key, 12)
    assert runs.comment_id(target().key) == 12


def test_a_cancellation_is_part_of_what_is_wished(runs: DatabaseRuns) -> None:
    runs.cancel(target().key, by="alice", at=NOW)

    state = runs.target(target().key)
    assert state is not None
    assert (state.cancelled_at, state.cancelled_by) == (NOW, "alice")


def test_pages_of_runs_have_addresses_that_nobody_can_guess(runs: DatabaseRuns) -> None:
    pages = {begin(runs).page for _ in range(3)}

    assert len(pages) == 3
    assert {len(page) for page in pages} == {32}


def test_a_run_is_found_by_its_number_and_its_secret_together(runs: DatabaseRuns) -> None:
    one, other = begin(runs), begin(runs)

    assert runs.paged(one.id, one.page) == one
    assert runs.paged(one.id, other.page) is None
