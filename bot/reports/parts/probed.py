"""What is watched beside the code: live services and coverage, as configured and as measured."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.measure import Figure, Measure
from bot.domain.measurement import Measured
from bot.domain.probe import Probe
from bot.reports.figures import share
from bot.reports.frame import Frame
from bot.reports.parts.wanted import basis


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRow:
    """One probe or coverage goal: what is wanted, and what was measured."""

    name: str
    what: str
    wanted: str
    now: str
    basis: str
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """All of them."""

    rows: Sequence[WatchRow]
    rows_left_out: int


def watched(frame: Frame) -> Watched:
    """The probes, then the coverage goals."""
    migration = frame.evidence.migration
    every = [
        *(
            _row(one.name, _what(one), one.alert_below, Figure.PROBE_UP, frame)
            for one in migration.probes
        ),
        *(
            _row(one.name, f"coverage in {one.file}", one.at_least, Figure.COVERAGE, frame)
            for one in migration.coverage
        ),
    ]
    rows = frame.rows(every)
    return Watched(rows=rows.shown, rows_left_out=rows.left_out)


def _row(name: str, what: str, least: float | None, figure: Figure, frame: Frame) -> WatchRow:
    measurement = frame.assessment.measures.of(Measure(figure, name))
    told, url = basis(measurement, frame)
    return WatchRow(
        name=name,
        what=what,
        wanted="-" if least is None else f"at least {share(least)}",
        now=share(measurement.value) if isinstance(measurement, Measured) else "unknown",
        basis=told,
        url=url,
    )


def _what(probe: Probe) -> str:
    if probe.http is not None:
        return f"{probe.http.url} answers {probe.http.status} within {probe.within:g} s"
    assert probe.websocket is not None
    events = " then ".join(probe.websocket.expect_in_order) or "an answer"
    return f"{probe.websocket.url} sends {events} within {probe.within:g} s"
