"""Everything that follows from what was seen of a migration, worked out once for every report."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.decide.forecast import forecast
from bot.decide.gate import final_target
from bot.decide.matrix import decide
from bot.decide.measures import measure
from bot.decide.plan import readiness, steps
from bot.decide.success import success
from bot.domain.evidence import MigrationEvidence
from bot.domain.forecast import CountOn, Forecast, NoForecast
from bot.domain.measurement import Measures, Unmeasured
from bot.domain.progress import CriterionState, Readiness, StepState
from bot.domain.recommendation import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleProgress:
    """One rule on its way: `first` is its first recorded count, None where there is none.

    `unchecked` says why the rule could not be checked; `now` is no measurement then.
    """

    id: str
    first: int | None
    now: int
    target: int
    unchecked: str = ""

    @property
    def left(self) -> int:
        """How many violations are still to go."""
        return max(0, self.now - self.target)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What is known, wanted and advised of one migration on one day.

    `decision` is None where the configuration has no matrix.
    """

    measures: Measures
    steps: tuple[StepState, ...]
    criteria: tuple[CriterionState, ...]
    readiness: Readiness
    decision: Decision | None
    rules: tuple[RuleProgress, ...]
    forecast: Forecast | NoForecast

    @property
    def unchecked(self) -> tuple[RuleProgress, ...]:
        """The rules that could not be checked: all sums are without them."""
        return tuple(rule for rule in self.rules if rule.unchecked)

    @property
    def now(self) -> int:
        """The violations of all rules, without the waived."""
        return sum(rule.now for rule in self.rules)

    @property
    def left(self) -> int:
        """The violations of all rules that are above their targets."""
        return sum(rule.left for rule in self.rules)

    @property
    def first(self) -> int | None:
        """The first recorded count of all rules; None while one of them has none."""
        known = [rule.first for rule in self.rules if rule.first is not None]
        return sum(known) if known and len(known) == len(self.rules) else None


def assess(evidence: MigrationEvidence, today: date) -> Assessment:
    """Measure, hold against what was wanted, decide and forecast; `today` is a day of UTC."""
    migration, seen = evidence.migration, evidence.observations
    measures = measure(migration, seen, today=today)
    planned = steps(migration.plan, measures, evidence.stated_done, today=today)
    return Assessment(
        measures=measures,
        steps=planned,
        criteria=success(migration.success, measures),
        readiness=readiness(migration, measures, evidence.tests, planned),
        decision=decide(migration.decision, measures) if migration.decision else None,
        rules=tuple(_rules(evidence)),
        forecast=_forecast(evidence, today),
    )


def _rules(evidence: MigrationEvidence) -> Iterator[RuleProgress]:
    first = evidence.observations.first
    counts = {count.id: count for count in evidence.counts}
    for rule in evidence.migration.rules:
        recorded = first.get(rule.id)
        yield RuleProgress(
            id=rule.id,
            first=None if recorded is None else recorded.count,
            now=counts[rule.id].count,
            target=final_target(rule, evidence.migration.phase),
            unchecked=counts[rule.id].unchecked,
        )


def _forecast(evidence: MigrationEvidence, today: date) -> Forecast | NoForecast:
    if isinstance(evidence.history, Unmeasured):
        return NoForecast(evidence.history.reason)
    history = [CountOn(day.on, day.total) for day in evidence.history]
    if not any(count.unchecked for count in evidence.counts):
        history.append(CountOn(today, sum(count.count for count in evidence.counts)))
    return forecast(history, today=today)
