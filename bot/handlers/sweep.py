"""What is done from time to time, because deliveries get lost and processes get stuck."""

import structlog

from bot.domain.errors import CanonError
from bot.domain.work import Target, TargetKind, Work
from bot.handlers.lifecycle import expire
from bot.handlers.services import Services
from bot.ports.store import Run

_log = structlog.get_logger(__name__)


def sweep(services: Services) -> None:
    """End the runs that nobody ends, and look at every repository's open pull requests.

    Each part goes on when another fails: a repository that is gone must not stop the rest.
    """
    for run in services.runs.overdue(services.clock.now()):
        try:
            _end_overdue(services, run)
        except CanonError as error:
            _log.warning("sweep.failed", target=run.key, error=str(error))
    services.queue.want(
        [
            Work(target=Target(repository, TargetKind.REPOSITORY, ""), reason="sweep")
            for repository in services.runs.repositories()
        ]
    )


def _end_overdue(services: Services, run: Run) -> None:
    """An overdue run whose target nobody holds is taken up again; a stuck one is ended."""
    state = services.runs.target(run.key)
    if state is None:
        return
    with services.runs.exclusive(run.key) as ours:
        if not ours:
            _log.warning("run.expired", target=run.key, run=run.id)
            expire(services, services.github.open(state.target.repository), state, run)
            return
    services.queue.want([Work(target=state.target, reason="overdue", head_sha=state.head_sha)])
