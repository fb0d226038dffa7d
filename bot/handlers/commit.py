from bot.domain.work import TargetState, Work
from bot.handlers.services import Services


def reconcile(services: Services, state: TargetState) -> None:
    """Ask anew for everything that was evaluated at a commit: "Re-run all checks"."""
    repository = state.target.repository
    services.queue.want(
        [
            Work(target=target, reason="rerun of a commit", force=True)
            for target in services.runs.evaluated_at(repository.id, state.target.name)
        ]
    )
