"""What a test category's run came to: outcomes as measured, judgements as the phase asks."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.phase import Phase
from bot.domain.suite import Expectation


class TestOutcome(StrEnum):
    """What became of one test, whatever was expected of it."""

    __test__ = False  # pytest would take the name for that of a test

    PASSED = "passed"
    FAILED = "failed"
    XFAILED = "xfailed"
    XPASSED = "xpassed"
    SKIPPED = "skipped"
    ERROR = "error"  # in set-up or teardown
    COLLECT_ERROR = "collect_error"
    CRASHED = "crashed"
    TIMED_OUT = "timed_out"
    NOT_RUN = "not_run"
    FLAKY = "flaky"  # passed and failed on the same commit

    @property
    def ran(self) -> bool:
        """Whether the test's own code came to an end, good or bad."""
        return self in _RAN


_RAN = {
    TestOutcome.PASSED,
    TestOutcome.FAILED,
    TestOutcome.XFAILED,
    TestOutcome.XPASSED,
    TestOutcome.FLAKY,
}


class Judgement(StrEnum):
    """An outcome, read with what the phase expects.

    `unexpected_pass`: it had to fail and did not, be it that it passed, was skipped, or hid its
    failure behind `xfail`. `unexpected_failure`: it had to pass and did not.
    """

    AS_EXPECTED = "as_expected"
    UNEXPECTED_PASS = "unexpected_pass"  # noqa: S105 - a judgement, not a password
    UNEXPECTED_FAILURE = "unexpected_failure"
    COULD_NOT_CHECK = "could_not_check"


class CategoryOutcome(StrEnum):
    """What a whole category came to. Something certain outranks something unknown."""

    AS_EXPECTED = "as_expected"
    FINDING = "finding"
    COULD_NOT_CHECK = "could_not_check"


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult:
    """One test of one run.

    `id` is pytest's node id from the repository's root, or `classname::name` for other runners.
    `message` is the first line of what the runner said; `warning` is what the reader of an
    expected outcome should know all the same.
    """

    __test__ = False

    id: str
    outcome: TestOutcome
    judged: Judgement
    message: str = ""
    seconds: float = 0.0
    warning: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """How many tests had which outcome and which judgement.

    `passed` counts xpassed too, `failed` strict xpasses not, `error` collection errors, crashes
    and time-outs too, `skipped` xfailed too: the words of the runners' own summaries.
    """

    total: int = 0
    passed: int = 0
    failed: int = 0
    error: int = 0
    skipped: int = 0
    flaky: int = 0
    not_run: int = 0
    as_expected: int = 0
    unexpected_pass: int = 0
    unexpected_failure: int = 0
    could_not_check: int = 0


@dataclass(frozen=True, slots=True)
class CountDifference:
    """A figure of the plan's `counts` that the run does not show."""

    name: str
    expected: int
    found: int

    def __str__(self) -> str:
        return f"{self.name}: the plan says {self.expected}, the run shows {self.found}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryCoverage:
    """What a coverage file that a category's run wrote says of a `coverage:` entry.

    `name`, `file` and `paths` are the entry's at the time. `covered` of `lines` ran; or nothing
    could be measured, and `unmeasured` says why. `caveats` are what the file leaves out.
    """

    name: str
    file: str
    paths: tuple[str, ...] = ()
    covered: int = 0
    lines: int = 0
    caveats: tuple[str, ...] = ()
    unmeasured: str | None = None

    def __str__(self) -> str:
        if self.unmeasured is not None:
            return f"coverage {self.name}: not measured: {self.unmeasured}"
        return f"coverage {self.name}: {self.covered:,} of {self.lines:,} lines, by {self.file}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryResult:
    """One category on one commit in one phase.

    `reasons` say why the outcome is not `as_expected` where the tests alone do not say it, and
    `notes` what a reader must know besides. `exit` is the command's status (128 + n for signal n);
    None when it was never started or had to be killed. `untrusted`: the code may have forged
    its own report, so that the result is evidence and no authority. `coverage` has the entries
    whose file the run wrote.
    """

    category: str
    phase: Phase
    expect: Expectation
    outcome: CategoryOutcome
    tests: tuple[TestResult, ...] = ()
    totals: Totals = Totals()
    differences: tuple[CountDifference, ...] = ()
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    exit: int | None = None
    seconds: float = 0.0
    log_tail: str = ""
    untrusted: bool = False
    coverage: tuple[CategoryCoverage, ...] = ()
