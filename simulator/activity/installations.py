"""Apps and where they are installed."""

import secrets
from collections.abc import Collection
from datetime import timedelta

from simulator.answers import Refusal
from simulator.events import announce, announce_installation
from simulator.model import (
    App,
    Installation,
    Json,
    Repository,
    Token,
    User,
    now,
    suffices,
)
from simulator.payloads.apps import installed_repository
from simulator.world import World

_TOKEN_LIFE = timedelta(hours=1)


def install(  # noqa: PLR0913 - the parts of an installation
    world: World,
    app: App,
    account: User,
    sender: User,
    *,
    permissions: dict[str, str] | None = None,
    repositories: Collection[Repository] | None = None,
) -> Installation:
    """Install an App; `repositories` None chooses all, also those to come."""
    selected = None if repositories is None else {repo.id for repo in repositories}
    it = Installation(world.new_id(), app, account, dict(permissions or app.permissions), selected)
    world.installations[it.id] = it
    _tell(world, it, "created", sender)
    return it


def uninstall(world: World, it: Installation, sender: User) -> None:
    """Remove it; its tokens die with it."""
    _tell(world, it, "deleted", sender)
    del world.installations[it.id]


def suspend(world: World, it: Installation, sender: User) -> None:
    """Take its access away for a while."""
    it.suspended_at, it.suspended_by = now(), sender
    _tell(world, it, "suspend", sender)


def unsuspend(world: World, it: Installation, sender: User) -> None:
    """Give it back."""
    it.suspended_at = it.suspended_by = None
    _tell(world, it, "unsuspend", sender)


def accept_permissions(
    world: World, it: Installation, sender: User, permissions: dict[str, str]
) -> None:
    """The owner accepts what the App newly asks for."""
    it.permissions = dict(permissions)
    _tell(world, it, "new_permissions_accepted", sender)


def choose(world: World, it: Installation, sender: User, repos: Collection[Repository]) -> None:
    """Choose other repositories."""
    before, after = covered(world, it), list(repos)
    it.selected = {repo.id for repo in after}
    added = [repo for repo in after if repo not in before]
    removed = [repo for repo in before if repo not in after]
    for action, some in (("added", added), ("removed", removed)):
        if some:
            _tell_repositories(world, it, action, some, sender)


def covered(world: World, it: Installation) -> list[Repository]:
    """The repositories it reaches."""
    return [repo for repo in world.repositories.values() if it.covers(repo)]


def issue_token(
    world: World,
    it: Installation,
    permissions: dict[str, str] | None,
    repositories: list[Repository] | None,
) -> Token:
    """Make a token, narrowed as asked; None asks for everything, `{}` for nothing.

    Raises `Refusal` 403 for a suspended installation and 422 for more than was granted.
    """
    if it.suspended_at is not None:
        raise Refusal(403, "This installation has been suspended")
    wanted = dict(it.permissions if permissions is None else permissions)
    for name, level in wanted.items():
        if not suffices(it.permissions.get(name), level):
            raise Refusal(422, "The permissions requested are not granted to this installation.")
    if repositories is not None and not all(it.covers(repo) for repo in repositories):
        raise Refusal(
            422,
            "There is at least one repository that does not exist or is not accessible to the"
            " parent installation.",
        )
    ids = None if repositories is None else frozenset(repo.id for repo in repositories)
    token = Token("ghs_" + secrets.token_hex(18), it.app.bot, it, wanted, ids, now() + _TOKEN_LIFE)
    world.tokens[token.value] = token
    return token


def rename(world: World, repo: Repository, name: str, sender: User) -> None:
    """Rename a repository; the old name leads to it from then on."""
    old, repo_name = repo.name, name
    world.former_names[repo.full_name.lower()] = repo.id
    repo.name = repo_name
    world.former_names.pop(repo.full_name.lower(), None)
    body = {"action": "renamed", "changes": {"repository": {"name": {"from": old}}}}
    announce(world, "repository", repo, sender, body)


def _tell(world: World, it: Installation, action: str, sender: User) -> None:
    listed = [installed_repository(repo) for repo in covered(world, it)]
    body: Json = {"action": action, "repositories": listed, "requester": None}
    announce_installation(world, "installation", it, sender, body)


def _tell_repositories(
    world: World, it: Installation, action: str, some: list[Repository], sender: User
) -> None:
    listed = [installed_repository(repo) for repo in some]
    body: Json = {
        "action": action,
        "repositories_added": listed if action == "added" else [],
        "repositories_removed": listed if action == "removed" else [],
        "repository_selection": "all" if it.selected is None else "selected",
        "requester": None,
    }
    announce_installation(world, "installation_repositories", it, sender, body)
