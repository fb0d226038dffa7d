"""Why something is a violation, since when, and what to write instead."""

from bot.domain.configuration import Migration, Rule
from bot.domain.effects import Finding
from bot.domain.errors import CouldNotCheckError
from bot.domain.violation import Violation
from bot.handlers.commands.done import Done
from bot.handlers.commands.here import Here
from bot.handlers.commands.waive import find
from bot.reports.markdown import code, link, message, prose
from bot.reports.stamp import short


def explain(here: Here, fingerprint: str) -> Done:
    """Tell all that is known of one violation at the head."""
    (violation,) = find(here, Finding(fingerprint))
    migration = here.migration(violation.migration)
    rule = next((one for one in migration.rules if one.id == violation.rule), None)
    place = link(code(f"{violation.path}:{violation.line}"), _page(here, violation))
    what = violation.severity.value + (f", {rule.kind}" if rule is not None else "")
    lines = [
        f"{place} breaks {code(violation.rule)} ({what}) of #{migration.issue}:",
        "",
        f"- Migration: {prose(migration.title)}",
        *_why(violation),
        f"- Since: {_since(here, violation)}",
        f"- In the phase {migration.phase.value}: {_asked(migration, rule)}",
        *_excuse(violation),
        f"- Its fingerprint: {code(violation.fingerprint)}",
    ]
    return Done("\n".join(lines))


def _page(here: Here, violation: Violation) -> str | None:
    return here.context(here.head).blob(violation.path, violation.line)


def _why(violation: Violation) -> list[str]:
    what = [f"- What: {code(violation.symbol)}"] if violation.symbol != violation.path else []
    why = [f"- Why: {message(violation.message, 600)}"] if violation.message else []
    instead = violation.replacement
    return [*what, *why, *([f"- Write instead: {code(instead)}"] if instead else [])]


def _since(here: Here, violation: Violation) -> str:
    """The commit that the line comes from, as git-blame(1) says."""
    try:
        origin = here.commits.origin(here.head, violation.path, violation.line)
    except CouldNotCheckError:
        origin = None
    if origin is None:
        return "not known: git does not say where this line comes from"
    page = here.context(here.head).commit(origin.commit)
    return (
        f"{link(code(short(origin.commit)), page)} of {origin.at:%Y-%m-%d} "
        f"by {prose(origin.author)}: {prose(origin.subject)}"
    )


def _asked(migration: Migration, rule: Rule | None) -> str:
    limit = rule.target_in(migration.phase) if rule is not None else None
    if limit is not None:
        return f"at most {limit:,} of this rule may be there"
    return "none may be added" if migration.phase.value == "migrate" else "it is reported only"


def _excuse(violation: Violation) -> list[str]:
    waiver = violation.waiver
    if waiver is None:
        return []
    where = "in the code" if waiver.source == "code" else link(code("by command"), waiver.source)
    return [f"- Waived {where} by {prose(waiver.by)} until {waiver.until}: {prose(waiver.reason)}"]
