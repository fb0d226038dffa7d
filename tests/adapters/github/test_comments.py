import pytest

from bot.domain.errors import PermissionMissingError, RetryLaterError
from bot.ports.github import RepositoryAccess
from simulator import faults
from simulator.model import Comment
from tests.support.githubplace import Place

MARKER = "<!-- canon:pull_request:1 -->"
SEARCH = "GET /repos/acme/shop/issues/1/comments?per_page=100"
CREATE = "POST /repos/acme/shop/issues/1/comments"


def put(opened: RepositoryAccess, body: str = "Two added.", known_id: int | None = None) -> int:
    return opened.publisher.comment(1, body, marker=MARKER, known_id=known_id)


def edit(comment_id: int) -> str:
    return f"PATCH /repos/acme/shop/issues/comments/{comment_id}"


def bodies(place: Place) -> list[str]:
    return [comment.body for comment in place.simulator.comments(place.pull)]


def by_canon(place: Place) -> list[Comment]:
    return place.simulator.comments(place.pull, by="canon[bot]")


def test_a_first_comment_is_searched_for_and_posted(place: Place) -> None:
    written = put(place.open())
    (comment,) = by_canon(place)
    assert comment.id == written
    assert comment.body == f"{MARKER}\nTwo added."
    assert place.asked() == [SEARCH, CREATE]


def test_a_known_comment_is_edited_in_one_request(place: Place) -> None:
    opened = place.open()
    known = put(opened)
    place.simulator.journal.clear()
    assert put(opened, "One left.", known) == known
    assert bodies(place) == [f"{MARKER}\nOne left."]
    assert place.asked() == [edit(known)]


def test_an_unknown_comment_is_found_and_edited(place: Place) -> None:
    first = put(place.open())
    assert put(place.open(), "One left.") == first
    assert bodies(place) == [f"{MARKER}\nOne left."]
    assert place.asked() == [SEARCH, edit(first)]


def test_a_found_comment_that_says_so_already_is_left_alone(place: Place) -> None:
    first = put(place.open())
    assert put(place.open()) == first
    assert place.asked() == [SEARCH]


def test_a_known_comment_that_somebody_deleted_is_posted_anew(place: Place) -> None:
    first = put(place.open())
    (comment,) = by_canon(place)
    place.simulator.delete_comment(comment)
    opened = place.open()
    second = put(opened, known_id=first)
    assert second != first
    assert [it.id for it in by_canon(place)] == [second]
    assert place.asked() == [edit(first), SEARCH, CREATE]


@pytest.mark.parametrize("name", ["app", "token"])
def test_somebody_elses_comment_with_our_marker_is_left_alone(place: Place, name: str) -> None:
    hostile = place.simulator.comment(place.pull, f"{MARKER}\nAll is well.", by="mallory")
    opened = place.open() if name == "app" else place.open_with_token()
    written = put(opened)
    assert written != hostile.id
    assert bodies(place) == [f"{MARKER}\nAll is well.", f"{MARKER}\nTwo added."]


def test_what_a_user_wrote_through_our_app_is_not_ours(place: Place) -> None:
    hostile = place.simulator.comment(place.pull, f"{MARKER}\nAll is well.", by="mallory")
    hostile.app = place.app
    assert put(place.open()) != hostile.id
    assert hostile.body == f"{MARKER}\nAll is well."


def test_another_apps_comment_with_our_marker_is_left_alone(place: Place) -> None:
    stranger = place.simulator.create_app(
        "stranger", webhook_secret="quiet", private_key=place.app.private_key
    )
    place.simulator.install(stranger, "acme")
    hostile = place.simulator.comment(place.pull, f"{MARKER}\nAll is well.", by="stranger[bot]")
    hostile.app = stranger
    assert put(place.open()) != hostile.id


def test_a_marker_in_the_middle_of_a_comment_is_a_quotation(place: Place) -> None:
    opened = place.open()
    quoting = opened.publisher.comment(1, f"> {MARKER}", marker="<!-- other -->", known_id=None)
    assert put(opened) != quoting


def test_comments_of_different_markers_stand_side_by_side(place: Place) -> None:
    opened = place.open()
    other = opened.publisher.comment(1, "Other.", marker="<!-- canon:other -->", known_id=None)
    assert put(opened) != other
    assert len(by_canon(place)) == 2


def test_the_search_reads_every_page_until_it_finds_ours(place: Place) -> None:
    for number in range(101):
        place.simulator.comment(place.pull, f"Talk {number}", by="ada")
    first = put(place.open())
    assert put(place.open(), "One left.") == first
    assert place.asked() == [SEARCH, SEARCH.replace("?", "?page=2&"), edit(first)]


def test_the_search_ends_on_the_page_that_has_ours(place: Place) -> None:
    first = put(place.open())
    for number in range(101):
        place.simulator.comment(place.pull, f"Talk {number}", by="ada")
    assert put(place.open()) == first
    assert place.asked() == [SEARCH]


def test_a_comment_whose_answer_never_came_is_found_and_not_repeated(place: Place) -> None:
    opened = place.open()
    place.simulator.faults.add("POST", "/comments$", faults.drop_answer())
    with pytest.raises(RetryLaterError):
        put(opened)
    put(opened)
    assert bodies(place) == [f"{MARKER}\nTwo added."]


def test_a_comment_is_cut_to_what_github_takes(place: Place) -> None:
    put(place.open(), "\N{WASTEBASKET}" * 70_000)
    (body,) = bodies(place)
    assert len(body) == 65_536


def test_a_token_posts_and_edits_as_its_owner(place: Place) -> None:
    first = put(place.open_with_token())
    opened = place.open_with_token()
    assert put(opened, "One left.") == first
    assert put(opened, "None left.") == first
    assert bodies(place) == [f"{MARKER}\nNone left."]
    assert place.asked().count("GET /user") == 1


def test_who_owns_a_token_is_not_asked_where_nothing_carries_the_marker(place: Place) -> None:
    place.simulator.comment(place.pull, "Talk", by="ada")
    put(place.open_with_token())
    assert place.asked() == [SEARCH, CREATE]


def test_a_comment_on_what_may_not_be_commented_says_so(place: Place) -> None:
    opened = place.open()
    place.simulator.faults.add(
        "POST", "/comments$", faults.forbidden("Unable to create comment because issue is locked.")
    )
    with pytest.raises(PermissionMissingError, match="issue is locked"):
        put(opened)
