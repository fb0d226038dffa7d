"""The measures of one migration, taken from what was seen of it.

Every figure of the configuration language gets a value with its evidence, or the reason why there
is none. Nothing is filled in: a share of nothing is no share, and what did not run is not counted
as if it had.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.decide import plan
from bot.decide.scanned import measure_scan
from bot.decide.tested import measure_tests
from bot.decide.words import many
from bot.domain.configuration import Migration
from bot.domain.measure import Figure, Measure
from bot.domain.measurement import (
    CommitLink,
    Evidence,
    Measured,
    Measurement,
    Measures,
    Unmeasured,
)
from bot.domain.observation import Fixable, LinesCovered, Observations, ProbeHistory
from bot.domain.progress import Standing, StepState


def measure(migration: Migration, seen: Observations, *, today: date) -> Measures:
    """All measures of a migration; `seen.scan` is of the configuration that it is part of."""
    values: dict[Measure, Measurement] = {}
    values.update(measure_scan(migration, seen.scan, seen.first))
    values.update(measure_tests(migration.tests, seen.tests))
    for probe in migration.probes:
        history = seen.probes.get(probe.name, Unmeasured("it has not been asked yet"))
        values[Measure(Figure.PROBE_UP, probe.name)] = _up(history)
    for goal in migration.coverage:
        read = seen.coverage.get(goal.name, Unmeasured(f"{goal.file} has not been read"))
        values[Measure(Figure.COVERAGE, goal.name)] = _covered(read)
    values[Measure(Figure.CODEMOD_COVERED)] = _fixable(seen.codemods)
    done = Measure(Figure.PLAN_DONE)
    values[done] = Unmeasured("the plan cannot wait for itself")
    values[done] = _done(migration, Measures(dict(values)), seen.stated_done, today)
    return Measures(values)


def _up(history: ProbeHistory | Unmeasured) -> Measurement:
    if isinstance(history, Unmeasured):
        return history
    if history.asked == 0:
        return Unmeasured(f"it was not asked from {history.since} to {history.until}")
    times = f"up {history.up:,} of {many(history.asked, 'time')}"
    basis = f"{times}, {history.since} to {history.until}"
    return Measured(history.up / history.asked, Evidence(basis=basis, link=history.link))


def _covered(read: LinesCovered | Unmeasured) -> Measurement:
    if isinstance(read, Unmeasured):
        return read
    if read.lines == 0:
        return Unmeasured("there is no line to cover")
    evidence = Evidence(
        basis=f"{read.covered:,} of {many(read.lines, 'line')}",
        commit=read.commit,
        link=read.link or CommitLink(read.commit),
        caveats=read.caveats,
    )
    return Measured(read.covered / read.lines, evidence)


def _fixable(codemods: Fixable | Unmeasured) -> Measurement:
    if isinstance(codemods, Unmeasured):
        return codemods
    if codemods.violations == 0:
        return Unmeasured("there is no violation to fix")
    evidence = Evidence(
        basis=f"{codemods.fixable:,} of {many(codemods.violations, 'violation')}",
        commit=codemods.commit,
        link=CommitLink(codemods.commit),
    )
    return Measured(codemods.fixable / codemods.violations, evidence)


def _done(
    migration: Migration, measures: Measures, stated: Mapping[str, bool], today: date
) -> Measurement:
    """The share of the plan's steps that are done; unmeasured while one of them is unknown."""
    states = plan.steps(migration.plan, measures, stated, today=today)
    if not states:
        return Unmeasured("there is no plan")
    for state in states:
        if state.standing is Standing.UNKNOWN:
            return Unmeasured(f"step {state.step.title!r} is not known: {_why(state)}")
    done = sum(state.standing is Standing.MET for state in states)
    evidence = Evidence(basis=f"{done} of {many(len(states), 'step')}", caveats=_stated(states))
    return Measured(done / len(states), evidence)


def _why(state: StepState) -> str:
    if state.check is not None and isinstance(state.check.measurement, Unmeasured):
        return state.check.measurement.reason
    return "it has no condition, and nobody has said"


def _stated(states: Sequence[StepState]) -> tuple[str, ...]:
    stated = sum(state.stated for state in states)
    return (f"{many(stated, 'step')} as people state it",) if stated else ()
