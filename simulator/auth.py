"""Who asks, and what they may do.

See https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app and
https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps.
"""

import base64
import binascii
import time
from collections.abc import Collection
from dataclasses import dataclass
from wsgiref.types import WSGIEnvironment

import jwt

from simulator.answers import Refusal
from simulator.model import (
    READ,
    TALK,
    WRITE,
    App,
    Installation,
    Json,
    Repository,
    Token,
    User,
    suffices,
)
from simulator.world import World

_LONGEST_JWT_SECONDS = 600 + 60  # ten minutes, and a minute for clocks that differ


@dataclass(frozen=True, slots=True)
class Actor:
    """Who sent a request: nobody, an App by its JWT, an installation, or a user by a token."""

    user: User | None = None
    app: App | None = None
    token: Token | None = None

    @property
    def installation(self) -> Installation | None:
        """The installation whose token was shown."""
        return None if self.token is None else self.token.installation

    @property
    def is_app_itself(self) -> bool:
        """Whether an App showed its JWT."""
        return self.app is not None and self.token is None

    def __str__(self) -> str:
        if self.is_app_itself and self.app is not None:
            return f"app/{self.app.slug}"
        return "anonymous" if self.user is None else self.user.login

    def level(self, repo: Repository, permission: str) -> str | None:
        """How far a permission reaches in a repository, public readability left aside."""
        token = self.token
        if token is None or self.user is None:
            return None
        if token.repository_ids is not None and repo.id not in token.repository_ids:
            return None
        if token.installation is not None:
            installation = token.installation
            if not installation.covers(repo):
                return None
            return READ if permission == "metadata" else (token.permissions or {}).get(permission)
        role = repo.role_of(self.user)
        if token.permissions is None or role is None:
            return role
        granted = READ if permission == "metadata" else token.permissions.get(permission)
        return granted if suffices(role, granted or READ) else role

    def sees(self, repo: Repository) -> bool:
        """Whether the repository exists for them."""
        return not repo.private or self.level(repo, "metadata") is not None

    def may(self, repo: Repository, permissions: Collection[str], level: str) -> bool:
        """Whether any of the permissions reaches `level` there.

        `TALK` asks an App for `write`, and a user only to see the repository.
        """
        if level == READ and not repo.private:
            return True
        if level == TALK and self.token is not None and self.installation is None:
            given = self.token.permissions
            granted = given is None or any(suffices(given.get(it), WRITE) for it in permissions)
            return granted and self.sees(repo)
        wanted = WRITE if level == TALK else level
        return any(suffices(self.level(repo, name), wanted) for name in permissions)

    def refusal(self) -> Refusal:
        """What GitHub says to somebody who sees a thing and may not touch it."""
        if self.app is not None:
            return Refusal(403, "Resource not accessible by integration")
        if self.token is not None and self.token.permissions is not None:
            return Refusal(403, "Resource not accessible by personal access token")
        return Refusal(403, "Must have write access to the repository")


ANONYMOUS = Actor()

NOTES = "simulator.notes"


def note_actor(environ: WSGIEnvironment, actor: Actor) -> None:
    """Leave word for the journal. Layers copy the environment, so the note is a shared dict."""
    environ.get(NOTES, {})["who"] = str(actor)


def credential(header: str | None) -> str | None:
    """The secret in an Authorization header: `Bearer X`, `token X`, or Basic with X as password."""
    if not header:
        return None
    scheme, _, value = header.strip().partition(" ")
    if scheme.lower() in ("bearer", "token"):
        return value.strip()
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return password or user


def identify(world: World, header: str | None) -> Actor:
    """Whose request this is; raises `Refusal` 401 for credentials that do not hold."""
    secret = credential(header)
    if secret is None:
        return ANONYMOUS
    if secret.count(".") == 2:
        return Actor(app=_app_of(world, secret))
    token = world.tokens.get(secret)
    if token is None or not token.valid:
        raise Refusal(401, "Bad credentials")
    installation = token.installation
    if installation is None:
        return Actor(token.user, None, token)
    if installation.suspended_at is not None:
        raise Refusal(403, "This installation has been suspended")
    if installation.id not in world.installations:
        raise Refusal(401, "Bad credentials")
    return Actor(token.user, installation.app, token)


def _app_of(world: World, encoded: str) -> App:
    try:
        claims: Json = jwt.decode(encoded, options={"verify_signature": False})
    except jwt.InvalidTokenError as error:
        raise Refusal(401, "A JSON web token could not be decoded") from error
    issuer = str(claims.get("iss"))
    app = next((a for a in world.apps.values() if issuer in (str(a.id), a.client_id)), None)
    if app is None:
        raise (
            Refusal(401, "Integration not found")
            if issuer.isdigit()
            else Refusal(401, "'Issuer' claim ('iss') must be an Integer")
        )
    try:
        jwt.decode(
            encoded, app.public_key, algorithms=["RS256"], options={"require": ["exp", "iat"]}
        )
    except jwt.ExpiredSignatureError as error:
        message = (
            "'Expiration time' claim ('exp') must be a numeric value representing the future time"
            " at which the assertion expires"
        )
        raise Refusal(401, message) from error
    except jwt.InvalidTokenError as error:
        raise Refusal(401, "A JSON web token could not be decoded") from error
    if claims["exp"] > time.time() + _LONGEST_JWT_SECONDS:
        raise Refusal(401, "'Expiration time' claim ('exp') is too far in the future")
    return app
