"""Opens repositories with credentials narrowed to them: what `wiring` builds."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from github.Auth import Auth
from github.Repository import Repository

from bot.adapters.github.actions import DispatchedWorkflows
from bot.adapters.github.auth import (
    InstallationAuth,
    InstallationTokens,
    Purpose,
    Scope,
    TokenCredentials,
    app_auth,
    token_auth,
)
from bot.adapters.github.checks import CheckRuns
from bot.adapters.github.client import Session, Timeouts, Transport
from bot.adapters.github.comments import Comments, by_app, by_token_owner
from bot.adapters.github.proposals import PullRequestProposals
from bot.adapters.github.repository import GitHubRepository
from bot.adapters.github.statuses import CommitStatuses
from bot.domain.errors import CouldNotCheckError, InputError
from bot.domain.publication import CheckOutput
from bot.domain.repository import RepositoryRef
from bot.ports.clock import Clock
from bot.ports.github import CheckProgress, Reaction, RepositoryAccess


class _Verdicts(Protocol):
    """How the verdict is posted: `CheckRuns` or `CommitStatuses`."""

    def start(self, check: CheckProgress, *, uncertain: bool) -> CheckProgress: ...

    def progress(self, check: CheckProgress, *, title: str, summary: str) -> None: ...

    def complete(
        self,
        check: CheckProgress,
        output: CheckOutput,
        *,
        uncertain: bool,
        record: Callable[[CheckProgress], None],
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class RepositoryPublisher:
    """Implements the port `Publisher` for one repository."""

    verdicts: _Verdicts
    comments: Comments

    def start(self, check: CheckProgress, *, uncertain: bool) -> CheckProgress:
        """Post the verdict as in progress."""
        return self.verdicts.start(check, uncertain=uncertain)

    def progress(self, check: CheckProgress, *, title: str, summary: str) -> None:
        """Say how far the verdict is."""
        self.verdicts.progress(check, title=title, summary=summary)

    def complete(
        self,
        check: CheckProgress,
        output: CheckOutput,
        *,
        uncertain: bool,
        record: Callable[[CheckProgress], None],
    ) -> None:
        """Post the verdict."""
        self.verdicts.complete(check, output, uncertain=uncertain, record=record)

    def comment(
        self,
        number: int,
        body: str,
        *,
        marker: str,
        known_id: int | None,
        since: datetime | None = None,
    ) -> int:
        """Make the one comment say `body`."""
        return self.comments.put(number, body, marker=marker, known_id=known_id, since=since)

    def react(self, comment_id: int, reaction: Reaction) -> None:
        """Put an emoji on a comment."""
        self.comments.react(comment_id, reaction)


@dataclass(frozen=True, slots=True)
class Posting:
    """How verdicts look: the name they stand under, and where their details are (a URL)."""

    check_name: str
    details_url: str | None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One GitHub, and what every session with it shares."""

    api_url: str
    transport: Transport
    clock: Clock

    def session(self, auth: Auth) -> Session:
        """A session for one thread."""
        return Session(auth, api_url=self.api_url, transport=self.transport, clock=self.clock)


class AppAccess:
    """`GitHubAccess` of a GitHub App: check runs, and a token of its own for each repository."""

    def __init__(
        self, endpoint: Endpoint, posting: Posting, *, app_id: int, private_key: str
    ) -> None:
        """Raises `InputError` where the key cannot sign; asks GitHub nothing yet."""
        app = app_auth(app_id, private_key)
        self._endpoint = endpoint
        self._posting = posting
        self._app_id = app_id
        self._tokens = InstallationTokens(lambda: endpoint.session(app), endpoint.clock)

    def open(self, repository: RepositoryRef) -> RepositoryAccess:
        """Access to one repository; the token is fetched on first use."""
        name = repository.full_name
        scope = _scope(repository)
        auth = InstallationAuth(self._tokens, scope)
        there = Repository(self._endpoint.session(auth), url=f"/repos/{name}")
        writing = InstallationAuth(self._tokens, replace(scope, purpose=Purpose.PROPOSING))
        checks = CheckRuns(
            there,
            app_id=self._app_id,
            name=self._posting.check_name,
            details_url=self._posting.details_url,
            clock=self._endpoint.clock,
        )
        return RepositoryAccess(
            github=GitHubRepository(there),
            publisher=RepositoryPublisher(checks, Comments(there, ours=by_app(self._app_id))),
            proposals=PullRequestProposals(
                Repository(self._endpoint.session(writing), url=f"/repos/{name}")
            ),
            credentials=TokenCredentials(auth),
        )

    def workflows(self, repository: RepositoryRef) -> DispatchedWorkflows:
        """The workflows of one repository; the token is fetched on first use."""
        scope = replace(_scope(repository), purpose=Purpose.DISPATCHING)
        auth = InstallationAuth(self._tokens, scope)
        return DispatchedWorkflows(self._endpoint.session(auth), repository.full_name)

    def close(self) -> None:
        """Close idle connections."""
        self._endpoint.transport.close()


class TokenAccess:
    """`GitHubAccess` of a fine-grained token's owner: commit statuses, one token for all."""

    def __init__(self, endpoint: Endpoint, posting: Posting, *, token: str) -> None:
        """Raises `InputError` where the token cannot be one; asks GitHub nothing yet."""
        self._endpoint = endpoint
        self._posting = posting
        self._auth = token_auth(token)

    def open(self, repository: RepositoryRef) -> RepositoryAccess:
        """Access to one repository."""
        session = self._endpoint.session(self._auth)
        there = Repository(session, url=f"/repos/{repository.full_name}")
        statuses = CommitStatuses(
            there, context=self._posting.check_name, target_url=self._posting.details_url
        )
        return RepositoryAccess(
            github=GitHubRepository(there),
            publisher=RepositoryPublisher(statuses, Comments(there, ours=by_token_owner(session))),
            proposals=PullRequestProposals(there),
            credentials=TokenCredentials(self._auth),
        )

    def workflows(self, repository: RepositoryRef) -> DispatchedWorkflows:
        """The workflows of one repository."""
        return DispatchedWorkflows(self._endpoint.session(self._auth), repository.full_name)

    def close(self) -> None:
        """Close idle connections."""
        self._endpoint.transport.close()


def _scope(repository: RepositoryRef) -> Scope:
    if repository.installation_id is None:
        name = repository.full_name
        raise CouldNotCheckError(f"no installation of the App is known for {name}")
    return Scope(repository.installation_id, repository.id)


def github_access(  # noqa: PLR0913 - settings in, one by one; all by name
    *,
    api_url: str,
    check_name: str,
    public_url: str | None,
    clock: Clock,
    app_id: int | None = None,
    private_key: str | None = None,
    token: str | None = None,
    timeouts: Timeouts | None = None,
) -> AppAccess | TokenAccess:
    """Access as the App where its id and key are given, else with the token.

    `api_url` is the REST root: https://api.github.com, https://HOST/api/v3, or any other. Raises
    `InputError` where the credentials are missing or cannot work.
    """
    endpoint = Endpoint(api_url, Transport(timeouts or Timeouts()), clock)
    posting = Posting(check_name, public_url)
    if app_id is not None and private_key is not None:
        return AppAccess(endpoint, posting, app_id=app_id, private_key=private_key)
    if token is not None:
        return TokenAccess(endpoint, posting, token=token)
    raise InputError("GitHub needs either an App's id and private key, or a token")
