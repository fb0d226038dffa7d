"""From what a runner wrote to one outcome for each test.

pytest's ways of writing it were found out by running it (`-o junit_family=xunit1`); the words of
`_ERRORS` are those of `_pytest/junitxml.py` and of pytest-xdist.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from bot.domain.testing import TestOutcome
from bot.suites.junit import Case, Mark, Report

_BAD_TO_WORSE: Final = (
    TestOutcome.PASSED,
    TestOutcome.XPASSED,
    TestOutcome.SKIPPED,
    TestOutcome.XFAILED,
    TestOutcome.FLAKY,
    TestOutcome.NOT_RUN,
    TestOutcome.FAILED,
    TestOutcome.ERROR,
    TestOutcome.TIMED_OUT,
    TestOutcome.CRASHED,
    TestOutcome.COLLECT_ERROR,
)
_ERRORS: Final = {
    "collection failure": TestOutcome.COLLECT_ERROR,
    "crashed while running": TestOutcome.CRASHED,
}
_STRICT_XPASS: Final = "[XPASS(strict)]"
_LONGEST: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One test of one run, before anything is expected of it."""

    outcome: TestOutcome
    message: str = ""
    seconds: float = 0.0


def worse(one: Measured, other: Measured) -> Measured:
    """The graver of two reports of the same test, with the time of both."""
    graver = max(one, other, key=lambda measured: _BAD_TO_WORSE.index(measured.outcome))
    return replace(graver, seconds=one.seconds + other.seconds)


def is_pytest(report: Report) -> bool:
    """Whether pytest wrote it: every test case names a Python file that its class name begins with.

    The suite's name, "pytest", is only a default.
    """
    tests = [case for case in report.cases if not _is_none(case)]
    return bool(tests) and all(
        case.file.endswith(".py") and (not case.classname or _is_of(case)) for case in tests
    )


def by_id(report: Report, *, pytest: bool, prefix: str = "") -> Mapping[str, Measured]:
    """Test id -> what became of it. Node ids for pytest, below `prefix`; else `classname::name`.

    Where pytest reports a test twice it was run again, and that it passed both times means that
    something repeats failing tests; other runners give several tests one name.
    """
    found: dict[str, Measured] = {}
    for case in report.cases:
        if _is_none(case):
            continue
        test_id = prefix + _node_id(case) if pytest else _plain_id(case)
        measured = _measured(case)
        if test_id in found and not pytest:
            test_id = _numbered(test_id, found)
        elif test_id in found:
            measured = _again(found[test_id], measured)
        found[test_id] = measured
    return found


def _again(first: Measured, second: Measured) -> Measured:
    if first.outcome is second.outcome is TestOutcome.PASSED:
        return replace(first, outcome=TestOutcome.FLAKY, message="passed only when run again")
    return worse(first, second)


def _is_none(case: Case) -> bool:
    """Whether it is no test: pytest's nameless one at an interrupt, or an error of its own."""
    return not case.name or (case.classname, case.name) == ("pytest", "internal")


def _is_of(case: Case) -> bool:
    module = _module(case)
    return case.classname == module or case.classname.startswith(f"{module}.")


def _module(case: Case) -> str:
    return case.file.removesuffix(".py").replace("/", ".")


def _node_id(case: Case) -> str:
    if not case.classname:  # a module that was not collected
        return case.file
    classes = case.classname.removeprefix(_module(case)).split(".")[1:]
    return "::".join([case.file, *classes, case.name])


def _plain_id(case: Case) -> str:
    return "::".join(part for part in (case.classname or case.file, case.name) if part)


def _numbered(test_id: str, taken: Iterable[str]) -> str:
    number = 2
    while f"{test_id} ({number})" in taken:
        number += 1
    return f"{test_id} ({number})"


def _measured(case: Case) -> Measured:
    outcome, mark = _judged(case)
    message = first_line(mark.message or mark.text) if mark else ""
    return Measured(outcome=outcome, message=message, seconds=case.seconds)


def _judged(case: Case) -> tuple[TestOutcome, Mark | None]:
    marks = {mark.kind: mark for mark in reversed(case.marks)}  # the first of each kind
    if error := marks.get("error"):
        known = (outcome for words, outcome in _ERRORS.items() if words in error.message)
        return next(known, TestOutcome.ERROR), error
    if failure := marks.get("failure"):
        strict = failure.message.startswith(_STRICT_XPASS)
        return (TestOutcome.XPASSED if strict else TestOutcome.FAILED), failure
    if skipped := marks.get("skipped"):
        hidden = skipped.type == "pytest.xfail"
        return (TestOutcome.XFAILED if hidden else TestOutcome.SKIPPED), skipped
    # Only attempts that a later one made good (Surefire's flakyFailure, flakyError).
    return (TestOutcome.FLAKY, case.marks[0]) if case.marks else (TestOutcome.PASSED, None)


def first_line(text: str) -> str:
    """The first line with something on it, cut."""
    return next((line.strip() for line in text.splitlines() if line.strip()), "")[:_LONGEST]
