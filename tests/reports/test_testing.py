"""What users' tests say stands in reports, and does nothing there."""

import pytest

from bot.domain.publication import Conclusion, Publication
from bot.reports.limits import LONGEST_COMMENT, LONGEST_OUTPUT
from bot.reports.pull_request import publication
from bot.reports.testing import LONGEST_DETAILS, LONGEST_TABLE, Tested, log_block
from tests.reports.cases import CONTEXT, UNDER, compared
from tests.reports.gfm import page
from tests.reports.hostile import HOSTILE
from tests.reports.tested_cases import failed, guard, of, passing, waiting
from tests.support.scans import scan


def published(tests: Tested | None) -> Publication:
    return publication(compared([], []), scan([], of=UNDER), CONTEXT, None, tests)


@pytest.mark.parametrize("text", HOSTILE)
def test_names_messages_and_logs_are_shown_and_never_acted_on(text: str) -> None:
    def all_of(written: str) -> str:
        tests = of(guard([failed(written, written)], f"log: {written}"))
        return f"{tests.table()}\n\n{tests.details()}"

    shown, harmless = page(all_of(text)), page(all_of("harmless"))
    assert shown.acted_upon == []
    assert shown.comments == []
    assert shown.images == []
    assert [link for link in shown.links if "canon.example.com" not in link] == []
    assert shown.structure == harmless.structure


def test_a_log_cannot_close_its_block() -> None:
    block = log_block("```` a`\n```\n</details>\n# pwned")
    made = page(f"{block}\n\nafter")
    assert "h1" not in made.tags
    assert made.tags.count("pre") == 1


def test_a_log_keeps_its_indentation_and_loses_what_steers_terminals() -> None:
    assert log_block("a\n    b\x1b[31m\x00\u202e") == "```text\na\n    b\ufffd[31m\ufffd\ufffd\n```"


def test_any_number_of_failures_fits() -> None:
    many = [failed(f"tests/test_{number}.py::test_x", "m" * 3000) for number in range(3000)]
    tests = of(*(guard(many, "`" * 4000, name=f"category-{number}") for number in range(100)))
    made = published(tests)

    assert len(tests.table().encode()) <= LONGEST_TABLE
    assert len(tests.details().encode()) <= LONGEST_DETAILS
    assert len(made.check.summary.encode()) <= LONGEST_OUTPUT
    assert len(made.check.text.encode()) <= LONGEST_OUTPUT
    assert made.comment is not None
    assert len(made.comment.encode()) <= LONGEST_COMMENT


def test_tests_that_fail_make_the_check_fail_and_a_comment() -> None:
    made = published(of(guard([failed("t", "no")], "log")))
    assert made.check.conclusion is Conclusion.FAILURE
    assert made.check.title == "No violation added; tests not as expected: guard"
    assert made.comment is not None
    assert made.comment.startswith("### ❌ No violation added; tests not as expected: guard\n")


def test_tests_that_are_as_expected_are_in_the_check_and_make_no_comment() -> None:
    made = published(of(passing()))
    assert made.check.conclusion is Conclusion.SUCCESS
    assert made.check.title == "No violation added; 12 tests as expected"
    assert "61.0 s" in made.check.summary
    assert made.comment is None


def test_waiting_for_an_approval_asks_for_action_and_says_whose() -> None:
    made = published(waiting())
    assert made.check.conclusion is Conclusion.ACTION_REQUIRED
    assert made.check.title == "No violation added; tests wait for an approval"
    assert "`/canon ok-to-test aaaaaaaaaaaa`" in made.check.summary
    assert made.comment is not None


def test_results_of_code_that_nobody_here_wrote_are_marked() -> None:
    assert "evidence only" in of(passing(untrusted=True)).table()
    assert "evidence only" not in of(passing()).table()


def test_logs_are_linked_where_the_service_knows_its_address() -> None:
    assert "/1098/unit)" in of(passing()).table()
    assert "](" not in of(passing(), page=None).table()
