"""One category's run, judged: `RunReport` in, `CategoryResult` out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from bot.domain.phase import Phase
from bot.domain.suite import Category, Expectation
from bot.domain.testing import (
    CategoryOutcome,
    CategoryResult,
    CountDifference,
    Judgement,
    TestOutcome,
    TestResult,
    Totals,
)
from bot.ports.sandbox import Ending, RefusedFile
from bot.suites import outcomes
from bot.suites.coverage_files import CoverageFiles
from bot.suites.endings import End, Trouble, trouble
from bot.suites.judgement import judge
from bot.suites.junit import Report, UnreadableReportError, read
from bot.suites.outcomes import Measured
from bot.suites.stream import Stream

_TAIL: Final = 4000
_TO_RUN_AGAIN: Final = {TestOutcome.FAILED, TestOutcome.ERROR, TestOutcome.CRASHED}
_ESCAPE_SEQUENCES: Final = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|.)"
)
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

_COUNTED: Final[Mapping[TestOutcome, str]] = {
    TestOutcome.PASSED: "passed",
    TestOutcome.XPASSED: "passed",
    TestOutcome.FAILED: "failed",
    TestOutcome.ERROR: "error",
    TestOutcome.COLLECT_ERROR: "error",
    TestOutcome.CRASHED: "error",
    TestOutcome.TIMED_OUT: "error",
    TestOutcome.SKIPPED: "skipped",
    TestOutcome.XFAILED: "skipped",
    TestOutcome.FLAKY: "flaky",
    TestOutcome.NOT_RUN: "not_run",
}


@dataclass(frozen=True, kw_only=True)
class RunReport:
    """What one run of a category's command left, wherever it ran.

    `log` is standard output and standard error, bounded. `results` is the result file; None where
    none was written. `stream` is what was told meanwhile. `coverage` are the coverage files.
    """

    ending: Ending
    status: int | None
    seconds: float
    log: bytes
    results: bytes | RefusedFile | None
    stream: Stream
    notes: tuple[str, ...] = ()
    coverage: CoverageFiles = field(default_factory=dict)

    @cached_property
    def _report(self) -> Report | str:
        """The result file; or why it cannot be read."""
        if self.results is None:
            return "it wrote no result file"
        if isinstance(self.results, RefusedFile):
            return f"its result file was refused: {self.results.reason}"
        try:
            return read(self.results)
        except UnreadableReportError as error:
            return f"its result file is unreadable: {error}"

    @property
    def from_pytest(self) -> bool:
        """Whether it was pytest that ran."""
        report = self._report
        return self.stream.heard or (not isinstance(report, str) and outcomes.is_pytest(report))

    @cached_property
    def tests(self) -> Mapping[str, Measured]:
        """Test id -> what became of it. The result file has the word; the stream fills gaps."""
        timed_out = self.ending is Ending.TIMED_OUT
        unfinished = TestOutcome.TIMED_OUT if timed_out else TestOutcome.CRASHED
        told = self.stream.outcomes(unfinished)
        report = self._report
        if isinstance(report, str):
            return told
        return {
            **told,
            **outcomes.by_id(report, pytest=self.from_pytest, prefix=self.stream.prefix or ""),
        }

    def to_run_again(self) -> Sequence[str]:
        """The tests that failed, in their order."""
        return [test for test, it in self.tests.items() if it.outcome in _TO_RUN_AGAIN]

    def trouble(self, seconds: float) -> Trouble:
        """What is wrong with the run as a whole; `seconds` is its time limit."""
        end = End(
            ending=self.ending,
            status=self.status or 0,
            seconds=seconds,
            pytest=self.from_pytest,
            report=self._report if isinstance(self._report, str) else None,
        )
        return trouble(end, self.tests)


def assess(
    category: Category,
    phase: Phase,
    run: RunReport,
    *,
    again: RunReport | None = None,
    untrusted: bool = False,
) -> CategoryResult:
    """Judge a run. `again` is a second run of its failing tests: one that passes there is flaky."""
    expect = category.expect[phase]
    measured = _with_missing(category, _with_second(run.tests, again))
    tests = tuple(_judged(test, it, expect, category) for test, it in measured.items())
    found = run.trouble(category.timeout)
    totals = _totals(tests)
    outcome, reasons = _overall(tests, found, expect)
    return CategoryResult(
        category=category.name,
        phase=phase,
        expect=expect,
        outcome=outcome,
        tests=tests,
        totals=totals,
        differences=_differences(category, totals),
        reasons=reasons,
        notes=run.notes,
        exit=run.status,
        seconds=run.seconds + (again.seconds if again else 0.0),
        log_tail=tail(run.log),
        untrusted=untrusted,
    )


def not_run(category: Category, phase: Phase, reason: str) -> CategoryResult:
    """The result of a category that was not started; listed tests are named as not run."""
    measured = _with_missing(category, {})
    expect = category.expect[phase]
    tests = tuple(_judged(test, it, expect, category) for test, it in measured.items())
    return CategoryResult(
        category=category.name,
        phase=phase,
        expect=expect,
        outcome=CategoryOutcome.COULD_NOT_CHECK,
        tests=tests,
        totals=_totals(tests),
        reasons=(reason,),
    )


def tail(log: bytes) -> str:
    """The end of a log as text."""
    return readable(log[-4 * _TAIL :])[-_TAIL:]


def readable(log: bytes) -> str:
    """A log as text, without anything that would steer a terminal."""
    text = log.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", _ESCAPE_SEQUENCES.sub("", text))


def _with_second(first: Mapping[str, Measured], again: RunReport | None) -> Mapping[str, Measured]:
    if again is None:
        return first
    second = again.tests
    return {
        test: replace(it, outcome=TestOutcome.FLAKY)
        if it.outcome in _TO_RUN_AGAIN
        and test in second
        and second[test].outcome is TestOutcome.PASSED
        else it
        for test, it in first.items()
    }


def _with_missing(category: Category, tests: Mapping[str, Measured]) -> Mapping[str, Measured]:
    """The tests, and as not run those that are listed and not among them.

    What is listed may be a file, a class, or a function without its parameters.
    """
    missing = [
        listed for listed in category.listed if not any(_is_below(test, listed) for test in tests)
    ]
    return {**tests, **{test: Measured(outcome=TestOutcome.NOT_RUN) for test in missing}}


def _is_below(test: str, listed: str) -> bool:
    return test == listed or test.startswith((f"{listed}::", f"{listed}["))


def _judged(test: str, it: Measured, expect: Expectation, category: Category) -> TestResult:
    listed = any(_is_below(test, entry) for entry in category.listed)
    judged = judge(it.outcome, expect, listed=listed, message=it.message)
    expected = judged.judgement is Judgement.AS_EXPECTED
    message = ": ".join(part for part in (None if expected else judged.why, it.message) if part)
    return TestResult(
        id=shown(test),
        outcome=it.outcome,
        judged=judged.judgement,
        message=shown(message),
        seconds=it.seconds,
        warning=judged.why if expected else None,
    )


def shown(text: str) -> str:
    """`text` as it can be written anywhere: bytes that were no UTF-8 are written as escapes."""
    sound = text.encode("utf-8", "backslashreplace").decode()
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", sound)


def _overall(
    tests: Sequence[TestResult], found: Trouble, expect: Expectation
) -> tuple[CategoryOutcome, tuple[str, ...]]:
    judgements = {test.judged for test in tests}
    failed = found.failed if expect is Expectation.PASS else None
    reasons = tuple(reason for reason in (found.incomplete, failed) if reason)
    if failed or judgements & {Judgement.UNEXPECTED_PASS, Judgement.UNEXPECTED_FAILURE}:
        return CategoryOutcome.FINDING, reasons
    if found.incomplete or Judgement.COULD_NOT_CHECK in judgements:
        return CategoryOutcome.COULD_NOT_CHECK, reasons
    return CategoryOutcome.AS_EXPECTED, reasons


def _totals(tests: Sequence[TestResult]) -> Totals:
    counts = dict.fromkeys([*_COUNTED.values(), *Judgement], 0)
    for test in tests:
        counts[_COUNTED[test.outcome]] += 1
        counts[test.judged] += 1
    return Totals(total=len(tests), **{str(name): count for name, count in counts.items()})


def _differences(category: Category, totals: Totals) -> tuple[CountDifference, ...]:
    if category.counts is None:
        return ()
    planned = {
        "total": (category.counts.total, totals.total - totals.not_run),
        "failing": (category.counts.failing, totals.failed),
    }
    return tuple(
        CountDifference(name, expected, found)
        for name, (expected, found) in planned.items()
        if expected is not None and expected != found
    )
