"""The tests that carry a migration: what there is, what to keep, to update and to write."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.inventory import WeakTest
from bot.domain.measurement import Unmeasured
from bot.domain.test_plan import (
    FileAction,
    MissingTest,
    Need,
    PlannedCategory,
    PlannedFile,
    PlannedRule,
    TestPlan,
)
from bot.reports.frame import Frame
from bot.reports.parts.summary import Key
from bot.reports.testing_words import EXPECTED
from bot.reports.words import plural

_NEEDS: Final = {
    Need.NONE: "nothing",
    Need.REAL_SERVICES: "real services",
    Need.STAGING: "staging",
}
_ACTIONS: Final = {FileAction.KEEP: "keep passing", FileAction.UPDATE: "update"}
_FAILS: Final = {True: "fails now", False: "passes now", None: "not known"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """One place of a test file that has to be written differently."""

    place: str
    url: str | None
    symbol: str
    replacement: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """One existing file of tests, and what is to be done with it."""

    path: str
    url: str | None
    action: str
    risk: str
    tests: int
    services: str
    reasons: Sequence[str]
    changes: Sequence[ChangeRow]
    changes_left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WeakRow:
    """A test that proves less than it seems to."""

    name: str
    place: str
    url: str | None
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingRow:
    """A file of tests that has to be written."""

    rule: str
    severity: str
    path: str
    tests: Sequence[str]
    why: str
    fails: str
    category: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectedRow:
    """A rule, and the files whose tests detect it."""

    id: str
    severity: str
    count: int | None
    files: int | None
    detected_by: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRow:
    """A test category: what it needs, and what its runs must show now and after."""

    name: str
    purpose: str
    expect: str
    need: str
    now: str
    after: str
    basis: str
    command: str
    check: str
    proposed: bool
    files: Sequence[str]
    writes: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRow:
    """One part of the work: to keep, to update, to write."""

    what: str
    tests: int
    percent: str
    means: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PathRow:
    """An import path by which tests get at the migration."""

    name: str
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TestsPlanned:
    """All of it; `missing` says why it is not known, and everything else is empty then."""

    __test__ = False  # pytest would take the name for that of a test

    missing: str | None
    totals: str
    risks: str
    shares: Sequence[ShareRow]
    paths: Sequence[PathRow]
    paths_left_out: int
    files: Sequence[FileRow]
    files_left_out: int
    weak: Sequence[WeakRow]
    weak_left_out: int
    to_write: Sequence[MissingRow]
    to_write_left_out: int
    rules: Sequence[DetectedRow]
    rules_left_out: int
    categories: Sequence[PlannedRow]
    categories_left_out: int
    habits: str
    caveats: Sequence[str]


def tests_planned(frame: Frame) -> TestsPlanned:
    """The test plan within the frame's room."""
    plan = frame.evidence.test_plan
    if isinstance(plan, Unmeasured):
        return _unknown(plan.reason)
    paths = frame.rows([PathRow(name=name, files=files) for name, files in plan.import_paths])
    files = frame.rows(plan.files)
    weak = frame.rows([one for file in plan.files for one in file.weak])
    missing = frame.rows(plan.missing)
    rules = frame.rows(plan.rules)
    categories = frame.rows(plan.categories)
    return TestsPlanned(
        missing=None,
        totals=_totals(plan),
        risks=_risks(plan),
        shares=_shares(plan),
        paths=paths.shown,
        paths_left_out=paths.left_out,
        files=[_file(one, frame) for one in files.shown],
        files_left_out=files.left_out,
        weak=[_weak(one, frame) for one in weak.shown],
        weak_left_out=weak.left_out,
        to_write=[_missing(one, frame) for one in missing.shown],
        to_write_left_out=missing.left_out,
        rules=[_rule(one, frame) for one in rules.shown],
        rules_left_out=rules.left_out,
        categories=[_category(one, frame) for one in categories.shown],
        categories_left_out=categories.left_out,
        habits=_habits(plan),
        caveats=frame.rows(plan.caveats).shown,
    )


def inventory_key(frame: Frame) -> Key:
    """What tests there are."""
    plan = frame.evidence.test_plan
    if isinstance(plan, Unmeasured):
        return Key(lead="Existing tests", text=f"not measured: {plan.reason}")
    return Key(lead="Existing tests", text=_totals(plan))


def work_key(frame: Frame) -> Sequence[Key]:
    """How the work is divided."""
    plan = frame.evidence.test_plan
    if isinstance(plan, Unmeasured):
        return ()
    parts = [f"{row.tests:,} to {row.what} ({row.percent})" for row in _shares(plan)]
    return (Key(lead="The work, in tests", text=", ".join(parts)),)


def _unknown(reason: str) -> TestsPlanned:
    return TestsPlanned(
        missing=reason,
        totals="",
        risks="",
        shares=(),
        paths=(),
        paths_left_out=0,
        files=(),
        files_left_out=0,
        weak=(),
        weak_left_out=0,
        to_write=(),
        to_write_left_out=0,
        rules=(),
        rules_left_out=0,
        categories=(),
        categories_left_out=0,
        habits="",
        caveats=(),
    )


def _totals(plan: TestPlan) -> str:
    totals = plan.inventory
    changes = f"{plural(totals.to_change, 'file')} to change"
    weak = f"{plural(totals.weak, 'weak test')}"
    return (
        f"{plural(totals.tests, 'test')} in {plural(totals.files, 'file')}"
        f" and {plural(totals.support, 'support file')}; {changes}, {weak}"
    )


def _risks(plan: TestPlan) -> str:
    totals = plan.inventory
    return (
        f"{plural(totals.high, 'file')} of high risk, {totals.medium:,} of medium,"
        f" {totals.low:,} of low"
    )


def _shares(plan: TestPlan) -> Sequence[ShareRow]:
    shares = plan.shares
    keep, update, write = shares.percentages
    return [
        ShareRow(
            what="keep",
            tests=shares.keep,
            percent=f"{keep}%",
            means="must pass as they are, before, during and after",
        ),
        ShareRow(
            what="update",
            tests=shares.update,
            percent=f"{update}%",
            means="in files that name what goes away; what they assert stays",
        ),
        ShareRow(
            what="write",
            tests=shares.write,
            percent=f"{write}%",
            means="for rules and events that no test detects",
        ),
    ]


def _file(file: PlannedFile, frame: Frame) -> FileRow:
    changes = frame.cut(file.changes, frame.room.files)
    return FileRow(
        path=file.path,
        url=frame.at(file.path, 1),
        action=_ACTIONS[file.action],
        risk=str(file.risk),
        tests=file.tests,
        services=str(file.services),
        reasons=frame.rows(file.reasons).shown,
        changes=[
            ChangeRow(
                place=str(one.location),
                url=frame.at(one.location.path, one.location.line),
                symbol=one.symbol,
                replacement=one.replacement,
            )
            for one in changes.shown
        ],
        changes_left_out=changes.left_out,
    )


def _weak(one: WeakTest, frame: Frame) -> WeakRow:
    return WeakRow(
        name=one.name,
        place=str(one.location),
        url=frame.at(one.location.path, one.location.line),
        told=one.told,
    )


def _missing(one: MissingTest, frame: Frame) -> MissingRow:
    return MissingRow(
        rule=one.rule,
        severity=str(one.severity),
        path=one.path,
        tests=frame.rows(one.names).shown,
        why=one.why,
        fails=_FAILS[one.fails_now],
        category=one.category,
    )


def _rule(rule: PlannedRule, frame: Frame) -> DetectedRow:
    return DetectedRow(
        id=rule.id,
        severity=str(rule.severity),
        count=rule.count,
        files=rule.files,
        detected_by=frame.rows(rule.detected_by).shown,
    )


def _category(one: PlannedCategory, frame: Frame) -> PlannedRow:
    need = ": ".join((_NEEDS[one.need], ", ".join(one.services))) if one.services else None
    return PlannedRow(
        name=one.name,
        purpose="detects" if one.detects else "guards",
        expect=EXPECTED[one.expect],
        need=need or _NEEDS[one.need],
        now=str(one.now),
        after=str(one.after),
        basis=one.now.basis,
        command=one.command,
        check=one.check,
        proposed=one.proposed,
        files=frame.rows(one.files).shown,
        writes=frame.rows(one.writes).shown,
    )


def _habits(plan: TestPlan) -> str:
    habits = plan.habits
    names = "*_test.py" if habits.suffix else "test_*.py"
    markers = f"; markers in use: {', '.join(habits.markers)}" if habits.markers else ""
    return f"{habits.style} in {habits.directory or 'the root'}, named {names}{markers}"
