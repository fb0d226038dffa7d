"""Which event goes to whom: installed Apps that may hear it, and the repository's own hooks."""

import json
import uuid
from collections.abc import Collection

from simulator.model import App, Hook, Installation, Json, Repository, User, suffices
from simulator.payloads.apps import installation, simple_installation
from simulator.payloads.basics import node_id, simple_user
from simulator.payloads.repositories import repository
from simulator.urls import Urls
from simulator.webhooks import Message
from simulator.world import World

# Apps that may write checks hear of them without asking.
_FOR_CHECKERS = frozenset({"check_run", "check_suite"})

# What an installation must be able to read to hear of it; any one of them will do.
_NEEDS = {
    "check_run": ("checks",),
    "check_suite": ("checks",),
    "issue_comment": ("issues", "pull_requests"),
    "issues": ("issues",),
    "merge_group": ("merge_queues",),
    "pull_request": ("pull_requests",),
    "push": ("contents",),
    "status": ("statuses",),
    "workflow_run": ("actions",),
}

# Never offered as a choice, always sent to the App concerned.
_ALWAYS = frozenset({"installation", "installation_repositories", "ping"})


def announce(  # noqa: PLR0913 - an event has this many parts
    world: World,
    event: str,
    repo: Repository,
    sender: User,
    body: Json,
    *,
    only: App | None = None,
) -> None:
    """Send an event of a repository. `only` keeps it to one App."""
    common = {
        **body,
        **_organization(world.urls, repo.owner),
        "sender": simple_user(world.urls, sender),
    }
    common.setdefault("repository", repository(world.urls, repo))
    for app in world.apps.values():
        it = world.installation(app, repo)
        if it is not None and only in (None, app) and _hears(it, event):
            payload = {**common, "installation": simple_installation(it)}
            _to_app(world, app, event, payload, it=it, repo=repo)
    for hook in repo.hooks:
        if only is None and _subscribed(hook.events, event):
            _to_repository(world, hook, repo, event, common)


def announce_installation(
    world: World, event: str, it: Installation, sender: User, body: Json
) -> None:
    """Send an event about an installation to its App."""
    payload = {
        **body,
        "installation": installation(world.urls, it),
        "sender": simple_user(world.urls, sender),
        **_organization(world.urls, it.account),
    }
    _to_app(world, it.app, event, payload, it=it)


def ping(world: World, hook: Hook, target: App | Repository, body: Json) -> None:
    """Send the `ping` that every new or changed hook gets."""
    zen = {"zen": "Keep it logically awesome.", "hook_id": hook.id, **body}
    if isinstance(target, App):
        _to_app(world, target, "ping", zen)
    else:
        sender = {"sender": simple_user(world.urls, target.owner)}
        place = {"repository": repository(world.urls, target)}
        _to_repository(world, hook, target, "ping", {**zen, **place, **sender})


def _hears(it: Installation, event: str) -> bool:
    if event in _FOR_CHECKERS and suffices(it.permissions.get("checks"), "write"):
        return True
    if event in _ALWAYS:
        return True
    needs = _NEEDS.get(event, ("metadata",))
    readable = any(suffices(it.permissions.get(name), "read") for name in needs)
    return (readable or needs == ("metadata",)) and _subscribed(it.app.hook.events, event)


def _subscribed(events: Collection[str], event: str) -> bool:
    return "*" in events or event in events


def _to_app(  # noqa: PLR0913 - the parts of a message
    world: World,
    app: App,
    event: str,
    payload: Json,
    *,
    it: Installation | None = None,
    repo: Repository | None = None,
) -> None:
    message = Message(
        guid=str(uuid.uuid4()),
        hook=app.hook,
        target_type="integration",
        target_id=app.id,
        event=event,
        action=payload.get("action"),
        body=json.dumps(payload).encode(),
        installation_id=None if it is None else it.id,
        repository_id=None if repo is None else repo.id,
    )
    world.hookshot.send(message)


def _to_repository(world: World, hook: Hook, repo: Repository, event: str, payload: Json) -> None:
    message = Message(
        guid=str(uuid.uuid4()),
        hook=hook,
        target_type="repository",
        target_id=repo.id,
        event=event,
        action=payload.get("action"),
        body=json.dumps(payload).encode(),
        installation_id=None,
        repository_id=repo.id,
    )
    world.hookshot.send(message)


def _organization(urls: Urls, owner: User) -> Json:
    if owner.type != "Organization":
        return {}
    url = f"{urls.api}/orgs/{owner.login}"
    return {
        "organization": {
            "login": owner.login,
            "id": owner.id,
            "node_id": node_id("O", owner.id),
            "url": url,
            "repos_url": f"{url}/repos",
            "events_url": f"{url}/events",
            "hooks_url": f"{url}/hooks",
            "issues_url": f"{url}/issues",
            "members_url": f"{url}/members{{/member}}",
            "public_members_url": f"{url}/public_members{{/member}}",
            "avatar_url": f"{urls.web}/avatars/{owner.id}",
            "description": "",
        }
    }
