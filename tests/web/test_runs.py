from datetime import UTC, datetime

import pytest

from bot.domain.phase import Phase
from bot.domain.suite import Expectation
from bot.domain.testing import (
    CategoryOutcome,
    CategoryResult,
    Judgement,
    TestOutcome,
    TestResult,
    Totals,
)
from bot.domain.work import TargetKind
from bot.ports.store import Run
from bot.ports.testing import CategoryRecord
from bot.settings import Settings
from bot.web.app import create_app
from bot.web.runs import run_pages
from tests.fakes.clock import FakeClock
from tests.fakes.deliveries import FakeDeliveries
from tests.fakes.results import FakeResults
from tests.fakes.runs import FakeRuns
from tests.support.work import target, work

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>"
RESULT = CategoryResult(
    category="unit",
    phase=Phase.DONE,
    expect=Expectation.PASS,
    outcome=CategoryOutcome.FINDING,
    tests=(
        TestResult(id="a", outcome=TestOutcome.PASSED, judged=Judgement.AS_EXPECTED),
        TestResult(
            id=f"tests/test_{HOSTILE}.py",
            outcome=TestOutcome.FAILED,
            judged=Judgement.UNEXPECTED_FAILURE,
            message=HOSTILE,
        ),
    ),
    totals=Totals(total=2, passed=1, failed=1, as_expected=1, unexpected_failure=1),
    reasons=(HOSTILE,),
    notes=(HOSTILE,),
)


class House:
    def __init__(self) -> None:
        self.runs = FakeRuns()
        self.results = FakeResults()
        self.run = self.begin()
        self.results.record(
            CategoryRecord(run=self.run.id, issue=7, definition="d", at=NOW, result=RESULT),
            f"\x1b[31m{HOSTILE}\x1b[0m the end".encode(),
        )
        app = create_app(
            Settings(),
            FakeDeliveries(),
            FakeClock(),
            pages=[run_pages(self.runs, self.results)],
        )
        self.client = app.test_client()

    def begin(self) -> Run:
        state = self.runs.note(work(target=target("1", TargetKind.PULL_REQUEST)))
        return self.runs.begin(state, head_sha="a" * 40, base_ref="main", now=NOW, deadline_at=NOW)

    @property
    def address(self) -> str:
        return f"/runs/{self.run.id}/{self.run.page}"


@pytest.fixture
def house() -> House:
    return House()


def test_a_run_names_its_commit_and_its_categories(house: House) -> None:
    answer = house.client.get(house.address)

    assert answer.status_code == 200
    assert "a" * 40 in answer.text
    assert f'href="{house.address}/7/unit"' in answer.text
    assert "1 of 2" in answer.text


def test_a_category_shows_its_tests_the_worst_first_and_its_whole_log(house: House) -> None:
    text = house.client.get(f"{house.address}/7/unit").text

    assert text.index("failed, though it had to pass") < text.index(">as expected")
    assert "the end" in text


def test_nothing_that_tests_say_is_markup(house: House) -> None:
    for address in (house.address, f"{house.address}/7/unit"):
        text = house.client.get(address).text
        assert HOSTILE not in text
        assert "\x1b" not in text
    assert text.count("&lt;script&gt;") == 5


@pytest.mark.parametrize(
    "address",
    [
        "/runs/1/" + "0" * 31 + "2",
        "/runs/2/" + "0" * 31 + "1",
        "/runs/1/x",
        "/runs/1",
        "/runs/99999999999999999999999999/" + "0" * 31 + "1",
        "/runs/1/" + "0" * 31 + "1/7/other",
        "/runs/1/" + "0" * 31 + "1/8/unit",
    ],
)
def test_whoever_does_not_know_the_address_gets_nothing(house: House, address: str) -> None:
    assert house.client.get(address).status_code == 404


def test_pages_are_neither_kept_nor_found_by_search_engines(house: House) -> None:
    headers = house.client.get(house.address).headers

    assert headers["Cache-Control"] == "private, no-store"
    assert headers["X-Robots-Tag"] == "noindex"
    assert headers["Referrer-Policy"] == "no-referrer"
