import pytest

from bot.domain.errors import RepositoryGoneError
from bot.domain.repository import Issue, PullRequest
from tests.support.githubplace import Place


def test_a_pull_request_is_read_in_one_request(place: Place) -> None:
    pull = place.open().github.pull_request(1)
    assert pull == PullRequest(
        number=1,
        title="Use pricing",
        author="ada",
        open=True,
        draft=False,
        head_sha=place.pull.head_sha,
        base_ref="main",
        base_sha=place.pull.base_sha,
        from_fork=False,
        author_association="NONE",
    )
    assert place.asked() == ["GET /repos/acme/shop/pulls/1"]


def test_there_may_be_no_such_pull_request(place: Place) -> None:
    assert place.open().github.pull_request(99) is None


def test_a_closed_pull_request_is_not_open(place: Place) -> None:
    place.simulator.close(place.pull)
    pull = place.open().github.pull_request(1)
    assert pull is not None
    assert not pull.open


def test_a_draft_is_told(place: Place) -> None:
    place.simulator.set_draft(place.pull, draft=True)
    pull = place.open().github.pull_request(1)
    assert pull is not None
    assert pull.draft


def test_a_pull_request_from_a_fork_is_told(place: Place) -> None:
    fork = place.simulator.fork(place.repository, "eve")
    place.simulator.commit(fork, "patch", {"c.py": "import legacy\n"})
    opened = place.simulator.open_pull_request(place.repository, "patch", fork=fork)
    pull = place.open().github.pull_request(opened.number)
    assert pull is not None
    assert pull.from_fork


def test_open_pull_requests_are_listed_by_base_oldest_first(place: Place) -> None:
    simulator, repository = place.simulator, place.repository
    simulator.commit(repository, "release", {"d.py": "x = 2\n"})
    simulator.commit(repository, "fix", {"d.py": "x = 3\n"}, parent="release")
    other = simulator.open_pull_request(repository, "fix", "release")
    simulator.commit(repository, "more", {"e.py": "x = 4\n"})
    third = simulator.open_pull_request(repository, "more")
    github = place.open().github
    assert [p.number for p in github.open_pull_requests(base="main")] == [1, third.number]
    assert [p.number for p in github.open_pull_requests(base="release")] == [other.number]
    assert [p.number for p in github.open_pull_requests(base=None)] == [1, 2, 3]
    assert len(place.asked()) == 3


def test_a_second_page_is_asked_for_only_where_there_is_one(place: Place) -> None:
    for number in range(2, 102):
        place.simulator.set_branch(place.repository, f"topic-{number}", place.pull.head_sha)
        place.simulator.open_pull_request(place.repository, f"topic-{number}")
    numbers = [pull.number for pull in place.open().github.open_pull_requests(base="main")]
    assert numbers == list(range(1, 102))
    assert len(place.asked()) == 2


def test_a_branch_is_asked_for_by_its_exact_name(place: Place) -> None:
    head = place.simulator.commit(place.repository, "feature/caf\u00e9#1", {"f.py": "x = 1\n"})
    github = place.open().github
    assert github.branch_head("feature/caf\u00e9#1") == head
    assert github.branch_head("feature") is None
    assert github.branch_head("gone") is None
    assert len(place.asked()) == 3


def test_a_repository_that_is_empty_has_no_branch(place: Place) -> None:
    empty = place.simulator.create_repository("acme/empty")
    place.repository = empty
    assert place.open().github.branch_head("main") is None


def test_the_default_branch_is_asked_for_once(place: Place) -> None:
    github = place.open().github
    assert [github.default_branch(), github.default_branch()] == ["main", "main"]
    assert place.asked() == ["GET /repos/acme/shop"]


def test_one_request_finds_the_configuration_file(place: Place) -> None:
    assert place.open().github.configuration_exists("main")
    assert place.asked() == ["GET /repos/acme/shop/contents/.github?ref=main"]


@pytest.mark.parametrize(
    ("files", "exists", "requests"),
    [
        ({"a.py": ""}, False, 1),
        ({".github/workflows/ci.yml": ""}, False, 1),
        ({".github": "a file"}, False, 1),
        ({".github/canon.yml/no.txt": ""}, False, 1),
        ({".github/canon": "a file"}, False, 1),
        ({".github/canon/pricing.yml": ""}, True, 2),
        ({".github/canon/README.md": ""}, False, 2),
        ({".github/canon/pricing.yml/no.txt": ""}, False, 2),
    ],
)
def test_a_configuration_is_a_file_in_one_of_two_places(
    place: Place, files: dict[str, str], exists: bool, requests: int
) -> None:
    place.repository = place.simulator.create_repository("acme/other", files)
    assert place.open().github.configuration_exists("main") is exists
    assert len(place.asked()) == requests


def test_the_configuration_is_looked_for_at_the_commit_that_is_named(place: Place) -> None:
    before = place.pull.base_sha
    place.simulator.commit(place.repository, "main", {".github/canon.yml": None})
    github = place.open().github
    assert github.configuration_exists(before)
    assert not github.configuration_exists("main")


def test_no_configuration_exists_at_a_commit_that_does_not_exist(place: Place) -> None:
    assert not place.open().github.configuration_exists("0" * 40)


def test_a_renamed_repository_answers_under_its_old_name(place: Place) -> None:
    opened = place.open()
    place.simulator.rename(place.repository, "store")
    place.simulator.journal.clear()
    assert opened.github.configuration_exists("topic")
    assert place.asked() == [
        "GET /repos/acme/shop/contents/.github?ref=topic",
        f"GET /repositories/{place.repository.id}/contents/.github?ref=topic",
    ]


def test_a_repository_that_is_gone_is_not_a_missing_pull_request(place: Place) -> None:
    place.simulator.uninstall(place.installation)
    with pytest.raises(RepositoryGoneError):
        place.access().open(place.ref).github.default_branch()


def test_an_open_issue_has_no_day_of_closing(place: Place) -> None:
    opened = place.simulator.open_issue(place.repository, "Remove the factory")
    assert place.open().github.issue(opened.number) == Issue(
        number=opened.number, title="Remove the factory", open=True, closed_at=None
    )


def test_a_closed_issue_is_opened_again(place: Place) -> None:
    opened = place.simulator.open_issue(place.repository, "Remove the factory")
    place.simulator.close_issue(opened)
    github = place.open().github
    closed = github.issue(opened.number)
    assert closed is not None
    assert not closed.open
    assert closed.closed_at is not None
    github.reopen_issue(opened.number)
    again = place.open().github.issue(opened.number)
    assert again is not None
    assert again.open


def test_there_may_be_no_such_issue(place: Place) -> None:
    assert place.open().github.issue(99) is None


def test_labels_are_put_on_and_taken_off(place: Place) -> None:
    opened = place.simulator.open_issue(place.repository, "Remove the factory")
    place.open().github.label_issue(opened.number, add=["canon:detect", "bug"], remove=[])
    place.open().github.label_issue(
        opened.number, add=["canon:migrate"], remove=["canon:detect", "never there"]
    )
    issue = place.open().github.issue(opened.number)
    assert issue is not None
    assert set(issue.labels) == {"bug", "canon:migrate"}


def test_a_pull_request_is_no_issue(place: Place) -> None:
    assert place.open().github.issue(place.pull.number) is None
