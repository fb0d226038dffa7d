"""Who Canon is to GitHub: an App with installation tokens, or the owner of a fine-grained token.

See https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from threading import Lock

import structlog
from github.Auth import AppAuth, Token
from jwt import PyJWTError
from typing_extensions import override

from bot.adapters.git.mirror import basic_authorization
from bot.adapters.github.client import RenewableAuth, Session
from bot.adapters.github.errors import NotFoundError
from bot.domain.errors import (
    InputError,
    PermissionMissingError,
    RepositoryGoneError,
    RequestRefusedError,
)
from bot.ports.clock import Clock

_log = structlog.get_logger(__name__)

# All that an installation token is asked for: checks, and comments on issues and pull requests.
PERMISSIONS = {
    "checks": "write",
    "contents": "read",
    "issues": "write",
    "metadata": "read",
    "pull_requests": "write",
}

# What an App may lack and still judge pull requests; tracked issues then have no comments.
DISPENSABLE = frozenset({"issues"})

# What a token is asked for that opens a pull request of Canon's own; it goes nowhere else.
PROPOSING = {"contents": "write", "metadata": "read", "pull_requests": "write"}

# What a token is asked for that dispatches workflows; repositories without such tests need none.
DISPATCHING = {"actions": "write", "metadata": "read"}

# A token lives for an hour. One that is handed out can still be used for a fetch of this length.
RENEWAL_MARGIN = timedelta(minutes=5)


class Purpose(Enum):
    """What an installation token is for."""

    JUDGING = auto()
    PROPOSING = auto()
    DISPATCHING = auto()


_PERMISSIONS: Mapping[Purpose, Mapping[str, str]] = {
    Purpose.JUDGING: PERMISSIONS,
    Purpose.PROPOSING: PROPOSING,
    Purpose.DISPATCHING: DISPATCHING,
}


@dataclass(frozen=True, slots=True)
class Scope:
    """What an installation token is narrowed to: one repository of one installation, by id."""

    installation_id: int
    repository_id: int
    purpose: Purpose = Purpose.JUDGING

    @property
    def permissions(self) -> Mapping[str, str]:
        """All that the token may do."""
        return _PERMISSIONS[self.purpose]


@dataclass(frozen=True, slots=True)
class InstallationToken:
    """A token and the time (UTC) from which GitHub does not take it any more."""

    value: str = field(repr=False)
    expires_at: datetime

    def fresh(self, now: datetime) -> bool:
        """Whether it can be handed out at `now`."""
        return now < self.expires_at - RENEWAL_MARGIN


class InstallationTokens:
    """Installation tokens, one per scope, fetched on first use and kept until they near their end.

    Shared by all threads. Two that ask at once may fetch twice; both tokens are good.
    """

    def __init__(self, app_session: Callable[[], Session], clock: Clock) -> None:
        self._app_session = app_session
        self._clock = clock
        self._lock = Lock()
        self._tokens: dict[Scope, InstallationToken] = {}

    def get(self, scope: Scope) -> str:
        """The token's value; raises `RepositoryGoneError` and `PermissionMissingError`."""
        now = self._clock.now()
        with self._lock:
            token = self._tokens.get(scope)
        if token is None or not token.fresh(now):
            token = self._fetch(scope)
            with self._lock:
                kept = {at: old for at, old in self._tokens.items() if old.fresh(now)}
                self._tokens = {**kept, scope: token}
        return token.value

    def forget(self, scope: Scope) -> None:
        """Drop the token of `scope`, so that the next use fetches a new one."""
        with self._lock:
            self._tokens.pop(scope, None)

    def _fetch(self, scope: Scope) -> InstallationToken:
        try:
            return self._asked_for(scope, scope.permissions)
        except PermissionMissingError as error:
            least = {k: v for k, v in scope.permissions.items() if k not in DISPENSABLE}
            if least == scope.permissions:
                raise
            _log.warning("permission.missing", error=str(error), goes_on_with=sorted(least))
            return self._asked_for(scope, least)

    def _asked_for(self, scope: Scope, permissions: Mapping[str, str]) -> InstallationToken:
        wanted = {"repository_ids": [scope.repository_id], "permissions": dict(permissions)}
        path = f"/app/installations/{scope.installation_id}/access_tokens"
        try:
            _, answer = self._app_session().requestJsonAndCheck("POST", path, input=wanted)
        except NotFoundError as error:
            raise RepositoryGoneError(f"the installation is gone: {error}") from error
        except RequestRefusedError as error:
            if "permissions requested" in str(error):
                wish = ", ".join(f"{name}={level}" for name, level in permissions.items())
                raise PermissionMissingError(f"{error} (needs {wish})") from error
            if "repository" in str(error):
                raise RepositoryGoneError(f"the installation lost it: {error}") from error
            raise
        return InstallationToken(answer["token"], datetime.fromisoformat(answer["expires_at"]))


class InstallationAuth(RenewableAuth):
    """Authenticates requests to one repository with its installation token."""

    def __init__(self, tokens: InstallationTokens, scope: Scope) -> None:
        self._tokens = tokens
        self._scope = scope

    @property
    @override
    def token_type(self) -> str:
        return "Bearer"

    @property
    @override
    def token(self) -> str:
        return self._tokens.get(self._scope)

    @override
    def forget(self) -> None:
        self._tokens.forget(self._scope)


class TokenCredentials:
    """`GitCredentials` of a session: its token, as GitHub's git server takes it."""

    def __init__(self, auth: RenewableAuth | Token) -> None:
        self._auth = auth

    def authorization(self) -> str:
        """The value of the Authorization header; a new token where the last one nears its end."""
        return basic_authorization(self._auth.token)

    def refused(self) -> None:
        """Forget a token that can be fetched anew; a fixed one is only replaced by its owner."""
        if isinstance(self._auth, RenewableAuth):
            self._auth.forget()


def app_auth(app_id: int, private_key: str) -> AppAuth:
    """The App's own authentication; raises `InputError` where the key cannot sign."""
    try:
        auth = AppAuth(app_id, private_key or "missing")
        auth.create_jwt()
    except (PyJWTError, TypeError, ValueError):  # not chained: they might quote the key
        raise InputError(
            "the GitHub App's private key is not an RSA key in PEM form "
            "(a file that begins with -----BEGIN RSA PRIVATE KEY-----)"
        ) from None
    return auth


def token_auth(token: str) -> Token:
    """A fixed token's authentication; raises `InputError` where it cannot be one."""
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise InputError("the GitHub token is empty or holds characters that no token has")
    return Token(token)
