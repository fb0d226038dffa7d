from collections.abc import Sequence

from simulator.events import ping
from simulator.model import App, Hook, Repository
from simulator.payloads.apps import app_hook, repository_hook
from simulator.world import World


def add(world: World, repo: Repository, url: str, secret: str, events: Sequence[str]) -> Hook:
    """Add a webhook to a repository; it is pinged."""
    hook = Hook(world.new_id(), url, secret, list(events))
    repo.hooks.append(hook)
    ping(world, hook, repo, {"hook": repository_hook(world.urls, repo, hook)})
    return hook


def ping_app(world: World, app: App) -> None:
    """Ping an App, as GitHub does when its webhook is set."""
    ping(world, app.hook, app, {"hook": app_hook(world.urls, app)})
