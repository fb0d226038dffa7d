"""https://docs.github.com/en/rest/apps/webhooks and https://docs.github.com/en/rest/repos/webhooks."""

from typing import Any

from simulator.activity import hooks
from simulator.answers import Answer, not_found
from simulator.calls import Call
from simulator.model import Hook
from simulator.payloads import deliveries as payloads
from simulator.payloads.apps import repository_hook
from simulator.routing import REPO, Audience, Routes
from simulator.webhooks import Delivery

routes = Routes()

OURS = "/app/hook/deliveries"
HOOK = f"{REPO}/hooks/<int:hook_number>"


@routes.add("GET", OURS, audience=Audience.APP_ITSELF)
def list_of_app(call: Call) -> Answer:
    """The App's deliveries, newest first, by cursor."""
    return _listing(call, call.app.hook)


@routes.add("GET", f"{OURS}/<int:number>", audience=Audience.APP_ITSELF)
def get_of_app(call: Call, number: int) -> Answer:
    """One delivery with what was sent and answered."""
    return Answer(payloads.full(_delivery(call, call.app.hook, number)))


@routes.add("POST", f"{OURS}/<int:number>/attempts", audience=Audience.APP_ITSELF)
def redeliver_of_app(call: Call, number: int) -> Answer:
    """Send it again."""
    call.world.hookshot.redeliver(_delivery(call, call.app.hook, number))
    return Answer({}, 202)


@routes.add("GET", f"{REPO}/hooks", "repository_hooks")
def list_hooks(call: Call) -> Answer:
    """The repository's own webhooks."""
    return call.page_of(call.repo.hooks, lambda it: repository_hook(call.urls, call.repo, it))


@routes.add("POST", f"{REPO}/hooks", "repository_hooks")
def create_hook(call: Call) -> Answer:
    """Add one; it is pinged."""
    config: dict[str, Any] = call.required("config", dict, "Hook")
    hook = hooks.add(
        call.world,
        call.repo,
        config["url"],
        config.get("secret", ""),
        call.body.get("events", ["push"]),
    )
    shown = repository_hook(call.urls, call.repo, hook)
    return Answer(shown, 201, {"Location": shown["url"]})


@routes.add("GET", f"{HOOK}/deliveries", "repository_hooks")
def list_of_hook(call: Call, hook_number: int) -> Answer:
    """A hook's deliveries, newest first, by cursor."""
    return _listing(call, _hook(call, hook_number))


@routes.add("GET", f"{HOOK}/deliveries/<int:number>", "repository_hooks")
def get_of_hook(call: Call, hook_number: int, number: int) -> Answer:
    """One delivery with what was sent and answered."""
    return Answer(payloads.full(_delivery(call, _hook(call, hook_number), number)))


@routes.add("POST", f"{HOOK}/deliveries/<int:number>/attempts", "repository_hooks")
def redeliver_of_hook(call: Call, hook_number: int, number: int) -> Answer:
    """Send it again."""
    call.world.hookshot.redeliver(_delivery(call, _hook(call, hook_number), number))
    return Answer({}, 202)


def _listing(call: Call, hook: Hook) -> Answer:
    wanted = {"success": (True,), "failure": (False,)}.get(call.query("status"), (True, False))
    cursor = call.query("cursor")
    found = [
        it
        for it in reversed(call.world.hookshot.deliveries)
        if it.message.hook is hook
        and it.delivered in wanted
        and (not cursor or it.id < int(cursor))
    ]
    size = int(call.query("per_page", "30"))
    headers = {}
    if len(found) > size:
        arguments = {**call.request.args, "cursor": str(found[size - 1].id)}
        query = "&".join(f"{key}={value}" for key, value in arguments.items())
        url = f"{call.urls.web}{call.request.path}?{query}"
        headers["Link"] = f'<{url}>; rel="next"'
    return Answer([payloads.item(it) for it in found[:size]], headers=headers)


def _delivery(call: Call, hook: Hook, number: int) -> Delivery:
    found = (it for it in call.world.hookshot.deliveries if it.id == number)
    delivery = next(found, None)
    if delivery is None or delivery.message.hook is not hook:
        raise not_found()
    return delivery


def _hook(call: Call, number: int) -> Hook:
    hook = next((it for it in call.repo.hooks if it.id == number), None)
    if hook is None:
        raise not_found()
    return hook
