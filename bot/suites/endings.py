"""How commands end, and what that says about their results.

A status of 0 proves nothing by itself: `os._exit(0)` gives it, and so does `pytest.exit` with the
rest of the tests unseen. pytest's statuses: https://docs.pytest.org/en/stable/reference/exit-codes.html
"""

import signal
from collections.abc import Mapping
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


def trouble(
    ending: Ending,
    status: int | None,
    tests: Mapping[str, Measured],
    *,
    pytest: bool,
    seconds: float,
    report: str | None = None,
) -> Trouble:
    """Read the end of a command beside the tests it reported.

    `report` is why there is no result file, where there is none; `seconds` is the time limit.
    """
    stopped = {
        Ending.SETUP_FAILED: "the set-up failed",
        Ending.TIMED_OUT: f"it did not end within {seconds:g} s",
        Ending.OUT_OF_MEMORY: "it was killed for using too much memory",
        Ending.TOO_MUCH_OUTPUT: "it was killed for writing too much output",
    }
    if ending in stopped:
        return Trouble(incomplete=stopped[ending])
    status = status or 0
    if not tests or report:
        return Trouble(incomplete=_without_results(status, pytest=pytest, report=report))
    unseen = sum(test.outcome is TestOutcome.NOT_RUN for test in tests.values())
    failing = any(test.outcome in _FAILING for test in tests.values())
    uncollected = any(test.outcome is TestOutcome.COLLECT_ERROR for test in tests.values())
    if pytest and status in _PYTEST and not (status == 2 and uncollected):
        return Trouble(incomplete=_PYTEST[status])
    if status > 128:
        return Trouble(incomplete=_killed(status))
    if unseen:
        return Trouble(incomplete=f"{unseen} of {len(tests)} tests were collected and did not run")
    if status and not failing:
        return Trouble(failed=f"it ended with status {status} although no test failed")
    return Trouble()


def _without_results(status: int, *, pytest: bool, report: str | None) -> str:
    missing = report or "it reported no tests"
    if status > 128:
        return f"{_killed(status)}; {missing}"
    known = _SHELL | (_PYTEST if pytest else {})
    return f"{known.get(status, f'it ended with status {status}')}; {missing}"


def _killed(status: int) -> str:
    try:
        name = signal.Signals(status - 128).name
    except ValueError:
        return f"it ended with status {status}"
    return f"it was killed by {name}"
