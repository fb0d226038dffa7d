from bot.domain.repository import PullRequest, RepositoryRef
from bot.domain.work import Target, TargetKind, TargetState, Work
from bot.handlers.services import Services
from bot.ports.store import RunState


def reconcile(services: Services, state: TargetState) -> None:
    """Look at every open pull request of a repository: newly installed, or not heard of lately."""
    if state.gone:
        return
    repository = state.target.repository
    github = services.github.open(repository).github
    services.queue.want(
        [
            Work(
                target=Target(repository, TargetKind.PULL_REQUEST, str(pull.number)),
                reason="sweep",
                head_sha=pull.head_sha,
                base_ref=pull.base_ref,
            )
            for pull in github.open_pull_requests(base=None)
            if not _is_known(services, repository, pull)
        ]
    )


def _is_known(services: Services, repository: RepositoryRef, pull: PullRequest) -> bool:
    """Whether the latest run was for this very head; an unfinished one has a job of its own."""
    target = Target(repository, TargetKind.PULL_REQUEST, str(pull.number))
    newest = services.runs.newest(target.key)
    return (
        newest is not None
        and newest.head_sha == pull.head_sha
        and newest.base_ref == pull.base_ref
        and newest.state in {RunState.RUNNING, RunState.COMPLETED, RunState.CANCELLED}
    )
