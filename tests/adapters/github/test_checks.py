from dataclasses import replace

import pytest

from bot.domain.errors import CouldNotCheckError, RepositoryGoneError, RetryLaterError
from bot.domain.publication import Annotation, AnnotationLevel, Conclusion
from bot.ports.github import CheckProgress
from simulator import faults
from simulator.model import CheckRun
from tests.support.githubplace import EXTERNAL_ID, Place, failed

RUNS = r"/check-runs"
CREATE = "POST /repos/acme/shop/check-runs"


class ProcessDiedError(Exception):
    """Stands for the end of the process, between a request and its record."""


class Book:
    """What a run has recorded; the process may die before the record of a number."""

    def __init__(self, place: Place, dies_at: int | None = None) -> None:
        self.check = place.progress()
        self.records: list[CheckProgress] = []
        self._dies_at = dies_at

    def record(self, check: CheckProgress) -> None:
        if len(self.records) == self._dies_at:
            self._dies_at = None
            raise ProcessDiedError
        self.records.append(check)
        self.check = check


def publish(place: Place, book: Book, annotations: int, *, uncertain: bool) -> None:
    """What the handler does, in a process of its own."""
    publisher = place.open().publisher
    if book.check.check_id is None:
        book.record(publisher.start(book.check, uncertain=uncertain))
    publisher.complete(book.check, failed(annotations), uncertain=uncertain, record=book.record)


def only_check(place: Place) -> CheckRun:
    (check,) = place.checks()
    return check


def assert_posted_once(place: Place, annotations: int) -> None:
    check = only_check(place)
    assert (check.status, check.conclusion) == ("completed", "failure")
    assert [it["start_line"] for it in check.annotations] == list(range(1, annotations + 1))


def test_a_check_is_in_progress_after_one_request(place: Place) -> None:
    started = place.open().publisher.start(place.progress(), uncertain=False)
    check = only_check(place)
    assert started == place.progress(check_id=check.id)
    assert place.asked() == [CREATE]
    (sent,) = place.simulator.journal.find("POST", RUNS)
    assert sent.json == {
        "name": "canon",
        "head_sha": place.pull.head_sha,
        "external_id": EXTERNAL_ID,
        "details_url": "https://canon.example",
        "status": "in_progress",
        "started_at": place.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def test_no_link_is_sent_where_canon_has_no_public_url(place: Place) -> None:
    opened = place.access(public_url=None).open(place.ref)
    opened.publisher.start(place.progress(), uncertain=False)
    (sent,) = place.simulator.journal.find("POST", RUNS)
    assert "details_url" not in sent.json


def test_a_check_whose_id_is_known_is_not_posted_again(place: Place) -> None:
    known = place.progress(check_id=7)
    assert place.open().publisher.start(known, uncertain=True) == known
    assert place.asked() == []


@pytest.mark.parametrize(
    ("annotations", "requests"), [(0, 1), (1, 1), (50, 1), (51, 2), (100, 2), (120, 3)]
)
def test_a_check_is_completed_in_as_few_requests_as_its_annotations_allow(
    place: Place, annotations: int, requests: int
) -> None:
    opened = place.open()
    started = opened.publisher.start(place.progress(), uncertain=False)
    place.simulator.journal.clear()
    book = Book(place)
    opened.publisher.complete(started, failed(annotations), uncertain=False, record=book.record)
    assert_posted_once(place, annotations)
    assert place.asked() == [f"PATCH /repos/acme/shop/check-runs/{started.check_id}"] * requests
    assert len(book.records) == requests
    assert book.check == replace(started, annotations_sent=annotations, completed=True)


def test_a_completed_check_says_all_of_its_output(place: Place) -> None:
    publisher = place.open().publisher
    book = Book(place)
    publisher.complete(
        publisher.start(book.check, uncertain=False),
        failed(1, text="Details"),
        uncertain=False,
        record=book.record,
    )
    check = only_check(place)
    assert (check.title, check.summary, check.text) == (
        "2 violations added",
        "Two imports of `legacy`.",
        "Details",
    )
    assert check.annotations == [
        {
            "path": "b.py",
            "start_line": 1,
            "end_line": 1,
            "start_column": 1,
            "end_column": 8,
            "annotation_level": "failure",
            "title": "Legacy import",
            "message": "Number 1",
        }
    ]


@pytest.mark.parametrize("conclusion", Conclusion)
def test_every_conclusion_is_one_of_githubs(place: Place, conclusion: Conclusion) -> None:
    publisher = place.open().publisher
    started = publisher.start(place.progress(), uncertain=False)
    publisher.complete(
        started, failed(conclusion=conclusion), uncertain=False, record=Book(place).record
    )
    assert only_check(place).conclusion == conclusion.value


def test_what_is_recorded_as_completed_is_not_sent_again(place: Place) -> None:
    publisher = place.open().publisher
    done = place.progress(check_id=7, completed=True)
    publisher.complete(done, failed(1), uncertain=True, record=Book(place).record)
    assert place.asked() == []


def test_a_check_that_was_never_started_is_started_to_be_completed(place: Place) -> None:
    book = Book(place)
    place.open().publisher.complete(book.check, failed(1), uncertain=False, record=book.record)
    assert_posted_once(place, 1)
    assert book.records[0].check_id == only_check(place).id


def test_whatever_a_report_holds_github_takes_it(place: Place) -> None:
    wild = Annotation(
        path=b"src/caf\xe9.py".decode("utf-8", "surrogateescape"),
        start_line=0,
        end_line=-3,
        start_column=0,
        end_column=-1,
        level=AnnotationLevel.NOTICE,
        title="\N{WASTEBASKET}\n" * 300,
        message="\0\N{WASTEBASKET}" * 40_000,
    )
    output = failed(
        title="\ud800" * 500,
        summary="\N{WASTEBASKET}" * 30_000,
        text="\0" * 80_000,
    )
    wild_too = replace(wild, message="", title="", end_line=9)
    publisher = place.open().publisher
    started = publisher.start(place.progress(), uncertain=False)
    output = replace(output, annotations=(wild, wild_too))
    publisher.complete(started, output, uncertain=False, record=Book(place).record)
    assert len(only_check(place).annotations) == 2


@pytest.mark.parametrize(
    ("annotations", "dies_at"),
    [
        (annotations, number)
        for annotations, requests in ((0, 2), (1, 2), (50, 2), (51, 3), (120, 4))
        for number in range(requests)
    ],
)
def test_a_process_that_dies_before_any_record_leaves_one_check_with_each_annotation_once(
    place: Place, annotations: int, dies_at: int
) -> None:
    book = Book(place, dies_at)
    with pytest.raises(ProcessDiedError):
        publish(place, book, annotations, uncertain=False)
    publish(place, book, annotations, uncertain=True)
    assert_posted_once(place, annotations)
    assert book.check.completed


@pytest.mark.parametrize("trouble", [faults.drop, faults.drop_answer])
@pytest.mark.parametrize("method", ["POST", "PATCH"])
@pytest.mark.parametrize("annotations", [1, 120])
def test_a_request_whose_answer_never_comes_leaves_one_check_with_each_annotation_once(
    place: Place, trouble: object, method: str, annotations: int
) -> None:
    book = Book(place)
    place.simulator.faults.add(method, r"/check-runs(/\d+)?$", trouble())  # type: ignore[operator]
    with pytest.raises(RetryLaterError):
        publish(place, book, annotations, uncertain=False)
    publish(place, book, annotations, uncertain=True)
    assert_posted_once(place, annotations)


def test_a_check_that_is_complete_already_is_looked_at_and_left_alone(place: Place) -> None:
    book = Book(place, dies_at=3)
    with pytest.raises(ProcessDiedError):
        publish(place, book, 120, uncertain=False)
    publisher = place.open().publisher
    publisher.complete(book.check, failed(120), uncertain=True, record=book.record)
    assert place.asked() == [f"GET /repos/acme/shop/check-runs/{book.check.check_id}"]
    assert book.check.completed
    assert book.check.annotations_sent == 120


def test_a_run_that_ends_otherwise_than_it_began_changes_its_check(place: Place) -> None:
    book = Book(place, dies_at=1)
    with pytest.raises(ProcessDiedError):
        publish(place, book, 60, uncertain=False)
    cut_off = failed(conclusion=Conclusion.NEUTRAL, title="Not finished in time", summary="Late.")
    place.open().publisher.complete(book.check, cut_off, uncertain=True, record=book.record)
    check = only_check(place)
    assert (check.conclusion, check.title) == ("neutral", "Not finished in time")
    assert len(check.annotations) == 50


def test_a_check_is_found_by_its_external_id_among_reruns(place: Place) -> None:
    publisher = place.open().publisher
    first = publisher.start(place.progress(), uncertain=False)
    second = publisher.start(place.progress(external_id="pull_request/1#2"), uncertain=False)
    assert publisher.start(place.progress(), uncertain=True) == first
    assert first.check_id != second.check_id
    assert len(place.checks()) == 2


def test_another_apps_check_with_the_same_name_and_id_is_not_ours(place: Place) -> None:
    stranger = place.simulator.create_app(
        "stranger", webhook_secret="quiet", private_key=place.app.private_key
    )
    installation = place.simulator.install(stranger, "acme")
    theirs = place.access(app_id=stranger.id).open(
        replace(place.ref, installation_id=installation.id)
    )
    foreign = theirs.publisher.start(place.progress(), uncertain=False)
    ours = place.open().publisher.start(place.progress(), uncertain=True)
    assert ours.check_id != foreign.check_id


def test_a_check_is_looked_for_in_one_request(place: Place) -> None:
    place.open().publisher.start(place.progress(), uncertain=True)
    sha = place.pull.head_sha
    query = "check_name=canon&filter=all&per_page=100"
    assert place.asked() == [f"GET /repos/acme/shop/commits/{sha}/check-runs?{query}", CREATE]


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_token_that_expired_between_two_requests_is_renewed_and_nothing_is_posted_twice(
    place: Place, method: str
) -> None:
    book = Book(place)
    place.simulator.faults.add(method, RUNS, faults.unauthorized())
    publish(place, book, 120, uncertain=False)
    assert_posted_once(place, 120)
    assert len(place.simulator.journal.find("POST", r"/access_tokens$")) == 1


HANG = faults.hang()
TROUBLES = {
    "502": (faults.server_error(502), 5),
    "hang": (HANG, 5),
    "answer dropped": (faults.drop_answer(), 5),
    "403 with Retry-After": (faults.secondary_limit(retry_after=33), 33),
    "429 with Retry-After": (faults.too_many_requests(retry_after=44), 44),
}


@pytest.mark.parametrize(("trouble", "seconds"), TROUBLES.values(), ids=TROUBLES)
@pytest.mark.parametrize("nth", range(1, 5))
def test_in_trouble_at_any_request_the_check_is_late_not_lost_and_not_doubled(
    place: Place, trouble: faults.Trouble, seconds: int, nth: int
) -> None:
    """The four requests are the start and the three that 120 annotations need."""
    book = Book(place)
    if nth == 1:
        place.simulator.faults.add("POST", RUNS, trouble)
    else:
        if nth > 2:
            place.simulator.faults.add("PATCH", RUNS, faults.slow(0), times=nth - 2)
        place.simulator.faults.add("PATCH", RUNS, trouble)
    place.patience = 1.0 if trouble is HANG else place.patience
    with pytest.raises(RetryLaterError) as caught:
        publish(place, book, 120, uncertain=False)
    assert (caught.value.at - place.clock.now()).total_seconds() == seconds
    place.patience = 15.0
    publish(place, book, 120, uncertain=True)
    assert_posted_once(place, 120)


def test_a_spent_hourly_limit_is_waited_for_until_its_reset(place: Place) -> None:
    place.simulator.faults.add("POST", RUNS, faults.primary_limit(reset_in=600))
    with pytest.raises(RetryLaterError) as caught:
        place.open().publisher.start(place.progress(), uncertain=False)
    pause = (caught.value.at - place.clock.now()).total_seconds()
    assert 595 < pause < 610


def test_a_commit_that_github_does_not_have_is_an_error_with_its_explanation(place: Place) -> None:
    missing = place.progress(head_sha="0" * 40)
    with pytest.raises(CouldNotCheckError, match="422: No commit found for SHA"):
        place.open().publisher.start(missing, uncertain=False)


def test_a_repository_that_was_lost_meanwhile_is_told(place: Place) -> None:
    opened = place.open()
    place.simulator.uninstall(place.installation)
    with pytest.raises(RepositoryGoneError):
        opened.publisher.start(place.progress(), uncertain=False)


def test_a_check_says_how_far_it_is_in_one_request_and_stays_in_progress(place: Place) -> None:
    publisher = place.open().publisher
    started = publisher.start(place.progress(), uncertain=False)
    publisher.progress(started, title="Tests, 1 of 2", summary="so far")
    publisher.progress(started, title="Tests, 2 of 2", summary="ü" * 100_000)

    check = only_check(place)
    assert (check.status, check.conclusion, check.title) == ("in_progress", None, "Tests, 2 of 2")
    assert place.asked() == [CREATE, *[f"PATCH /repos/acme/shop/check-runs/{check.id}"] * 2]


def test_a_check_links_to_the_page_of_its_run(place: Place) -> None:
    page = "https://canon.example/runs/1/2"
    place.open().publisher.start(replace(place.progress(), details_url=page), uncertain=False)
    assert only_check(place).details_url == page
