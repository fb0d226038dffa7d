import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import testing
from bot.suites.stream import MAX_TESTS, Standing, Stream

Outcome = testing.TestOutcome


def fed(*events: object) -> Stream:
    stream = Stream()
    stream.feed(json.dumps(event).encode() for event in events)
    return stream


def report(test: str, outcome: str, **more: object) -> dict[str, object]:
    return {"event": "report", "id": test, "when": "call", "outcome": outcome, **more}


def outcomes(stream: Stream, unfinished: testing.TestOutcome = Outcome.CRASHED) -> dict[str, str]:
    return {test: str(it.outcome) for test, it in stream.outcomes(unfinished).items()}


def test_standing_is_how_far_the_tests_are() -> None:
    stream = fed(
        {"event": "session", "prefix": ""},
        {"event": "collected", "ids": ["a", "b", "c"]},
        {"event": "start", "id": "a"},
        report("a", "passed"),
        {"event": "start", "id": "b"},
    )
    assert stream.heard
    assert stream.standing() == Standing(done=1, total=3, test="b")
    assert outcomes(stream) == {"a": "passed", "b": "crashed", "c": "not_run"}
    assert outcomes(stream, Outcome.TIMED_OUT)["b"] == "timed_out"


def test_what_was_under_way_at_an_orderly_end_was_called_off() -> None:
    stream = fed(
        {"event": "collected", "ids": ["a"]}, {"event": "start", "id": "a"}, {"event": "end"}
    )
    assert outcomes(stream) == {"a": "not_run"}
    assert outcomes(stream, Outcome.TIMED_OUT) == {"a": "timed_out"}


@pytest.mark.parametrize(
    ("event", "outcome"),
    [
        (report("a", "passed"), "passed"),
        (report("a", "failed", message="assert 0"), "failed"),
        (report("a", "failed", message="[XPASS(strict)] known"), "xpassed"),
        (report("a", "skipped"), "skipped"),
        (report("a", "skipped", xfail=True), "xfailed"),
        (report("a", "failed", when="setup"), "error"),
        (report("a", "failed", when="teardown"), "error"),
        (report("a", "failed", when="???"), "crashed"),
        ({"event": "collect_error", "id": "a", "message": "x"}, "collect_error"),
    ],
)
def test_reports_are_read_like_the_result_file(event: dict[str, object], outcome: str) -> None:
    assert outcomes(fed(event)) == {"a": outcome}


def test_of_several_reports_the_worst_counts() -> None:
    stream = fed(report("a", "passed"), report("a", "failed", when="teardown"))
    assert outcomes(stream) == {"a": "error"}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
events = st.fixed_dictionaries(
    {},
    optional={
        "event": st.sampled_from(
            ["session", "collected", "start", "report", "collect_error", "end"]
        )
        | json_values,
        "id": json_values,
        "ids": json_values,
        "when": json_values,
        "outcome": json_values,
        "message": json_values,
        "seconds": json_values,
        "prefix": json_values,
    },
)


@given(st.lists(st.binary(max_size=40) | events.map(lambda e: json.dumps(e).encode()), max_size=20))
def test_whatever_tests_write_to_the_pipe_is_taken_calmly(lines: list[bytes]) -> None:
    stream = Stream()
    stream.feed(lines)
    stream.standing()
    stream.outcomes(Outcome.CRASHED)


def test_nesting_and_numbers_without_end_are_left_out() -> None:
    stream = Stream()
    stream.feed([b"[" * 100_000, b'{"event": ' + b"9" * 10_000 + b"}", b'{"a":' * 50_000])
    assert not stream.heard


def test_no_more_tests_are_kept_than_a_run_may_have() -> None:
    stream = Stream()
    ids = [str(number) for number in range(MAX_TESTS + 1000)]
    stream.feed([json.dumps({"event": "collected", "ids": ids}).encode()])
    stream.feed(json.dumps({"event": "start", "id": f"s{n}"}).encode() for n in ids)
    stream.feed(json.dumps(report(f"r{n}", "passed")).encode() for n in ids)
    assert len(stream.outcomes(Outcome.CRASHED)) <= 3 * MAX_TESTS


def test_half_a_character_is_no_test() -> None:
    stream = Stream()
    stream.feed([rb'{"event": "collected", "ids": ["\ud800"]}', rb'{"event": "end"}'])
    assert outcomes(stream) == {}
