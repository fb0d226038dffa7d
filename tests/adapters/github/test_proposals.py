import pytest

from bot.domain.errors import PermissionMissingError, RetryLaterError
from bot.domain.proposal import Proposal, Proposed
from simulator import faults
from tests.support.githubplace import Place

BRANCH = "canon/phase-1-validate"


def proposal(place: Place, **changed: object) -> Proposal:
    given: dict[str, object] = {
        "branch": BRANCH,
        "base": "main",
        "base_sha": place.repository.head("main"),
        "files": {".github/canon.yml": b"version: 1 # changed\n", "new/file.txt": b"\xc3\xa9\n"},
        "message": "Move it\n\nThe migration of #1.",
        "title": "Move it",
        "body": "Why.",
    }
    return Proposal(**(given | changed))  # type: ignore[arg-type]


def read(place: Place, path: str) -> bytes:
    found = place.repository.git.read(f"refs/heads/{BRANCH}:{path}")
    assert found is not None
    return found[2]


def test_a_proposal_is_one_commit_on_a_branch_of_its_own_and_a_pull_request(place: Place) -> None:
    proposed = place.open().proposals.propose(proposal(place))

    pull = place.repository.pulls[proposed.number]
    assert (pull.head_ref, pull.base_ref, pull.issue.title) == (BRANCH, "main", "Move it")
    assert proposed.url.endswith(f"/pull/{pull.number}")
    assert proposed.new
    assert read(place, ".github/canon.yml") == b"version: 1 # changed\n"
    assert read(place, "new/file.txt") == b"\xc3\xa9\n"
    commit = place.repository.git.commit(pull.head_sha)
    assert commit.parents == (place.repository.head("main"),)
    assert commit.message.startswith("Move it\n\nThe migration of #1.")


def test_a_proposal_is_made_once(place: Place) -> None:
    first = place.open().proposals.propose(proposal(place))

    again = place.open().proposals.propose(proposal(place, title="Another title"))

    assert again == Proposed(number=first.number, url=first.url, new=False)


@pytest.mark.parametrize("path", [r"/git/trees$", r"/git/commits$", r"/git/refs$", r"/pulls$"])
def test_a_proposal_whose_answer_is_lost_at_any_request_is_made_once(
    place: Place, path: str
) -> None:
    place.simulator.faults.add("POST", path, faults.drop_answer())
    with pytest.raises(RetryLaterError):
        place.open().proposals.propose(proposal(place))

    place.open().proposals.propose(proposal(place))

    assert [it.head_ref for it in place.repository.pulls.values()].count(BRANCH) == 1


def test_a_closed_proposal_can_be_made_anew(place: Place) -> None:
    first = place.open().proposals.propose(proposal(place))
    place.simulator.close(place.repository.pulls[first.number])

    again = place.open().proposals.propose(proposal(place))

    assert again.new
    assert again.number != first.number


def test_contents_are_written_with_a_token_of_its_own(place: Place) -> None:
    place.access().open(place.ref).proposals.propose(proposal(place))

    (asked,) = place.simulator.journal.find("POST", r"/access_tokens$")
    assert asked.json["permissions"] == {
        "contents": "write",
        "metadata": "read",
        "pull_requests": "write",
    }


def test_an_app_that_may_not_write_contents_is_told_apart(place: Place) -> None:
    allowed = {**place.installation.permissions, "contents": "read"}
    place.simulator.accept_permissions(place.installation, allowed)

    with pytest.raises(PermissionMissingError, match="contents=write"):
        place.open().proposals.propose(proposal(place))
