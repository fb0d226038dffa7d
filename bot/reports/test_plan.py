"""The test plan of a migration as Markdown, within the bounds of a comment."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.inventory import Touch
from bot.domain.test_plan import MissingTest, Need, PlannedCategory, PlannedFile, TestPlan
from bot.reports.context import ReportContext
from bot.reports.limits import LONGEST_COMMENT
from bot.reports.rendering import fitted, render
from bot.reports.stamp import short
from bot.reports.testing_words import EXPECTED
from bot.reports.words import plural

_NEEDS: Final = {
    Need.NONE: "nothing",
    Need.REAL_SERVICES: "real services",
    Need.STAGING: "staging",
}
_FAILS: Final = {None: "not scanned", True: "fails now", False: "passes already"}


@dataclass(frozen=True, slots=True)
class _Budget:
    files: int
    changes: int
    missing: int


_BUDGETS: Final = (
    _Budget(150, 10, 100),
    _Budget(50, 5, 50),
    _Budget(15, 3, 20),
    _Budget(5, 1, 5),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    place: str
    url: str | None
    symbol: str
    replacement: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    name: str
    url: str | None
    risk: str
    told: str
    changes: Sequence[_Change]
    changes_left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Files:
    shown: Sequence[_File]
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Missing:
    name: str
    rule: str
    kind: str
    severity: str
    why: str
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Category:
    name: str
    expect: str
    needs: str
    now: str
    after: str
    command: str
    proposed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    title: str
    phase: str
    shares: Sequence[str]
    keep: _Files
    update: _Files
    missing: Sequence[_Missing]
    missing_left_out: int
    write: str
    categories: Sequence[_Category]
    caveats: Sequence[str]
    commit: str
    commit_url: str | None
    configuration: str
    version: str


def plan_markdown(plan: TestPlan, context: ReportContext) -> str:
    """The whole plan; what does not fit is counted."""
    return fitted(
        _BUDGETS,
        LONGEST_COMMENT,
        lambda budget: render("test_plan", report=_Viewer(plan, context, budget).view()),
    )


class _Viewer:
    def __init__(self, plan: TestPlan, context: ReportContext, budget: _Budget) -> None:
        self._plan = plan
        self._context = context
        self._budget = budget

    def view(self) -> _View:
        plan, context = self._plan, self._context
        return _View(
            title=f"Test plan of #{plan.migration} {plan.title}",
            phase=plan.phase,
            shares=_shares(plan),
            keep=self._files(plan.keep),
            update=self._files(plan.update),
            missing=[_missing(one) for one in plan.missing[: self._budget.missing]],
            missing_left_out=max(0, len(plan.missing) - self._budget.missing),
            write=f"canon plan --migration {plan.migration} --write {plan.habits.directory}",
            categories=[_category(one) for one in plan.categories],
            caveats=plan.caveats,
            commit=short(plan.commit) + plan.commit[40:],
            commit_url=context.commit(plan.commit[:40]),
            configuration=short(plan.config_digest),
            version=context.version,
        )

    def _files(self, files: Sequence[PlannedFile]) -> _Files:
        shown = [self._file(file) for file in files[: self._budget.files]]
        return _Files(shown=shown, left_out=len(files) - len(shown))

    def _file(self, file: PlannedFile) -> _File:
        tests = plural(file.tests, "test") if file.tests else "support"
        weak = f", {len(file.weak):,} weak" if file.weak else ""
        shown = file.changes[: self._budget.changes]
        return _File(
            name=file.path,
            url=self._context.blob(file.path, 1),
            risk=file.risk,
            told=tests + weak,
            changes=[self._change(one) for one in shown],
            changes_left_out=len(file.changes) - len(shown),
        )

    def _change(self, touch: Touch) -> _Change:
        return _Change(
            place=f"line {touch.location.line}",
            url=self._context.blob(touch.location.path, touch.location.line),
            symbol=touch.symbol,
            replacement=touch.replacement,
        )


def _shares(plan: TestPlan) -> Sequence[str]:
    shares = plan.shares
    counts = (shares.keep, shares.update, shares.write)
    words = ("to keep", "to update", "to write")
    return [
        f"{plural(count, 'test')} {what} ({share}%)"
        for count, what, share in zip(counts, words, shares.percentages, strict=True)
    ]


def _missing(missing: MissingTest) -> _Missing:
    return _Missing(
        name=missing.path,
        rule=missing.rule,
        kind=missing.kind,
        severity=missing.severity,
        why=missing.why,
        told=f"{plural(len(missing.names), 'test')}, {_FAILS[missing.fails_now]}",
    )


def _category(category: PlannedCategory) -> _Category:
    return _Category(
        name=category.name,
        expect=EXPECTED[category.expect],
        needs=_NEEDS[category.need],
        now=str(category.now),
        after=str(category.after),
        command=category.command if category.proposed else category.check,
        proposed=category.proposed,
    )
