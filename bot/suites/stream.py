"""What the plug-in for pytest told while the tests ran: progress, and outcomes that outlive a kill.

The lines are described in `bot/adapters/sandbox/inside/canon_reporter.py`. Whatever does not look
like one of them is left out: the tests can write to the pipe too.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.domain.testing import TestOutcome
from bot.suites.outcomes import Measured, first_line, worse

MAX_TESTS: Final = 50_000
_MAX_ID: Final = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far the tests are: how many are done, of how many, and the one that runs."""

    done: int = 0
    total: int = 0
    test: str | None = None


class Stream:
    """Collects the lines of one run."""

    def __init__(self) -> None:
        self.prefix: str | None = None  # where pytest's root lies in the tree; None: no plug-in
        self._closed = False
        self._collected: dict[str, None] = {}
        self._begun: dict[str, None] = {}
        self._measured: dict[str, Measured] = {}

    @property
    def heard(self) -> bool:
        """Whether the plug-in was there at all."""
        return self.prefix is not None

    def feed(self, lines: Iterable[bytes]) -> None:
        """Take the next lines."""
        for line in lines:
            try:
                event = json.loads(line)
                json.dumps(event, ensure_ascii=False).encode("utf-8", "surrogateescape")
            except (ValueError, RecursionError):  # also for half a character, as "\ud800" is
                continue
            if isinstance(event, dict):
                self._take(event)

    def standing(self) -> Standing:
        """For whoever waits."""
        running = next(reversed(self._begun), None)
        return Standing(
            done=len(self._measured),
            total=max(len(self._collected), len(self._measured)),
            test=running,
        )

    def outcomes(self, unfinished: TestOutcome) -> Mapping[str, Measured]:
        """Test id -> what became of it; `unfinished` for a test that was under way at the end.

        One that was under way when pytest ended in good order was called off (`pytest.exit`).
        """
        found = {test: Measured(outcome=TestOutcome.NOT_RUN) for test in self._collected}
        if not self._closed or unfinished is TestOutcome.TIMED_OUT:
            found |= {test: Measured(outcome=unfinished) for test in self._begun}
        return found | self._measured

    def _take(self, event: Mapping[str, Any]) -> None:
        match event:
            case {"event": "session", "prefix": str(prefix)}:
                self.prefix = prefix[:_MAX_ID]
            case {"event": "end"}:
                self._closed = True
            case {"event": "collected", "ids": list(ids)}:
                for test in ids:
                    if isinstance(test, str) and len(self._collected) < MAX_TESTS:
                        self._collected[test[:_MAX_ID]] = None
            case {"event": "start", "id": str(test)} if len(self._begun) < MAX_TESTS:
                self._begun[test[:_MAX_ID]] = None
            case {"event": "report", "id": str(test)}:
                self._report(test[:_MAX_ID], _reported(event))
            case {"event": "collect_error", "id": str(test)}:
                message = first_line(str(event.get("message", "")))
                error = Measured(outcome=TestOutcome.COLLECT_ERROR, message=message)
                self._report(test[:_MAX_ID], error)

    def _report(self, test: str, measured: Measured) -> None:
        self._begun.pop(test, None)
        if test in self._measured:
            self._measured[test] = worse(self._measured[test], measured)
        elif len(self._measured) < MAX_TESTS:
            self._measured[test] = measured


def _reported(event: Mapping[str, Any]) -> Measured:
    seconds = event.get("seconds")
    return Measured(
        outcome=_outcome(event),
        message=first_line(str(event.get("message", ""))),
        seconds=float(seconds) if isinstance(seconds, int | float) and 0 <= seconds < 1e9 else 0.0,
    )


def _outcome(event: Mapping[str, Any]) -> TestOutcome:
    """The same table as for the result file; see `bot.suites.outcomes`."""
    message = str(event.get("message", ""))
    match event.get("when"), event.get("outcome"):
        case _, "passed":
            return TestOutcome.PASSED
        case _, "skipped":
            return TestOutcome.XFAILED if event.get("xfail") else TestOutcome.SKIPPED
        case "call", "failed" if message.startswith("[XPASS(strict)]"):
            return TestOutcome.XPASSED
        case "call", "failed":
            return TestOutcome.FAILED
        case "???", "failed":  # how pytest-xdist reports the test that took its worker down
            return TestOutcome.CRASHED
        case _:
            return TestOutcome.ERROR
