"""What a report says first: the verdict, and a few sentences that each rest on a figure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.decide.assessment import Assessment
from bot.domain.measure import Figure, Measure
from bot.domain.measurement import Measured
from bot.domain.phase import Phase
from bot.domain.severity import Severity
from bot.reports.figures import share
from bot.reports.frame import Frame
from bot.reports.parts.burndown import forecast_text
from bot.reports.parts.matrix import ALERTS, headline
from bot.reports.parts.rules import SEVERITIES, affected
from bot.reports.parts.suites import Suites
from bot.reports.words import plural


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One line of a summary: a word to find it by, a sentence, and its evidence."""

    lead: str
    text: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The verdict in one line, with the colour of its alert."""

    alert: str
    text: str
    why: str


def verdict(frame: Frame) -> Verdict:
    """The matrix's verdict; without a matrix, where the phase stands."""
    decision, readiness = frame.assessment.decision, frame.assessment.readiness
    if decision is not None:
        return Verdict(
            alert=ALERTS[decision.recommendation], text=headline(decision), why=_phase(frame)
        )
    if readiness.ready:
        return Verdict(alert="TIP", text=f"Ready for {readiness.next}", why=_phase(frame))
    return Verdict(alert="NOTE", text=f"In phase {readiness.phase}", why=_phase(frame))


def violations_key(frame: Frame) -> Key:
    """How many there are now, and how that was."""
    assessment = frame.assessment
    where = f"{plural(assessment.now, 'violation')} in {plural(len(affected(frame)), 'file')}"
    first = assessment.first
    total = assessment.measures.of(Measure(Figure.VIOLATIONS_TOTAL))
    if not isinstance(total, Measured):
        return Key(lead="Violations", text=f"not measured in full, {total.reason}; {where} so far")
    url = frame.url(total.evidence.link)
    if first is None or first <= assessment.now:
        grown = "" if first is None else f", {first:,} at the first count"
        return Key(lead="Violations", text=f"{where}{grown}", url=url)
    gone = share((first - assessment.now) / first)
    return Key(lead="Violations", text=f"{where}, down {gone} from {first:,}", url=url)


def severity_keys(frame: Frame) -> Iterator[Key]:
    """The gravest rules that still find something."""
    rules = {rule.id: rule for rule in frame.evidence.migration.rules}
    for severity in Severity:
        found = [
            one for one in frame.evidence.counts if one.count and rules[one.id].severity is severity
        ]
        if found:
            listed = ", ".join(f"{one.count:,} of {one.id}" for one in found[: frame.room.rows])
            yield Key(
                lead=f"{severity} ({SEVERITIES[severity]})",
                text=listed,
                url=_evidence(frame, Measure(Figure.VIOLATIONS_RULE, found[0].id)),
            )


def reproduced_key(frame: Frame) -> Key:
    """Whether what the migration is about was seen at this commit."""
    found = sum(one.count > 0 for one in frame.evidence.counts)
    rules = len(frame.evidence.counts)
    text = f"{found:,} of {plural(rules, 'rule')} find something"
    unchecked = len(frame.assessment.unchecked)
    return Key(
        lead="Reproduced",
        text=f"{text}; {unchecked:,} could not be checked" if unchecked else text,
        url=_evidence(frame, Measure(Figure.RULES_CONFIRMED)),
    )


def tests_key(found: Suites) -> Key:
    """What the tests came to."""
    if found.missing or found.total is None:
        return Key(lead="Tests", text=f"not measured: {found.missing or 'nothing has run'}")
    text = f"{found.as_expected:,} of {plural(found.total, 'test')} as expected"
    held = f"{found.categories_expected:,} of {found.categories:,}"
    return Key(lead="Tests", text=f"{text}; all of them in {held} categories", url=found.commit_url)


def forecast_key(assessment: Assessment) -> Key:
    """The day of zero."""
    return Key(lead="Forecast", text=forecast_text(assessment.forecast))


def stake_key(frame: Frame) -> Sequence[Key]:
    """What is at stake, as people state it; nothing where nobody has."""
    impact = frame.evidence.migration.impact
    if impact is None:
        return ()
    said = [part for part in (impact.summary, impact.value_at_risk) if part]
    if not said:
        return ()
    return (Key(lead="At stake (stated)", text="; ".join(said), url=frame.configuration()),)


def _evidence(frame: Frame, measure: Measure) -> str | None:
    """The page that a measure was read from; None where it could not be taken."""
    found = frame.assessment.measures.of(measure)
    return frame.url(found.evidence.link) if isinstance(found, Measured) else None


def _phase(frame: Frame) -> str:
    readiness = frame.assessment.readiness
    open_ones = len(readiness.blocking)
    are = "is" if open_ones == 1 else "are"
    if readiness.phase is Phase.DONE:
        broken = f"It does not hold: {plural(open_ones, 'condition')} {are} not met"
        return broken if open_ones else "It holds: every condition is met"
    if readiness.ready:
        return f"Every condition for {readiness.next} is met"
    return f"{plural(open_ones, 'condition')} for {readiness.next} {are} open"
