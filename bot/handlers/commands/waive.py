"""Waivers by command."""

from collections.abc import Sequence
from datetime import date

from bot.config.problems import did_you_mean
from bot.domain.effects import FileFindings, Finding
from bot.domain.errors import InputError
from bot.domain.violation import Violation
from bot.domain.waiver import GivenWaiver
from bot.handlers.commands.done import Done, declined
from bot.handlers.commands.here import Here
from bot.ports.waivers import Occasion
from bot.reports.markdown import Markdown, code, link, prose
from bot.reports.words import plural


def waive(
    here: Here, occasion: Occasion, subject: Finding | FileFindings, reason: str, until: str
) -> Done:
    """Excuse violations at the head until a day; an earlier waiver of the same is replaced."""
    meant = find(here, subject)
    first = meant[0]
    if any(one.via == "waiver" for one in meant):
        return declined(
            f"What stands at {_place(here, first)} is itself a waiver, and {prose(first.message)}; "
            "it is put right where it is."
        )
    services, repository = here.services, here.repository.id
    given = GivenWaiver(
        id=0,
        migration=first.migration,
        rule=first.rule,
        path=first.path,
        fingerprint=first.fingerprint if isinstance(subject, Finding) else None,
        reason=reason,
        by=here.comment.author,
        given_at=here.received_at,
        until=date.fromisoformat(until),
        source=here.url,
    )
    services.waivers.give(repository, given, occasion)
    same = [one for one in services.waivers.standing(repository) if _same(one, given)]
    replaced = [one.id for one in same[:-1]]
    if replaced:
        at = services.clock.now()
        services.waivers.end(replaced, by=here.comment.author, at=at, occasion=occasion)
    answer = (
        f"Excused until {until}: {_violations(here, meant)}. Reason, as {prose(given.by)} "
        f"gave it: {prose(reason, 600)}\n\n"
        f"From the day after, violations count again; {code('/canon unwaive')} ends it before. "
        "Pull requests that this can concern are judged again."
    )
    return Done(answer, tuple(here.concerned("waiver")))


def unwaive(here: Here, occasion: Occasion, subject: Finding | FileFindings) -> Done:
    """End waivers that were given by command."""
    waivers = here.services.waivers
    found = waivers.ended_on(occasion)
    if not found:
        standing = waivers.standing(here.repository.id)
        found = [one for one in standing if _is_meant(one, subject)]
        if len({(one.migration, one.rule, one.path, one.fingerprint) for one in found}) > 1:
            return declined(
                "More than one waiver is meant: write more digits, or --migration N. "
                + _listed(found)
            )
        if not found:
            return declined(
                "No waiver that was given by command fits that. "
                + (f"There are: {_listed(standing)}" if standing else "There are none.")
            )
        at = here.services.clock.now()
        ids = [one.id for one in found]
        waivers.end(ids, by=here.comment.author, at=at, occasion=occasion)
    return Done(
        f"Ended: {_listed(found)}\n\nPull requests that this can concern are judged again.",
        tuple(here.concerned("waiver")),
    )


def find(here: Here, subject: Finding | FileFindings) -> Sequence[Violation]:
    """The violations at the head that are meant, one at least.

    Raises `InputError` where there is none, or where it is not clear which is meant.
    """
    in_migration = [
        one for one in here.scan.violations if subject.migration in {None, one.migration}
    ]
    if isinstance(subject, Finding):
        wanted = subject.fingerprint
        found = [one for one in in_migration if one.fingerprint.startswith(wanted)]
        if len(found) > 1:
            raise InputError(f"{len(found)} fingerprints begin with {wanted}; write more of it")
        if not found:
            raise InputError(f"there is no violation {wanted} at {here.head[:12]}")
        return found
    found = [one for one in in_migration if (one.rule, one.path) == (subject.rule, subject.path)]
    if not found:
        raise InputError(_nothing(here, subject))
    if len({one.migration for one in found}) > 1:
        own = [one for one in found if one.migration == here.comment.number]
        if not own:
            raise InputError("several migrations have a rule of this name; add --migration N")
        found = own
    return found


def _nothing(here: Here, subject: FileFindings) -> str:
    rules = [rule.id for one in here.configuration.migrations for rule in one.rules]
    if subject.rule not in rules:
        return f"there is no rule {subject.rule}; {did_you_mean(subject.rule, rules) or ''}".strip(
            "; "
        )
    return f"there is no violation of {subject.rule} in {subject.path} at {here.head[:12]}"


def _same(one: GivenWaiver, other: GivenWaiver) -> bool:
    if one.fingerprint or other.fingerprint:
        return one.fingerprint == other.fingerprint
    return (one.migration, one.rule, one.path) == (other.migration, other.rule, other.path)


def _is_meant(one: GivenWaiver, subject: Finding | FileFindings) -> bool:
    if subject.migration not in {None, one.migration}:
        return False
    if isinstance(subject, Finding):
        return (one.fingerprint or "").startswith(subject.fingerprint)
    return one.fingerprint is None and (one.rule, one.path) == (subject.rule, subject.path)


def _violations(here: Here, meant: Sequence[Violation]) -> str:
    first = meant[0]
    what = plural(len(meant), "violation")
    return f"{what} of {code(first.rule)} at {_place(here, first)}"


def _place(here: Here, violation: Violation) -> Markdown:
    url = here.context(here.head).blob(violation.path, violation.line)
    return link(code(f"{violation.path}:{violation.line}"), url)


def _listed(waivers: Sequence[GivenWaiver]) -> str:
    """The waivers as a list, each with how to name it; of very many, the first ones."""
    shown = [
        f"\n- {code(_name(one))} until {one.until} by {link(prose(one.by), one.source)}: "
        f"{prose(one.reason)}"
        for one in waivers[:20]
    ]
    left = len(waivers) - len(shown)
    return "\n".join(shown) + (f"\n- {left} more" if left else "")


def _name(one: GivenWaiver) -> str:
    return one.fingerprint[:12] if one.fingerprint else f"{one.rule} {one.path}"
