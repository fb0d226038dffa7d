"""How commands end, and what that says about their results.

A status of 0 proves nothing by itself: `os._exit(0)` gives it, and so does `pytest.exit` with the
rest of the tests unseen. pytest's statuses: https://docs.pytest.org/en/stable/reference/exit-codes.html
"""

import signal
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from bot.domain.testing import TestOutcome
from bot.ports.sandbox import Ending
from bot.suites.outcomes import Measured

_PYTEST: Final = {
    2: "pytest was interrupted",
    3: "pytest had an internal error",
    4: "pytest was called wrongly, or a conftest.py is broken",
    5: "pytest collected no tests",
}
_SHELL: Final = {126: "the command cannot be executed", 127: "the command was not found"}
_FAILING: Final = {
    TestOutcome.FAILED,
    TestOutcome.ERROR,
    TestOutcome.COLLECT_ERROR,
    TestOutcome.CRASHED,
    TestOutcome.TIMED_OUT,
    TestOutcome.XPASSED,
    TestOutcome.FLAKY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What is wrong with a run as a whole.

    `incomplete`: why its results are not all there. `failed`: that the command says it failed
    although no test did.
    """

    incomplete: str | None = None
    failed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How one command ended: `seconds` was its time limit, `pytest` whether it was that.

    `report` is why there is no result file to read, where there is none.
    """

    ending: Ending
    status: int
    seconds: float
    pytest: bool
    report: str | None = None


def trouble(end: End, tests: Mapping[str, Measured]) -> Trouble:
    """Read the end of a command beside the tests it reported."""
    stopped = {
        Ending.SETUP_FAILED: "the set-up failed",
        Ending.TIMED_OUT: f"it did not end within {end.seconds:g} s",
        Ending.OUT_OF_MEMORY: "it was killed for using too much memory",
        Ending.TOO_MUCH_OUTPUT: "it was killed for writing too much output",
    }
    if end.ending in stopped:
        return Trouble(incomplete=stopped[end.ending])
    if not tests or end.report:
        return Trouble(incomplete=_without_results(end))
    if incomplete := _cut_short(end, {test.outcome for test in tests.values()}):
        return Trouble(incomplete=incomplete)
    if unseen := sum(test.outcome is TestOutcome.NOT_RUN for test in tests.values()):
        return Trouble(incomplete=f"{unseen} of {len(tests)} tests were collected and did not run")
    if end.status and not any(test.outcome in _FAILING for test in tests.values()):
        return Trouble(failed=f"it ended with status {end.status} although no test failed")
    return Trouble()


def _cut_short(end: End, outcomes: AbstractSet[TestOutcome]) -> str | None:
    if end.status > 128:
        return _killed(end.status)
    if not end.pytest or (end.status == 2 and TestOutcome.COLLECT_ERROR in outcomes):
        return None  # the collection errors say it better
    return _PYTEST.get(end.status)


def _without_results(end: End) -> str:
    missing = end.report or "it reported no tests"
    if end.status > 128:
        return f"{_killed(end.status)}; {missing}"
    known = _SHELL | (_PYTEST if end.pytest else {})
    return f"{known.get(end.status, f'it ended with status {end.status}')}; {missing}"


def _killed(status: int) -> str:
    try:
        name = signal.Signals(status - 128).name
    except ValueError:
        return f"it ended with status {status}"
    return f"it was killed by {name}"
