import pytest

from bot.domain.errors import RetryLaterError
from bot.domain.role import Role
from bot.ports.github import Reaction
from simulator import faults
from tests.support.githubplace import Place


@pytest.mark.parametrize("role", ["read", "triage", "write", "maintain", "admin"])
def test_a_collaborators_role_is_told(place: Place, role: str) -> None:
    place.simulator.grant(place.repository, "ann", role)
    ann = place.simulator.user("ann")

    assert place.open().github.role("ann", ann.id) is Role(role)


def test_a_stranger_has_no_role(place: Place) -> None:
    stranger = place.simulator.user("stranger")

    assert place.open().github.role("stranger", stranger.id) is Role.NONE
    assert place.open().github.role("nobody", 1) is Role.NONE


def test_a_login_that_was_given_to_another_account_has_no_role(place: Place) -> None:
    place.simulator.grant(place.repository, "ann", "admin")
    ann = place.simulator.user("ann")

    assert place.open().github.role("ann", ann.id + 1) is Role.NONE


@pytest.mark.parametrize("login", ["../../other/repo", "a/b?x=y#z", "a\nb"])
def test_a_login_is_no_path(place: Place, login: str) -> None:
    assert place.open().github.role(login, 1) is Role.NONE


def test_where_github_does_not_answer_nothing_is_assumed(place: Place) -> None:
    place.simulator.faults.add("GET", r"/permission$", faults.server_error())

    with pytest.raises(RetryLaterError):
        place.open().github.role("acme", 1)


def test_a_reaction_is_put_there_once(place: Place) -> None:
    comment = place.simulator.comment(place.pull, "/canon help", by="ann")
    opened = place.open()
    for _ in range(2):
        opened.publisher.react(comment.id, Reaction.EYES)

    assert [(it.content, it.user.login) for it in comment.reactions] == [("eyes", "canon[bot]")]


def test_an_answer_is_looked_for_among_later_comments_alone(place: Place) -> None:
    comment = place.simulator.comment(place.pull, "/canon help", by="ann")
    opened = place.open()
    given = {"marker": "<!-- canon:answer:1 -->", "known_id": None, "since": comment.created_at}
    first = opened.publisher.comment(1, "Yes.", **given)  # type: ignore[arg-type]
    again = opened.publisher.comment(1, "Yes.", **given)  # type: ignore[arg-type]

    assert first == again
    assert all("since=" in line for line in place.asked() if line.startswith("GET"))


def test_titles_are_told(place: Place) -> None:
    issue = place.simulator.open_issue(place.repository, "One way", by="ann")

    assert place.open().github.issue_title(issue.number) == "One way"
    assert place.open().github.issue_title(99) is None
