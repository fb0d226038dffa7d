"""What people planned, fear and want to reach, beside what was measured of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.configuration import Impact
from bot.domain.measurement import Measured, Measurement
from bot.domain.phase import Phase
from bot.domain.plan import Risk, RiskLevel
from bot.domain.progress import ChecklistItem, CriterionState, Standing, StepState
from bot.reports.figures import bound, condition_text, measure_name, value_of
from bot.reports.frame import Frame

GLYPHS: Final = {Standing.MET: "✅", Standing.UNMET: "❌", Standing.UNKNOWN: "❔"}
_WORDS: Final = {Standing.MET: "met", Standing.UNMET: "not met", Standing.UNKNOWN: "unknown"}
_LEVELS: Final = {RiskLevel.HIGH: "high", RiskLevel.MEDIUM: "medium", RiskLevel.LOW: "low"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionRow:
    """One success criterion: what is wanted, what is, and from what that was read."""

    name: str
    measure: str
    wanted: str
    now: str
    basis: str
    url: str | None
    glyph: str
    standing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """The success criteria, and how many are met."""

    rows: Sequence[CriterionRow]
    rows_left_out: int
    met: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """One step of the plan. `how` is the condition, or that people state it."""

    title: str
    phase: str
    priority: int | None
    due: str | None
    overdue: bool
    glyph: str
    standing: str
    how: str
    now: str | None
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepGroup:
    """The steps of one phase, by priority and day."""

    phase: str
    steps: Sequence[StepRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The steps of all phases; `next_steps` are the open ones to take first."""

    groups: Sequence[StepGroup]
    steps_left_out: int
    next_steps: Sequence[StepRow]
    done: int
    total: int
    overdue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskRow:
    """One risk as stated."""

    risk: str
    level: str
    mitigation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What people state, and where: never measured.

    `where` names the configuration's file, `url` leads to it.
    """

    where: str
    url: str | None
    summary: str | None
    value_at_risk: str | None
    segments: Sequence[str]
    risks: Sequence[RiskRow]
    risks_left_out: int
    rollback: Sequence[str]
    rollback_left_out: int

    @property
    def impact(self) -> bool:
        """Whether anything is said about what is at stake."""
        return bool(self.summary or self.value_at_risk or self.segments)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """One line of a phase's checklist."""

    text: str
    detail: str
    glyph: str
    met: bool
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """What keeps the migration in its phase; `next` is the one that follows."""

    phase: str
    next: str | None
    ready: bool
    rows: Sequence[CheckRow]
    rows_left_out: int
    blocking: int
    open: Sequence[CheckRow]


_NEXT_STEPS: Final = 5
_LAST: Final = 1_000


def criteria(frame: Frame) -> Criteria:
    """The success criteria with what was measured."""
    states = frame.assessment.criteria
    rows = frame.rows(states)
    return Criteria(
        rows=[_criterion(state, frame) for state in rows.shown],
        rows_left_out=rows.left_out,
        met=sum(state.check.standing is Standing.MET for state in states),
        total=len(states),
    )


def plan(frame: Frame) -> Plan:
    """The steps by phase, and the open ones of the present phase first."""
    states = frame.assessment.steps
    ordered = sorted(states, key=_urgency)
    rows = frame.rows(ordered)
    return Plan(
        groups=[
            StepGroup(phase=str(phase), steps=steps)
            for phase in Phase
            if (steps := [_step(one, frame) for one in rows.shown if one.step.phase is phase])
        ],
        steps_left_out=rows.left_out,
        next_steps=[
            _step(one, frame) for one in _open(ordered, frame)[: min(_NEXT_STEPS, frame.room.rows)]
        ],
        done=sum(state.standing is Standing.MET for state in states),
        total=len(states),
        overdue=sum(state.overdue for state in states),
    )


def stated(frame: Frame) -> Stated:
    """Impact, risks and the way back, as the configuration's authors put them."""
    migration = frame.evidence.migration
    impact = migration.impact or Impact()
    risks = frame.rows(migration.risks)
    rollback = frame.rows(migration.rollback)
    return Stated(
        where=(frame.context.config_paths or ("the configuration",))[0],
        url=frame.configuration(),
        summary=impact.summary,
        value_at_risk=impact.value_at_risk,
        segments=frame.rows(impact.segments).shown,
        risks=[_risk(risk) for risk in risks.shown],
        risks_left_out=risks.left_out,
        rollback=rollback.shown,
        rollback_left_out=rollback.left_out,
    )


def checklist(frame: Frame) -> Checklist:
    """The phase's checklist: what is required first."""
    readiness = frame.assessment.readiness
    items = sorted(readiness.items, key=lambda item: not item.required)
    rows = frame.rows(items)
    return Checklist(
        phase=str(readiness.phase),
        next=str(readiness.next) if readiness.next else None,
        ready=readiness.ready,
        rows=[_check(item) for item in rows.shown],
        rows_left_out=rows.left_out,
        blocking=len(readiness.blocking),
        open=[_check(item) for item in frame.rows(readiness.blocking).shown],
    )


def basis(measurement: Measurement, frame: Frame) -> tuple[str, str | None]:
    """What a value was read from, or why there is none; and its page."""
    if isinstance(measurement, Measured):
        return measurement.evidence.basis, frame.url(measurement.evidence.link)
    return f"not measured: {measurement.reason}", None


def _criterion(state: CriterionState, frame: Frame) -> CriterionRow:
    condition, measurement = state.criterion.condition, state.check.measurement
    told, url = basis(measurement, frame)
    return CriterionRow(
        name=state.criterion.name,
        measure=measure_name(condition.measure),
        wanted=bound(condition),
        now=_value(state, measurement),
        basis=told,
        url=url,
        glyph=GLYPHS[state.check.standing],
        standing=_WORDS[state.check.standing],
    )


def _value(state: CriterionState, measurement: Measurement) -> str:
    if not isinstance(measurement, Measured):
        return "unknown"
    return value_of(state.criterion.condition.measure, measurement.value)


def _urgency(state: StepState) -> tuple[int, int, str]:
    step = state.step
    order = list(Phase)
    return order.index(step.phase), step.priority or _LAST, step.due or "9999"


def _open(ordered: Sequence[StepState], frame: Frame) -> Sequence[StepState]:
    """Steps that are not known to be done, of this phase and the later ones."""
    now = list(Phase).index(frame.evidence.migration.phase)
    return [
        state
        for state in ordered
        if state.standing is not Standing.MET and list(Phase).index(state.step.phase) >= now
    ]


def _step(state: StepState, frame: Frame) -> StepRow:
    now, url = basis(state.check.measurement, frame) if state.check else (None, None)
    return StepRow(
        title=state.step.title,
        phase=str(state.step.phase),
        priority=state.step.priority,
        due=state.step.due,
        overdue=state.overdue,
        glyph=GLYPHS[state.standing],
        standing=_WORDS[state.standing],
        how=_how(state),
        now=now,
        url=url,
    )


def _how(state: StepState) -> str:
    if state.check is not None:
        return condition_text(state.check.condition)
    return "stated by people" if state.stated else "has no condition, and nobody has said"


def _risk(risk: Risk) -> RiskRow:
    return RiskRow(
        risk=risk.risk,
        level=_LEVELS[risk.level] if risk.level else "not rated",
        mitigation=risk.mitigation or "none stated",
    )


def _check(item: ChecklistItem) -> CheckRow:
    return CheckRow(
        text=item.text,
        detail=item.detail,
        glyph=GLYPHS[item.standing],
        met=item.standing is Standing.MET,
        required=item.required,
    )
