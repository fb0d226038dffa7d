"""Pull requests that Canon opens by itself or by command; each is opened once."""

from bot.config.phases import with_phase
from bot.decide.assessment import Assessment
from bot.domain.evidence import MigrationEvidence
from bot.domain.phase import Phase
from bot.domain.proposal import Proposal, Proposed
from bot.domain.work import Target, TargetKind
from bot.handlers import evidence
from bot.handlers.evidence import Snapshot
from bot.handlers.services import Services
from bot.ports.github import RepositoryAccess
from bot.reports.standing import proposal_markdown, proposal_title


def propose_phase(  # noqa: PLR0913 - what is proposed, and what it rests on
    services: Services,
    access: RepositoryAccess,
    at: Snapshot,
    phase: Phase,
    found: MigrationEvidence,
    *,
    assessment: Assessment,
    asked_by: str | None,
) -> Proposed:
    """Open the pull request that moves a migration to a phase, with the evidence.

    `asked_by` is the login of who asked for it, None where Canon does it by itself. Raises
    `PermissionMissingError` where Canon may not write contents.
    """
    migration = found.migration
    title = proposal_title(migration, phase)
    context = evidence.context(services, at)
    return access.proposals.propose(
        Proposal(
            branch=f"canon/phase-{migration.issue}-{phase}",
            base=at.branch,
            base_sha=at.commit,
            files=with_phase(at.files, migration.issue, phase),
            message=f"{title}\n\nThe migration of #{migration.issue}.",
            title=title,
            body=proposal_markdown(found, assessment, phase, asked_by, context),
        )
    )


def propose_next_phase(
    services: Services,
    access: RepositoryAccess,
    at: Snapshot,
    found: MigrationEvidence,
    assessment: Assessment,
) -> Proposed | None:
    """Propose the phase that a migration is ready for; None where there is nothing to propose.

    For whoever has just looked at the default branch. Each phase is proposed once: people who
    closed such a pull request are not asked again.
    """
    ready = assessment.readiness
    if not ready.ready or ready.next is None:
        return None
    issue = Target(at.repository, TargetKind.ISSUE, str(found.migration.issue))
    occasion = f"proposed:{ready.next}"
    if services.notes.is_made(issue.key, occasion):
        return None
    proposed = propose_phase(
        services, access, at, ready.next, found, assessment=assessment, asked_by=None
    )
    services.notes.made(issue.key, occasion)
    return proposed
