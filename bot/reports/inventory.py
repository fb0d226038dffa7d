"""The inventory of a migration's tests as Markdown, within the bounds of a comment."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.configuration import Migration
from bot.domain.inventory import Inventory, InventoryFile, Location, WeakTest
from bot.domain.plan import RiskLevel
from bot.domain.scan import FileProblem
from bot.reports.context import ReportContext
from bot.reports.inventory_words import size, stands_on, told
from bot.reports.limits import LONGEST_COMMENT
from bot.reports.rendering import fitted, render
from bot.reports.stamp import short
from bot.reports.views import File, Files
from bot.reports.words import plural

_HEADINGS: Final = {
    RiskLevel.HIGH: "High risk: keep these passing all the way",
    RiskLevel.MEDIUM: "Medium risk: these must be changed",
    RiskLevel.LOW: "Low risk",
}


@dataclass(frozen=True, slots=True)
class _Budget:
    files: int
    changes: int
    weak: int
    paths: int


_BUDGETS: Final = (
    _Budget(200, 10, 100, 50),
    _Budget(60, 5, 40, 30),
    _Budget(20, 3, 20, 15),
    _Budget(5, 2, 5, 10),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    place: str
    url: str | None
    symbol: str
    replacement: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _FileView:
    name: str
    url: str | None
    told: str
    reasons: Sequence[str]
    stands_on: Sequence[str]
    changes: Sequence[_Change]
    changes_left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    heading: str
    files: Sequence[_FileView]
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Path:
    name: str
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weak:
    place: str
    url: str | None
    name: str
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    title: str
    headline: str
    sums: Sequence[str]
    paths: Sequence[_Path]
    paths_left_out: int
    groups: Sequence[_Group]
    weak: Sequence[_Weak]
    weak_left_out: int
    skipped: Files
    degraded: Files
    unnamed: Sequence[str]
    commit: str
    commit_url: str | None
    configuration: str
    version: str


def inventory_markdown(inventory: Inventory, migration: Migration, context: ReportContext) -> str:
    """The whole report; what does not fit is counted."""
    return fitted(
        _BUDGETS,
        LONGEST_COMMENT,
        lambda budget: render(
            "inventory", report=_Viewer(inventory, migration, context, budget).view()
        ),
    )


class _Viewer:
    def __init__(
        self,
        inventory: Inventory,
        migration: Migration,
        context: ReportContext,
        budget: _Budget,
    ) -> None:
        self._inventory = inventory
        self._migration = migration
        self._context = context
        self._budget = budget

    def view(self) -> _View:
        inventory, context = self._inventory, self._context
        weak = [one for file in inventory.files for one in file.weak]
        paths = [_Path(name=name, files=count) for name, count in inventory.import_paths]
        return _View(
            title=f"Tests of #{self._migration.issue} {self._migration.title}",
            headline=str(inventory.totals),
            sums=list(_sums(inventory)),
            paths=paths[: self._budget.paths],
            paths_left_out=max(0, len(paths) - self._budget.paths),
            groups=[group for risk in RiskLevel if (group := self._group(risk)).files],
            weak=[self._weak(one) for one in weak[: self._budget.weak]],
            weak_left_out=max(0, len(weak) - self._budget.weak),
            skipped=self._files(inventory.skipped),
            degraded=self._files(inventory.degraded),
            unnamed=inventory.unnamed,
            commit=short(context.head) + context.head[40:],
            commit_url=context.commit(context.head),
            configuration=short(context.config_digest or ""),
            version=context.version,
        )

    def _group(self, risk: RiskLevel) -> _Group:
        files = [file for file in self._inventory.files if file.risk is risk]
        return _Group(
            heading=_HEADINGS[risk],
            files=[self._file(file) for file in files[: self._budget.files]],
            left_out=max(0, len(files) - self._budget.files),
        )

    def _file(self, file: InventoryFile) -> _FileView:
        changes = [
            _Change(
                place=f"line {touch.location.line}",
                url=self._url(touch.location),
                symbol=touch.symbol,
                replacement=touch.replacement,
            )
            for touch in file.to_change
        ]
        return _FileView(
            name=file.path,
            url=self._context.blob(file.path, 1),
            told=told(file),
            reasons=file.reasons,
            stands_on=list(stands_on(file)),
            changes=changes[: self._budget.changes],
            changes_left_out=max(0, len(changes) - self._budget.changes),
        )

    def _weak(self, weak: WeakTest) -> _Weak:
        return _Weak(
            place=str(weak.location),
            url=self._url(weak.location),
            name=weak.name,
            told=weak.told,
        )

    def _url(self, location: Location) -> str | None:
        return self._context.blob(location.path, location.line)

    def _files(self, problems: Sequence[FileProblem]) -> Files:
        shown = problems[: self._budget.files]
        return Files(
            shown=[File(path=one.path, reason=one.reason) for one in shown],
            left_out=len(problems) - len(shown),
        )


def _sums(inventory: Inventory) -> Iterator[str]:
    totals = inventory.totals
    yield size(totals)
    yield f"risk: {totals.high:,} high, {totals.medium:,} medium, {totals.low:,} low"
    yield f"{plural(totals.to_change, 'file')} to change, {plural(totals.weak, 'weak test')}"
    yield f"{plural(inventory.considered, 'test and support file')} looked at"
