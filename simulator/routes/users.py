"""https://docs.github.com/en/rest/users/users, and the rate limit."""

from simulator.answers import Answer, not_found
from simulator.calls import Call
from simulator.model import now
from simulator.payloads.basics import public_user
from simulator.routing import Audience, Routes

routes = Routes()


@routes.add("GET", "/user", audience=Audience.USER)
def get_self(call: Call) -> Answer:
    """Whose token it is."""
    return Answer(public_user(call.urls, call.user))


@routes.add("GET", "/users/<login>")
def get_user(call: Call, login: str) -> Answer:
    """Somebody's account."""
    user = call.world.users.get(login)
    if user is None:
        raise not_found()
    return Answer(public_user(call.urls, user))


@routes.add("GET", "/rate_limit")
def get_rate_limit(call: Call) -> Answer:
    """How much of the hour's requests is left."""
    limit, token = call.world.hourly_limit, call.actor.token
    used = 0 if token is None else min(token.requests, limit)
    ends = now() if token is None else token.window_ends
    core = {
        "limit": limit,
        "used": used,
        "remaining": limit - used,
        "reset": int(ends.timestamp()),
    }
    return Answer({"resources": {"core": core, "search": core}, "rate": core})
