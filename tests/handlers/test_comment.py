"""A comment whose process dies, or whose world fails, at every point."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.conversation import Comment
from bot.domain.errors import (
    CouldNotCheckError,
    PermissionMissingError,
    RepositoryGoneError,
    RetryLaterError,
)
from bot.domain.repository import PullRequest, RepositoryRef
from bot.domain.role import Role
from bot.domain.work import Target, TargetKind, TargetState
from bot.handlers.comment import ATTEMPTS_AT_MOST, reconcile
from bot.ports.comments import Received
from bot.ports.github import Reaction
from tests.fakes.clock import FakeClock
from tests.fakes.comments import FakeComments
from tests.fakes.github import FakeAccess
from tests.fakes.runs import FakeRuns
from tests.fakes.services import services

ACME = RepositoryRef(7, "acme/shop", 1)
TARGET = Target(ACME, TargetKind.COMMENT, "55")
EYES, ROCKET, CONFUSED = Reaction.EYES, Reaction.ROCKET, Reaction.CONFUSED
THEN = datetime(2026, 10, 1, 8, tzinfo=UTC)


class KilledError(BaseException):
    """The process dies here."""


class House:
    """One comment on pull request 12 by wendy, who may write, and the services around it."""

    def __init__(self, body: str = "/canon scan\n/canon help\n/canon nothing") -> None:
        self.runs = FakeRuns()
        self.access = FakeAccess()
        self.access.github.roles["wendy"] = Role.WRITE
        self.access.github.branches["main"] = "2" * 40
        self.access.github.pulls[12] = PullRequest(
            number=12,
            title="A change",
            author="bea",
            open=True,
            draft=False,
            head_sha="1" * 40,
            base_ref="main",
            base_sha="2" * 40,
            from_fork=False,
            author_association="CONTRIBUTOR",
        )
        comment = Comment(
            id=55,
            number=12,
            on_pull_request=True,
            opened_by=3,
            author="wendy",
            author_id=4,
            body=body,
            created_at=THEN,
        )
        received = Received(
            comment=comment, received_at=THEN, attempts=0, answer_id=None, answered=False
        )
        self.comments = FakeComments(self.runs, {TARGET.key: received})
        self.services = services(
            github=self.access,
            runs=self.runs,
            queue=self.runs,
            comments=self.comments,
            clock=FakeClock(),
            github_url="https://github.com",
            check_name="canon",
        )

    def run_job(self) -> None:
        state = TargetState(
            target=TARGET,
            generation=1,
            forced_generation=0,
            head_sha=None,
            base_ref=None,
            base_sha=None,
            gone=False,
        )
        reconcile(self.services, state)

    @property
    def answer(self) -> str:
        return self.access.publisher.comments[12]

    @property
    def reactions(self) -> list[Reaction]:
        return self.access.publisher.reactions[55]


def test_a_comment_is_done_once() -> None:
    house = House()
    for _ in range(5):
        house.run_job()

    assert len(house.runs.wanted) == 1
    assert house.reactions == [EYES, CONFUSED]
    assert house.answer.startswith("<!-- canon:answer:55 -->\n")


POINTS = [
    (place, point)
    for place, points in {
        "publisher": ("before reaction", "before comment", "after comment"),
        "comments": ("before settle", "after settle", "before answered"),
    }.items()
    for point in points
]


@pytest.mark.parametrize("time", [1, 2, 3])
@pytest.mark.parametrize(("place", "point"), POINTS)
def test_a_process_that_dies_anywhere_leaves_one_effect_and_one_answer(
    place: str, point: str, time: int
) -> None:
    undisturbed, house = House(), House()
    undisturbed.run_job()
    calls = 0

    def die(here: str) -> None:
        nonlocal calls
        calls += here == point
        if here == point and calls == time:
            raise KilledError

    port = house.access.publisher if place == "publisher" else house.comments
    port.fail = die
    try:
        house.run_job()
    except KilledError:
        house.run_job()

    assert house.answer == undisturbed.answer
    assert house.reactions == [EYES, CONFUSED]
    assert len(house.runs.wanted) == 1
    assert house.comments.received[TARGET.key].answered


def test_where_the_role_cannot_be_found_out_nothing_is_done() -> None:
    house = House("/canon scan")
    house.access.github.roles.clear()
    house.run_job()

    assert house.runs.wanted == []
    assert "you have none here" in house.answer


def test_waiting_for_github_is_no_attempt_and_ends_in_the_answer() -> None:
    house = House("/canon help")

    def down(here: str) -> None:
        if here == "before comment":
            raise RetryLaterError("down", THEN + timedelta(minutes=1))

    house.access.publisher.fail = down
    for _ in range(ATTEMPTS_AT_MOST + 3):
        with pytest.raises(RetryLaterError):
            house.run_job()
    house.access.publisher.fail = lambda _: None
    house.run_job()

    assert house.reactions == [EYES, ROCKET]


def test_what_kills_its_process_again_and_again_is_given_up_and_said_so() -> None:
    house = House("/canon help")

    def die(here: str) -> None:
        if here == "before settle":
            raise KilledError

    house.comments.fail = die
    for _ in range(ATTEMPTS_AT_MOST):
        with pytest.raises(KilledError):
            house.run_job()
    house.comments.fail = lambda _: None
    house.run_job()

    assert f"tried {ATTEMPTS_AT_MOST} times" in house.answer
    assert house.reactions == [EYES, CONFUSED]


@pytest.mark.parametrize(
    "error", [PermissionMissingError("locked"), RepositoryGoneError("deleted")]
)
def test_a_conversation_that_takes_no_answer_is_not_asked_for_ever(
    error: CouldNotCheckError,
) -> None:
    house = House("/canon help")

    def refuse(_: str) -> None:
        raise error

    house.access.publisher.fail = refuse
    house.run_job()

    assert house.comments.received[TARGET.key].answered
    assert house.access.publisher.comments == {}


def test_a_comment_without_a_command_gets_no_reaction() -> None:
    house = House("See `/canon help`")
    house.run_job()

    assert house.access.publisher.reactions == {}
    assert house.comments.received[TARGET.key].answered
