from bot.domain.work import Target, TargetKind, TargetState, Work
from bot.handlers.services import Services


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
        ]
    )
