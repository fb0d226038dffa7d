"""What becomes of waivers by command when their time comes."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import groupby
from typing import Final

import structlog

from bot.domain.errors import CanonError
from bot.domain.repository import RepositoryRef
from bot.domain.waiver import GivenWaiver
from bot.domain.work import Target, TargetKind, Work
from bot.handlers.notes import say_once
from bot.handlers.services import Services
from bot.reports.waivers import ending_markdown

_log = structlog.get_logger(__name__)

ANNOUNCED_BEFORE: Final = timedelta(days=7)

_Due = tuple[RepositoryRef, GivenWaiver]


def keep_waivers(services: Services) -> None:
    """Announce waivers a week before they end, and judge anew what they excused when they have.

    Each once. Migrations are told apart: one that cannot be told of keeps the others from nothing.
    """
    today = services.clock.now().date()
    for repository, due in _by_repository(services.waivers.lapsed(today)):
        _judge_again(services, repository, due)
    for repository, due in _by_repository(services.waivers.ending(today + ANNOUNCED_BEFORE)):
        for issue, ending in groupby(due, key=lambda one: one.migration):
            try:
                _announce(services, repository, issue, list(ending))
            except CanonError as error:
                _log.warning("waivers.unannounced", issue=issue, error=str(error))


def _announce(
    services: Services, repository: RepositoryRef, issue: int, ending: Sequence[GivenWaiver]
) -> None:
    """Tell on the tracked issue, in one comment, which waivers end within a week, or have."""
    access = services.github.open(repository)
    target = Target(repository, TargetKind.ISSUE, str(issue))
    occasion = f"waivers:{ending[0].id}"
    say_once(services, access, target, occasion, ending_markdown(ending))
    services.waivers.announced([one.id for one in ending], services.clock.now())


def _judge_again(
    services: Services, repository: RepositoryRef, lapsed: Sequence[GivenWaiver]
) -> None:
    """The day has come: what stood excused counts again, in every open pull request."""
    targets = services.runs.judged(repository.id)
    services.queue.want([Work(target=it, reason="waiver ended", force=True) for it in targets])
    services.waivers.acted_upon([one.id for one in lapsed], services.clock.now())
    _log.info("waivers.lapsed", repository=repository.full_name, count=len(lapsed))


def _by_repository(
    found: Sequence[_Due],
) -> Iterator[tuple[RepositoryRef, Sequence[GivenWaiver]]]:
    """Waivers of the same repository, under the name that the latest knew; they come in order."""
    for _, several in groupby(found, key=lambda pair: pair[0].id):
        due = list(several)
        yield due[-1][0], [waiver for _, waiver in due]
