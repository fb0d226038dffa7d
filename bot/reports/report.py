"""The reports on one migration: evidence in, Markdown, HTML or JSON out.

This is the face of the package for everything but a pull request's comment.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from bot.decide.assessment import Assessment, assess
from bot.domain.errors import InputError
from bot.domain.evidence import MigrationEvidence
from bot.domain.report import ReportKind
from bot.ports.layouts import Layouts
from bot.reports.context import ReportContext
from bot.reports.frame import COMMENT, PAGE, Frame, Room
from bot.reports.kinds import execution, executive, plan, results, status, strategy, violations
from bot.reports.limits import LONGEST_COMMENT
from bot.reports.page import page
from bot.reports.parts.ends import Closing, Heading, closing, heading
from bot.reports.plain import visible
from bot.reports.rendering import fitted, render
from bot.reports.shapes import plain_values


class Form(StrEnum):
    """What a report is written as.

    `markdown` is GitHub's, within the bounds of a comment; `html` a page of its own with
    everything in it; `json` the values that the other two are made of.
    """

    MARKDOWN = "markdown"
    HTML = "html"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Layout:
    """A repository's own template for a kind of report, and what fills it."""

    source: str
    layouts: Layouts


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of report: what it is called, and what makes its view."""

    name: str
    view: Callable[[Frame], Any]


KINDS: Final[Mapping[ReportKind, _Kind]] = {
    ReportKind.RESULTS: _Kind("Test results", results.view),
    ReportKind.VIOLATIONS: _Kind("Violations", violations.view),
    ReportKind.PLAN: _Kind("Test plan", plan.view),
    ReportKind.STRATEGY: _Kind("Test strategy", strategy.view),
    ReportKind.EXECUTION: _Kind("Execution strategy", execution.view),
    ReportKind.STATUS: _Kind("Status", status.view),
    ReportKind.EXECUTIVE: _Kind("Executive summary", executive.view),
}


def render_report(
    kind: ReportKind,
    evidence: MigrationEvidence,
    context: ReportContext,
    form: Form = Form.MARKDOWN,
    *,
    layout: Layout | None = None,
) -> str:
    """One report on a migration.

    A `layout` that is broken, too slow or too long gives the built-in one, with a note that says
    what was wrong. Raises `InputError` for `pr`, which is made of a comparison.
    """
    if kind not in KINDS:
        raise InputError(f"a report {kind!r} is about a pull request, not about a migration")
    report = _Report(kind, evidence, assess(evidence, context.at.date()), context)
    match form:
        case Form.JSON:
            return report.json()
        case Form.HTML:
            return report.html(layout)
        case Form.MARKDOWN:
            return report.markdown(COMMENT, LONGEST_COMMENT, layout)


@dataclass(frozen=True, slots=True)
class _View:
    """All that a template is given."""

    kind: str
    name: str
    heading: Heading
    report: Any
    closing: Closing


@dataclass(frozen=True, slots=True)
class _Report:
    kind: ReportKind
    evidence: MigrationEvidence
    assessment: Assessment
    context: ReportContext

    def markdown(self, rooms: tuple[Room, ...], longest: int | None, layout: Layout | None) -> str:
        notes: tuple[str, ...] = ()
        if layout is not None:
            own, problem = self._own(layout, rooms[0], longest)
            if own is not None:
                return own
            notes = (problem,)
        if longest is None:
            return self._rendered(rooms[0], notes)
        return fitted(rooms, longest, lambda room: self._rendered(room, notes))

    def html(self, layout: Layout | None) -> str:
        title = f"{KINDS[self.kind].name}: {self.evidence.migration.title}"
        return page(visible(title), self.markdown(PAGE, None, layout))

    def json(self) -> str:
        return json.dumps(plain_values(self._view(PAGE[0], ())), separators=(",", ":"))

    def _view(self, room: Room, notes: tuple[str, ...]) -> _View:
        frame = Frame(self.evidence, self.assessment, self.context, room)
        kind = KINDS[self.kind]
        begin = heading(frame)
        body = kind.view(frame)
        return _View(
            kind=str(self.kind),
            name=kind.name,
            heading=begin,
            report=body,
            closing=closing(self.kind, frame, notes),
        )

    def _rendered(self, room: Room, notes: tuple[str, ...]) -> str:
        view = self._view(room, notes)
        return render(
            f"kinds/{self.kind}",
            name=view.name,
            heading=view.heading,
            report=view.report,
            closing=view.closing,
        )

    def _own(self, layout: Layout, room: Room, longest: int | None) -> tuple[str | None, str]:
        """The report as the repository's template has it, or what is wrong with that."""
        view = self._view(room, ())
        try:
            body = layout.layouts.fill(layout.source, plain_values(view))
        except InputError as error:
            return None, f"This repository's own template was not used: {error}"
        ending = render("parts/stamp", stamp=view.closing.stamp)
        text = f"{body.rstrip()}\n\n{ending}"
        if longest is not None and len(text.encode()) > longest:
            size = f"{len(text.encode()):,} bytes of {longest:,}"
            return None, f"This repository's own template was not used: it made {size}"
        return text, ""
