"""Outcomes, read with what the phase expects: the table of what each of them means."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.domain.suite import Expectation
from bot.domain.testing import Judgement, TestOutcome

_AS_EXPECTED = Judgement.AS_EXPECTED
_PASS = Judgement.UNEXPECTED_PASS
_FAILURE = Judgement.UNEXPECTED_FAILURE
_UNKNOWN = Judgement.COULD_NOT_CHECK

_TABLE: Final[Mapping[Expectation, Mapping[TestOutcome, Judgement]]] = {
    Expectation.FAIL: {
        TestOutcome.PASSED: _PASS,
        TestOutcome.FAILED: _AS_EXPECTED,
        TestOutcome.XFAILED: _PASS,
        TestOutcome.XPASSED: _PASS,
        TestOutcome.SKIPPED: _PASS,
        TestOutcome.ERROR: _UNKNOWN,
        TestOutcome.COLLECT_ERROR: _UNKNOWN,
        TestOutcome.CRASHED: _UNKNOWN,
        TestOutcome.TIMED_OUT: _UNKNOWN,
        TestOutcome.NOT_RUN: _UNKNOWN,
        TestOutcome.FLAKY: _PASS,
    },
    Expectation.PASS: {
        TestOutcome.PASSED: _AS_EXPECTED,
        TestOutcome.FAILED: _FAILURE,
        TestOutcome.XFAILED: _AS_EXPECTED,
        TestOutcome.XPASSED: _FAILURE,
        TestOutcome.SKIPPED: _AS_EXPECTED,
        TestOutcome.ERROR: _FAILURE,
        TestOutcome.COLLECT_ERROR: _FAILURE,
        TestOutcome.CRASHED: _FAILURE,
        TestOutcome.TIMED_OUT: _FAILURE,
        TestOutcome.NOT_RUN: _UNKNOWN,
        TestOutcome.FLAKY: _AS_EXPECTED,
    },
    Expectation.ANY: {
        TestOutcome.PASSED: _AS_EXPECTED,
        TestOutcome.FAILED: _AS_EXPECTED,
        TestOutcome.XFAILED: _AS_EXPECTED,
        TestOutcome.XPASSED: _AS_EXPECTED,
        TestOutcome.SKIPPED: _AS_EXPECTED,
        TestOutcome.ERROR: _UNKNOWN,
        TestOutcome.COLLECT_ERROR: _UNKNOWN,
        TestOutcome.CRASHED: _UNKNOWN,
        TestOutcome.TIMED_OUT: _UNKNOWN,
        TestOutcome.NOT_RUN: _UNKNOWN,
        TestOutcome.FLAKY: _AS_EXPECTED,
    },
}

_WHY: Final[Mapping[tuple[Expectation, TestOutcome], str]] = {
    (Expectation.FAIL, TestOutcome.XFAILED): "its failure is hidden by xfail",
    (Expectation.FAIL, TestOutcome.SKIPPED): "it was skipped, and so proves nothing",
    (Expectation.FAIL, TestOutcome.FLAKY): "it failed only some of the times it was run",
    (Expectation.PASS, TestOutcome.XFAILED): "its failure is hidden by xfail",
    (Expectation.PASS, TestOutcome.SKIPPED): "it was skipped, and so guards nothing",
    (Expectation.PASS, TestOutcome.FLAKY): "it passed only when it was run again",
}

_WRONG_REASON: Final = re.compile(r"(?:\w+\.)*(ImportError|ModuleNotFoundError|NameError)\b")


@dataclass(frozen=True, slots=True)
class Judged:
    """A judgement; `why` is what the reader should know of it, where it does not speak for itself.

    Beside `as_expected` it is a warning.
    """

    judgement: Judgement
    why: str | None = None


def judge(
    outcome: TestOutcome, expect: Expectation, *, listed: bool = False, message: str = ""
) -> Judged:
    """Judge one test. `listed`: the category names it, so that it has to run in earnest.

    A test that had to fail and did, but over an import or a name, may fail for another reason than
    the one it is there to show.
    """
    judgement = _TABLE[expect][outcome]
    why = _WHY.get((expect, outcome))
    wrong = _WRONG_REASON.match(message)
    match expect, outcome:
        case Expectation.PASS, TestOutcome.NOT_RUN:
            return Judged(_FAILURE if listed else _UNKNOWN)
        case Expectation.PASS, TestOutcome.SKIPPED | TestOutcome.XFAILED:
            return Judged(_FAILURE, why) if listed else Judged(_AS_EXPECTED)
        case Expectation.FAIL, TestOutcome.FAILED if wrong:
            return Judged(judgement, f"it fails with {wrong[1]}, maybe not over what it shows")
    return Judged(judgement, why)
