import pytest

from bot.domain.phase import Phase
from bot.domain.suite import Expectation
from bot.domain.testing import CategoryOutcome, CategoryResult, Totals
from bot.ports.sandbox import SandboxStage
from bot.reports.limits import LONGEST_OUTPUT, LONGEST_TITLE
from bot.reports.progress import Row, progress_report
from bot.suites.run import CategoryProgress
from tests.reports.gfm import page
from tests.reports.hostile import HOSTILE

RUNNING = Row(
    "unit",
    progress=CategoryProgress(
        category="unit", stage=SandboxStage.RUNNING, seconds=12.4, done=3, total=40
    ),
)
ENDED = Row(
    "smoke",
    result=CategoryResult(
        category="smoke",
        phase=Phase.DONE,
        expect=Expectation.PASS,
        outcome=CategoryOutcome.AS_EXPECTED,
        totals=Totals(total=7, as_expected=7),
        seconds=2.0,
    ),
)


def test_it_says_which_category_runs_how_far_it_is_and_since_when() -> None:
    title, summary = progress_report("No violation added", [ENDED, RUNNING, Row("slow")], 15.2)

    assert title == "Tests: unit runs, 3 of 40 tests, 1 of 3 categories done, 15 s"
    assert "Scanned: No violation added" in summary
    assert "| `smoke` | as expected, 7 tests | 2 s |" in summary
    assert "| `unit` | runs, 3 of 40 tests | 12 s |" in summary
    assert "| `slow` | not begun | 0 s |" in summary


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_it_is_acted_upon(text: str) -> None:
    _, summary = progress_report(text, [RUNNING], 1)
    assert page(summary).acted_upon == []


def test_any_number_of_categories_fits() -> None:
    title, summary = progress_report("x" * 10_000, [RUNNING] * 5_000, 1)
    assert len(title) <= LONGEST_TITLE
    assert len(summary.encode()) <= LONGEST_OUTPUT
