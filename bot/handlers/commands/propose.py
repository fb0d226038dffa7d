"""Pull requests by command: another phase, a first configuration."""

from bot import config
from bot.config.first import first_configuration
from bot.decide.assessment import assess
from bot.domain.phase import Phase
from bot.domain.proposal import Proposal, Proposed
from bot.handlers import evidence
from bot.handlers.commands.done import Done, declined
from bot.handlers.commands.here import Here
from bot.handlers.proposing import propose_phase
from bot.reports.markdown import code, link, prose
from bot.reports.plain import visible
from bot.reports.tracking import tracking_markdown


def phase(here: Here, wanted: Phase, named: int | None) -> Done:
    """Open the pull request that moves the migration to a phase."""
    migration = here.migration(named)
    if migration.phase is wanted:
        return declined(f"#{migration.issue} is in the phase {code(wanted.value)} already.")
    at, services = here.snapshot, here.services
    found = evidence.gather(services, at, migration, evidence.scan(services, at))
    assessment = assess(found, services.clock.now().date())
    by = here.comment.author
    proposed = propose_phase(
        services, here.access, at, wanted, found, assessment=assessment, asked_by=by
    )
    ready = assessment.readiness
    missing = [item.text for item in ready.blocking]
    if ready.next is not wanted:
        standing = "It is not the usual next step; the pull request says where things stand."
    elif missing:
        standing = f"Not met yet: {prose('; '.join(missing), 600)}."
    else:
        standing = "Every condition is met."
    return Done(f"{_opened(proposed)} {standing} It takes effect when it is merged.")


def track(here: Here) -> Done:
    """Open a pull request with a first configuration whose migration is this issue."""
    number = here.comment.number
    if here.files:
        if any(one.issue == number for one in here.configuration.migrations):
            return declined(f"The configuration has a migration #{number} already.")
        path = f"{config.FOLDER}/{number}.yml"
    else:
        path = config.MAIN_FILE
    title = here.access.github.issue_title(number) or f"Issue {number}"
    first = first_configuration(number, title, here.commits.all_paths(here.base.sha))
    text = first.text if path == config.MAIN_FILE else first.migration
    proposed = here.access.proposals.propose(
        Proposal(
            branch=f"canon/track-{number}",
            base=here.base.branch,
            base_sha=here.base.sha,
            files={path: text.encode()},
            message=f"Track #{number}\n\nA first configuration, to be put right by people.",
            title=f"Track “{visible(title, 120)}”",
            body=tracking_markdown(number, path, first, here.comment.author),
        )
    )
    found = f"{len(first.candidates)} modules" if len(first.candidates) != 1 else "1 module"
    return Done(
        f"{_opened(proposed)} It starts with {found} that this may be about, in the phase "
        f"{code('detect')}: put it right there, then merge it."
    )


def _opened(proposed: Proposed) -> str:
    where = link(code(f"#{proposed.number}"), proposed.url)
    return f"Opened {where}." if proposed.new else f"There is a pull request for it: {where}."
