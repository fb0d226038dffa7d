from collections.abc import Mapping

from bot.config import digest, load
from bot.domain.errors import ConfigurationInvalidError
from bot.domain.work import Target, TargetKind, TargetState, Work
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
    files = _configuration_at(services, access, state, head_sha)
    if is_default:
        _watch(services, state, files)
    now = digest(files) if files else None
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


def _watch(services: Services, state: TargetState, files: Mapping[str, bytes]) -> None:
    """Look at the issues that migrations of the default branch name, and keep their probes."""
    try:
        migrations = load(files).migrations if files else ()
    except ConfigurationInvalidError:
        return  # the check on the branch says so; what was watched is watched on
    repository, branch = state.target.repository, state.target.name
    services.probes.keep(repository, branch, {one.issue: one.probes for one in migrations})
    services.queue.want(
        [
            Work(
                target=Target(repository, TargetKind.ISSUE, str(migration.issue)),
                reason="default branch",
                base_ref=branch,
            )
            for migration in migrations
        ]
    )


def _configuration_at(
    services: Services, access: RepositoryAccess, state: TargetState, head_sha: str
) -> Mapping[str, bytes]:
    """The branch's configuration files; empty where it has none."""
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
    return configuration_at(services.commits(git_dir), head_sha)
