"""How much a migration may break in a file of tests, and why."""

import re
import shlex
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from bot.domain.configuration import Migration
from bot.domain.inventory import ExistingTest, Touch, Via
from bot.domain.plan import RiskLevel
from bot.domain.severity import Severity
from bot.domain.suite import Category, Expectation
from bot.suites.inventory.matching import Matcher

MANY: Final = 10
"""So many test files standing on one file make it a high risk."""

_CRITICAL: Final = re.compile(
    r"(?:.*[_-])?(?:critical|smoke)(?:[_-].*)?|golden_?path", re.IGNORECASE
)
_GRAVE: Final = {Severity.P0, Severity.P1}
_SHOWN: Final = 3


class Subject(NamedTuple):
    """What is known of a file when its risk is judged."""

    path: str
    tests: Sequence[ExistingTest]
    touches: Sequence[Touch]
    through: Sequence[str]
    dependents: int


def categories_of(
    path: str, tests: Sequence[ExistingTest], migration: Migration
) -> tuple[Category, ...]:
    """The test categories whose command names the file or a folder above it, or whose list does."""
    listed = {path, *(f"{path}::{test.name}" for test in tests)}
    return tuple(
        category
        for category in migration.tests
        if any(_names(word, path) for word in _words(category.run))
        or any(_plain(name) in listed for name in category.listed)
    )


def judge(
    file: Subject, categories: Sequence[Category], migration: Migration, matcher: Matcher
) -> tuple[RiskLevel, tuple[str, ...]]:
    """The risk of one file with its reasons, the gravest first."""
    high = list(_high(file, categories, migration, matcher))
    medium = list(_medium(file.touches))
    reasons = (*high, *medium) or (_low(file),)
    level = RiskLevel.HIGH if high else RiskLevel.MEDIUM if medium else RiskLevel.LOW
    return level, tuple(reasons)


def _high(
    file: Subject, categories: Sequence[Category], migration: Migration, matcher: Matcher
) -> Iterator[str]:
    for category in categories:
        if all(expected is Expectation.PASS for expected in category.expect.values()):
            yield f"category {category.name}, which guards the migration, runs it"
    for folder in file.path.split("/"):
        if _CRITICAL.fullmatch(folder.removesuffix(".py")):
            yield f"called critical: {folder}"
    for mark in sorted({mark for test in file.tests for mark in test.markers}):
        if _CRITICAL.fullmatch(mark):
            yield f"called critical: marker {mark}"
    detects = any(touch.via is Via.DETECTS for touch in file.touches)
    seen = {touch.symbol for touch in file.touches if touch.via is Via.EVENT and not detects}
    for rule in migration.rules:
        events = matcher.events(rule)
        if len(events) > 1 and events <= seen and rule.severity in _GRAVE:
            yield f"checks all {len(events)} events of {rule.id} ({rule.severity})"
    if file.dependents >= MANY:
        yield f"{file.dependents:,} test files stand on it"


def _medium(touches: Sequence[Touch]) -> Iterator[str]:
    changing = [touch for touch in touches if touch.must_change]
    words = {
        Via.IMPORT: "import",
        Via.STRING: "string target",
        Via.NAME: "use",
        Via.EVENT: "event",
    }
    for via, noun in words.items():
        symbols = sorted({touch.symbol for touch in changing if touch.via is via})
        if symbols:
            more = f" and {len(symbols) - _SHOWN:,} more" if len(symbols) > _SHOWN else ""
            what = f"{len(symbols):,} {noun}{'' if len(symbols) == 1 else 's'}"
            yield f"{what} must change: {', '.join(symbols[:_SHOWN])}{more}"


def _low(file: Subject) -> str:
    detected = sorted({touch.rule for touch in file.touches if touch.via is Via.DETECTS})
    if detected:
        return f"detects {', '.join(detected)}"
    if not file.touches:
        return f"meets the migration only through {', '.join(file.through[:_SHOWN])}"
    return "nothing in it must change"


def _words(command: str) -> Sequence[str]:
    try:
        return shlex.split(command, comments=True)
    except ValueError:  # an unfinished quote; the shell would refuse it too
        return command.split()


def _names(word: str, path: str) -> bool:
    """Whether a word of a command is the file, a test in it, or a folder above it."""
    named = _plain(word).partition("::")[0].rstrip("/")
    return named not in {"", "."} and (path == named or path.startswith(f"{named}/"))


def _plain(name: str) -> str:
    return name.removeprefix("./")
