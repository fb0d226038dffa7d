"""What to send is decided from values alone."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.github.checks import Seen, annotation_body, output_body, plan_completion
from bot.adapters.github.comments import marked
from bot.adapters.github.limits import ANNOTATIONS_PER_REQUEST
from bot.adapters.github.statuses import status_of
from bot.domain.publication import Annotation, AnnotationLevel, CheckOutput, Conclusion

counts = st.integers(min_value=0, max_value=260)


def annotation(number: int = 1) -> Annotation:
    return Annotation(
        path=f"src/{number}.py",
        start_line=number,
        end_line=number,
        level=AnnotationLevel.FAILURE,
        title="Legacy import",
        message="Import shop.pricing instead.",
    )


def output(annotations: int = 0) -> CheckOutput:
    return CheckOutput(
        conclusion=Conclusion.FAILURE,
        title="2 violations added",
        summary="Two.",
        annotations=tuple(annotation(number) for number in range(1, annotations + 1)),
    )


def seen(annotations: int, *, completed: bool) -> Seen:
    if completed:
        return Seen(annotations, "failure", "2 violations added", "Two.", None)
    return Seen(annotations, None, None, None, None)


@given(counts, st.data())
def test_every_annotation_is_sent_once_in_order_whatever_was_sent_before(
    total: int, data: st.DataObject
) -> None:
    sent = data.draw(st.integers(min_value=0, max_value=total))
    wanted = output(total)
    steps = plan_completion(wanted, sent, None)
    assert [a for step in steps for a in step.annotations] == list(wanted.annotations[sent:])
    assert all(len(step.annotations) <= ANNOTATIONS_PER_REQUEST for step in steps)
    assert [step.last for step in steps] == [False] * (len(steps) - 1) + [True]
    assert steps[-1].sent == total


@given(counts)
def test_no_plan_has_more_requests_than_its_annotations_need(total: int) -> None:
    assert len(plan_completion(output(total), 0, None)) == max(1, math.ceil(total / 50))


@given(counts, counts)
def test_what_github_has_counts_more_than_what_was_recorded(recorded: int, there: int) -> None:
    steps = plan_completion(output(260), recorded, seen(there, completed=False))
    assert sum(len(step.annotations) for step in steps) == 260 - there


def test_a_check_that_says_so_already_needs_no_request() -> None:
    assert plan_completion(output(60), 0, seen(60, completed=True)) == ()


def test_a_completed_check_with_annotations_missing_gets_the_rest() -> None:
    (step,) = plan_completion(output(60), 0, seen(50, completed=True))
    assert len(step.annotations) == 10


@pytest.mark.parametrize(
    "changed",
    [
        {"conclusion": Conclusion.SUCCESS},
        {"title": "other"},
        {"summary": "other"},
        {"text": "other"},
    ],
)
def test_a_completed_check_that_says_something_else_is_brought_up_to_date(
    changed: dict[str, str],
) -> None:
    (step,) = plan_completion(replace(output(60), **changed), 0, seen(60, completed=True))
    assert step.annotations == ()


def test_more_annotations_than_ours_on_github_are_left_alone() -> None:
    (step,) = plan_completion(output(0), 0, seen(60, completed=False))
    assert step.annotations == ()
    assert step.last


def test_columns_are_sent_as_a_pair_on_a_single_line() -> None:
    body = annotation_body(replace(annotation(3), start_column=4))
    assert (body["start_column"], body["end_column"]) == (4, 4)


def test_columns_are_left_out_where_an_annotation_spans_lines() -> None:
    spanning = replace(annotation(3), end_line=5, start_column=4, end_column=9)
    assert not {"start_column", "end_column"} & set(annotation_body(spanning))


@pytest.mark.parametrize(("start", "end"), [(0, 0), (7, 3), (-1, 2)])
def test_lines_start_at_one_and_never_run_backwards(start: int, end: int) -> None:
    body = annotation_body(replace(annotation(), start_line=start, end_line=end))
    assert 1 <= body["start_line"] <= body["end_line"]


def test_columns_never_run_backwards() -> None:
    body = annotation_body(replace(annotation(), start_column=9, end_column=2))
    assert (body["start_column"], body["end_column"]) == (9, 9)


def test_an_annotation_without_a_message_says_its_title() -> None:
    assert annotation_body(replace(annotation(), message=""))["message"] == "Legacy import"


def test_a_summary_without_words_says_the_title() -> None:
    assert output_body(replace(output(), summary=""), ())["summary"] == "2 violations added"


@pytest.mark.parametrize(
    ("conclusion", "state", "description"),
    [
        (Conclusion.SUCCESS, "success", "2 violations added"),
        (Conclusion.FAILURE, "failure", "2 violations added"),
        (Conclusion.NEUTRAL, "success", "Neutral: 2 violations added"),
        (Conclusion.ACTION_REQUIRED, "failure", "Action required: 2 violations added"),
        (Conclusion.CANCELLED, "error", "Cancelled: 2 violations added"),
    ],
)
def test_every_conclusion_has_a_status_that_tells_it(
    conclusion: Conclusion, state: str, description: str
) -> None:
    status = status_of(replace(output(), conclusion=conclusion))
    assert (status.state, status.description) == (state, description)


def test_a_description_fits_in_140_characters() -> None:
    status = status_of(replace(output(), title="long " * 100))
    assert len(status.description) <= 140
    assert status.description.endswith("…")


def test_the_marker_is_the_first_line_of_a_comment_once() -> None:
    assert marked("Body", "<!-- canon:7 -->") == "<!-- canon:7 -->\nBody"
    assert marked("<!-- canon:7 -->\nBody", "<!-- canon:7 -->") == "<!-- canon:7 -->\nBody"


def test_a_comment_fits_in_githubs_limit_with_its_marker() -> None:
    text = marked("x" * 70_000, "<!-- canon:7 -->")
    assert len(text) == 65_536
    assert text.startswith("<!-- canon:7 -->\n")
