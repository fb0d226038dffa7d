"""What changes with the day alone: waivers expire, milestones pass, records grow old."""

from datetime import timedelta
from typing import Final

import structlog

from bot.domain.errors import CanonError
from bot.domain.repository import RepositoryRef
from bot.domain.work import Target, TargetKind, Work
from bot.handlers.services import Services

_log = structlog.get_logger(__name__)

_EVERY_NOTE_FOR: Final = timedelta(days=30)
_ANSWERS_FOR: Final = timedelta(days=90)


def look_again(services: Services) -> None:
    """Judge the default branch of every repository anew; its tracked issues follow from that.

    Each is asked for on its own: a repository that is gone must not stop the rest.
    """
    for repository in services.runs.repositories():
        try:
            services.queue.want([_default_branch(services, repository)])
        except CanonError as error:
            _log.warning("daily.failed", repository=repository.full_name, error=str(error))


def thin_history(services: Services) -> None:
    """Keep one note of the counts a day, after a month."""
    services.history.forget((services.clock.now() - _EVERY_NOTE_FOR).date())


def forget_answers(services: Services) -> None:
    """Drop what probes answered more than three months ago."""
    services.probes.forget(services.clock.now() - _ANSWERS_FOR)


def forget_reports(services: Services, kept: timedelta) -> None:
    """Drop the pages of reports that are older than `kept`."""
    services.pages.forget(services.clock.now() - kept)


def _default_branch(services: Services, repository: RepositoryRef) -> Work:
    branch = services.github.open(repository).github.default_branch()
    target = Target(repository, TargetKind.BRANCH, branch)
    return Work(target=target, reason="daily", base_ref=branch, force=True)
