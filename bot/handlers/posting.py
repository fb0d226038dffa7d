from dataclasses import replace
from datetime import datetime

import structlog

from bot.domain.errors import (
    CouldNotCheckError,
    PermissionMissingError,
    RequestRefusedError,
    RetryLaterError,
)
from bot.domain.pages import run_page
from bot.domain.publication import Publication
from bot.domain.work import external_id
from bot.handlers.ledger import Ledger
from bot.handlers.subject import Subject
from bot.ports.github import CheckProgress, Publisher
from bot.ports.store import Runs, Stage

_log = structlog.get_logger(__name__)


class Posting:
    """Puts one run's check and comment on GitHub, each once, however often the process dies.

    The intent is written down before each request. A run that is taken up again therefore knows
    that GitHub may have heard of it, and asks before it repeats anything.
    """

    def __init__(
        self,
        publisher: Publisher,
        runs: Runs,
        ledger: Ledger,
        subject: Subject,
        *,
        public_url: str | None = None,
    ) -> None:
        self._publisher = publisher
        self._runs = runs
        self._ledger = ledger
        self._subject = subject
        self._public_url = public_url
        self._quiet_until: datetime | None = None

    @property
    def started(self) -> bool:
        """Whether this run has, or may have, a check on GitHub."""
        return self._ledger.run.check is not None

    def start(self) -> None:
        """Post the check as in progress, unless it stands already."""
        check = self._ledger.run.check
        uncertain = check is not None
        if check is None:
            check = CheckProgress(
                head_sha=self._subject.head_sha,
                external_id=external_id(self._subject.target, self._ledger.run.id),
            )
            self._ledger.record_check(check)
        if check.check_id is None and not check.completed:
            run = self._ledger.run
            check = replace(check, details_url=run_page(self._public_url, run.id, run.page))
            self._ledger.record_check(self._publisher.start(check, uncertain=uncertain))

    def progress(self, title: str, summary: str, now: datetime) -> None:
        """Say in the check how far the run is. That it cannot be said is no reason to stop."""
        check = self._ledger.run.check
        quiet = self._quiet_until is not None and now < self._quiet_until
        if quiet or check is None or check.check_id is None or check.completed:
            return
        try:
            self._publisher.progress(check, title=title, summary=summary)
        except RetryLaterError as error:
            self._quiet_until = error.at
            _log.info("progress.postponed", error=str(error))
        except CouldNotCheckError as error:
            _log.warning("progress.refused", error=str(error))

    def publish(self, publication: Publication) -> None:
        """Complete the check, then bring the comment up to date."""
        self._ledger.record(stage=Stage.PUBLISH, conclusion=publication.check.conclusion)
        self.start()
        check = self._ledger.run.check
        assert check is not None
        if not check.completed:
            self._publisher.complete(
                check,
                publication.check,
                uncertain=self._ledger.run.attempts > 1,
                record=self._ledger.record_check,
            )
        self._comment(publication)

    def _comment(self, publication: Publication) -> None:
        number = self._subject.pull_request
        if number is None:
            return
        key = self._subject.target.key
        known = self._runs.comment_id(key)
        body = publication.comment
        if body is None:
            body = publication.resolved if known is not None else None
        if body is None:
            return
        self._ledger.record(stage=Stage.COMMENT)
        try:
            written = self._publisher.comment(number, body, marker=marker(number), known_id=known)
        except (PermissionMissingError, RequestRefusedError) as error:
            # A locked conversation takes no comments; the check says the same.
            _log.warning("comment.refused", pull_request=number, error=str(error))
            return
        if written != known:
            self._runs.remember_comment(key, written)


def marker(pull_request: int) -> str:
    """What makes a comment Canon's own for one pull request; invisible when rendered."""
    return f"<!-- canon:pull_request:{pull_request} -->"
