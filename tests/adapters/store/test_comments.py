from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text

from bot.adapters.store.comments import DatabaseComments
from bot.adapters.store.wishes import DatabaseQueue
from bot.domain.conversation import Comment
from bot.domain.repository import RepositoryRef
from bot.domain.work import Target, TargetKind, Work
from bot.ports.comments import Settled

ACME = RepositoryRef(7, "acme/shop", 1)
SAID = Comment(
    id=12,
    number=3,
    on_pull_request=True,
    opened_by=None,
    author="ann",
    author_id=5,
    body="/canon help \N{CRAB} 'quoted' {braced}",
    created_at=datetime(2026, 10, 1, 8, 30, tzinfo=UTC),
)
TARGET = Target(ACME, TargetKind.COMMENT, "12")
WORK = Work(target=TARGET, reason="said", comment=SAID)
NOW = datetime(2026, 10, 1, 9, tzinfo=UTC)


@pytest.fixture
def comments(engine: Engine) -> DatabaseComments:
    DatabaseQueue(engine).want([WORK])
    return DatabaseComments(engine)


def jobs(engine: Engine) -> list[str]:
    query = text("SELECT queueing_lock FROM procrastinate_jobs ORDER BY priority DESC, id")
    with engine.connect() as connection:
        return list(connection.execute(query).scalars())


def test_a_comment_comes_back_as_it_was_written(comments: DatabaseComments) -> None:
    received = comments.take(TARGET.key)
    assert received is not None
    assert (received.comment, received.attempts, received.answered) == (SAID, 1, False)


def test_what_was_written_first_stays_when_it_is_delivered_again(
    engine: Engine, comments: DatabaseComments
) -> None:
    edited = replace(SAID, body="/canon waive everything")
    DatabaseQueue(engine).want([replace(WORK, comment=edited)])

    received = comments.take(TARGET.key)

    assert received is not None
    assert received.comment == SAID


def test_a_target_without_a_comment_has_none(comments: DatabaseComments) -> None:
    assert comments.take("7/comment/13") is None


def test_a_command_is_settled_once_with_its_work(
    engine: Engine, comments: DatabaseComments
) -> None:
    pull = Work(target=Target(ACME, TargetKind.PULL_REQUEST, "3"), reason="command", force=True)
    for answer in ("first", "second"):
        comments.settle(TARGET.key, 0, Settled(True, answer), work=[pull], at=NOW)

    assert comments.settled(TARGET.key) == {0: Settled(True, "first")}
    with engine.connect() as connection:
        forced = text("SELECT forced_generation FROM targets WHERE key = '7/pull_request/3'")
        assert connection.execute(forced).scalar() == 1


def test_commands_come_before_all_other_work(engine: Engine, comments: DatabaseComments) -> None:
    del comments
    kinds = [kind for kind in TargetKind if kind is not TargetKind.COMMENT]
    DatabaseQueue(engine).want([Work(target=Target(ACME, kind, "1"), reason="x") for kind in kinds])

    assert jobs(engine)[0] == TARGET.key


def test_an_answered_comment_stays_answered(comments: DatabaseComments) -> None:
    comments.answered(TARGET.key, answer_id=99, at=NOW)

    received = comments.take(TARGET.key)

    assert received is not None
    assert (received.answer_id, received.answered) == (99, True)


def test_waiting_for_the_world_is_no_attempt(comments: DatabaseComments) -> None:
    for _ in range(3):
        comments.take(TARGET.key)
        comments.postponed(TARGET.key)

    received = comments.take(TARGET.key)

    assert received is not None
    assert received.attempts == 1
