"""`status`: the tracked issue's one comment: how far, what next, and what is in the way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.measurement import Unmeasured
from bot.domain.testing import CategoryOutcome
from bot.reports.frame import Frame
from bot.reports.markdown import Markdown
from bot.reports.parts.burndown import BurnDown, burn_down
from bot.reports.parts.matrix import Matrix, matrix
from bot.reports.parts.progress import Progress, progress
from bot.reports.parts.suites import Suites, suites
from bot.reports.parts.summary import Key, Verdict, tests_key, verdict
from bot.reports.parts.waivers import Waivers, waivers
from bot.reports.parts.wanted import Checklist, Plan, checklist, plan
from bot.reports.parts.where import Where, where
from bot.reports.ticks import is_safe, marker
from bot.reports.words import plural


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A check box: what it says, and the hidden command that ticking it gives."""

    text: str
    command: str
    marker: Markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusView:
    """What the template is given."""

    verdict: Verdict
    progress: Progress
    keys: Sequence[Key]
    boxes: Sequence[Box]
    checklist: Checklist
    burn_down: BurnDown
    where: Where
    plan: Plan
    suites: Suites
    waivers: Waivers
    matrix: Matrix | None


def view(frame: Frame) -> StatusView:
    """Everything of the report, in the order of reading."""
    found, steps, burning = suites(frame), plan(frame), burn_down(frame)
    return StatusView(
        verdict=verdict(frame),
        progress=progress(frame),
        keys=[Key(lead="Forecast", text=burning.forecast), tests_key(found), *_plan(steps)],
        boxes=list(_boxes(frame)),
        checklist=checklist(frame),
        burn_down=burning,
        where=where(frame),
        plan=steps,
        suites=found,
        waivers=waivers(frame),
        matrix=matrix(frame),
    )


def _plan(steps: Plan) -> Iterator[Key]:
    if steps.total:
        overdue = f", {steps.overdue:,} overdue" if steps.overdue else ""
        yield Key(
            lead="Plan", text=f"{steps.done:,} of {plural(steps.total, 'step')} done{overdue}"
        )


def _boxes(frame: Frame) -> Iterator[Box]:
    readiness = frame.assessment.readiness
    if readiness.ready:
        yield from _box(
            f"Advance to {readiness.next}: every condition is met",
            f"phase {readiness.next}",
        )
    for text, command in frame.rows(list(_tests(frame))).shown:
        yield from _box(text, command)
    yield from _box("Scan again", "scan")
    if frame.evidence.migration.tests:
        yield from _box("Report the test results here", "report results")
    yield from _box("Report the violations here", "report violations")


def _tests(frame: Frame) -> Iterator[tuple[str, str]]:
    """The categories that keep the migration in its phase."""
    tests = frame.evidence.tests
    known = {} if isinstance(tests, Unmeasured) else {one.category: one for one in tests.results}
    for category in frame.evidence.migration.tests:
        result = known.get(category.name)
        if result is None:
            yield f"Run the tests of {category.name}: they have not run", f"test {category.name}"
        elif result.outcome is not CategoryOutcome.AS_EXPECTED:
            what = "not as expected"
            yield f"Run the tests of {category.name} again: {what}", f"test {category.name}"


def _box(text: str, command: str) -> Iterator[Box]:
    """A box, unless a name in the command could not stand in a comment."""
    if is_safe(command):
        yield Box(text=text, command=command, marker=marker(command))
