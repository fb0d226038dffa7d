from dataclasses import replace

import pytest

from bot.domain.errors import RetryLaterError
from bot.domain.publication import Conclusion
from bot.ports.github import CheckProgress
from simulator import faults
from tests.support.githubplace import Place, failed


def states(place: Place) -> list[tuple[str, str | None]]:
    found = place.simulator.statuses(place.repository, place.pull.head_sha, context="canon")
    return [(status.state, status.description) for status in found]


def ignore(_: CheckProgress) -> None:
    """A record that nobody reads."""


def test_a_verdict_takes_two_requests(place: Place) -> None:
    publisher = place.open_with_token().publisher
    records: list[CheckProgress] = []
    started = publisher.start(place.progress(), uncertain=False)
    publisher.complete(started, failed(120), uncertain=False, record=records.append)
    assert states(place) == [("pending", "In progress"), ("failure", "2 violations added")]
    assert place.asked() == [f"POST /repos/acme/shop/statuses/{place.pull.head_sha}"] * 2
    assert [record.completed for record in records] == [True]


def test_a_status_links_to_canon(place: Place) -> None:
    place.open_with_token().publisher.start(place.progress(), uncertain=False)
    (status,) = place.simulator.statuses(place.repository, place.pull.head_sha)
    assert status.target_url == "https://canon.example"


def test_a_pending_status_that_is_recorded_is_not_posted_again(place: Place) -> None:
    publisher = place.open_with_token().publisher
    started = publisher.start(place.progress(), uncertain=False)
    assert publisher.start(started, uncertain=True) == started
    assert len(place.asked()) == 1


@pytest.mark.parametrize("conclusion", Conclusion)
def test_every_conclusion_is_a_state_github_takes(place: Place, conclusion: Conclusion) -> None:
    publisher = place.open_with_token().publisher
    output = failed(conclusion=conclusion, title="A long title " * 30)
    publisher.complete(place.progress(), output, uncertain=False, record=ignore)
    ((state, _),) = states(place)
    assert state in {"success", "failure", "error"}


def test_a_start_whose_answer_never_came_is_found_and_not_repeated(place: Place) -> None:
    opened = place.open_with_token()
    place.simulator.faults.add("POST", "/statuses/", faults.drop_answer())
    with pytest.raises(RetryLaterError):
        opened.publisher.start(place.progress(), uncertain=False)
    again = opened.publisher.start(place.progress(), uncertain=True)
    (status,) = place.simulator.statuses(place.repository, place.pull.head_sha)
    assert again.check_id == status.id


def test_a_verdict_whose_answer_never_came_is_found_and_not_repeated(place: Place) -> None:
    publisher = place.open_with_token().publisher
    started = publisher.start(place.progress(), uncertain=False)
    place.simulator.faults.add("POST", "/statuses/", faults.drop_answer())
    with pytest.raises(RetryLaterError):
        publisher.complete(started, failed(), uncertain=False, record=ignore)
    publisher.complete(started, failed(), uncertain=True, record=ignore)
    assert [state for state, _ in states(place)] == ["pending", "failure"]


def test_only_the_newest_status_of_our_context_counts(place: Place) -> None:
    publisher = place.open_with_token().publisher
    publisher.complete(place.progress(), failed(), uncertain=False, record=ignore)
    publisher.start(place.progress(external_id="pull_request/1#2"), uncertain=False)
    other = place.access(
        app_id=None,
        private_key=None,
        token=place.simulator.create_token("acme"),
        check_name="somebody/else",
    ).open(place.ref)
    other.publisher.complete(place.progress(), failed(), uncertain=False, record=ignore)
    publisher.complete(place.progress(), failed(), uncertain=True, record=ignore)
    assert [state for state, _ in states(place)] == ["failure", "pending", "failure"]


def test_what_is_recorded_as_completed_is_not_posted_again(place: Place) -> None:
    publisher = place.open_with_token().publisher
    done = place.progress(completed=True)
    publisher.complete(done, failed(), uncertain=True, record=ignore)
    assert place.asked() == []


def test_a_token_that_was_revoked_is_tried_later_since_its_owner_may_replace_it(
    place: Place,
) -> None:
    opened = place.open_with_token()
    for token in place.simulator.world.tokens.values():
        token.revoked = True
    with pytest.raises(RetryLaterError, match="401: Bad credentials"):
        opened.publisher.start(place.progress(), uncertain=False)
    assert len(place.asked()) == 1


def test_progress_adds_no_status_since_a_commit_has_only_so_many(place: Place) -> None:
    publisher = place.open_with_token().publisher
    started = publisher.start(place.progress(), uncertain=False)
    publisher.progress(started, title="Tests, 1 of 2", summary="so far")
    assert states(place) == [("pending", "In progress")]


def test_a_status_links_to_the_page_of_its_run(place: Place) -> None:
    page = "https://canon.example/runs/1/2"
    check = replace(place.progress(), details_url=page)
    place.open_with_token().publisher.start(check, uncertain=False)
    (status,) = place.simulator.statuses(place.repository, place.pull.head_sha)
    assert status.target_url == page
