from bot.config import digest
from bot.domain.work import TargetState, Work
from bot.handlers.checkpoint import Deadline
from bot.handlers.commits import configuration_at, knows
from bot.handlers.judge import judge
from bot.handlers.lifecycle import Situation, keep_true, withdraw
from bot.handlers.services import Services
from bot.handlers.subject import Subject
from bot.ports.github import RepositoryAccess


def reconcile(services: Services, state: TargetState) -> None:
    """Keep the default branch's check true, and pull requests judged by the rules of their base.

    A push to a branch that is neither the default one nor the base of a pull request costs no
    request: the pull request that it belongs to has an event of its own.
    """
    branch = state.target.name
    is_default = branch == state.base_ref
    judged = services.runs.judged_against(state.target.repository.id, branch)
    if not is_default and not judged:
        return
    access = services.github.open(state.target.repository)
    head_sha = None if state.gone else access.github.branch_head(branch)
    if head_sha is None:
        withdraw(services, access, state)
        return
    if is_default:
        keep_true(_situation(services, access, state, head_sha), judge)
    now = _digest_at(services, access, state, head_sha)
    services.queue.want(
        [
            Work(target=target, reason="configuration changed", base_ref=branch, force=True)
            for target, before in judged.items()
            if before != now
        ]
    )


def _situation(
    services: Services, access: RepositoryAccess, state: TargetState, head_sha: str
) -> Situation:
    branch = state.target.name
    last = services.runs.last_completed(state.target.key)
    return Situation(
        services=services,
        access=access,
        state=state,
        subject=Subject(
            target=state.target,
            head_sha=head_sha,
            base_ref=branch,
            fetch=(f"refs/heads/{branch}",),
            known_base=head_sha,
            compare_with=last.head_sha if last is not None else state.base_sha,
        ),
        head_now=lambda: access.github.branch_head(branch),
    )


def _digest_at(
    services: Services, access: RepositoryAccess, state: TargetState, head_sha: str
) -> str | None:
    """The digest of the branch's configuration; None where it has none."""
    repository = state.target.repository
    git_dir = services.mirrors.existing(repository)
    if git_dir is None or not knows(services.commits(git_dir), head_sha):
        until = services.clock.now() + services.deadline
        git_dir = services.mirrors.update(
            repository,
            [f"refs/heads/{state.target.name}"],
            credentials=access.credentials,
            cancellation=Deadline(services.clock, until),
        ).git_dir
    files = configuration_at(services.commits(git_dir), head_sha)
    return digest(files) if files else None
