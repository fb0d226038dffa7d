"""https://docs.github.com/en/rest/repos/repos and its collaborators."""

from simulator.answers import Answer, not_found
from simulator.calls import Call
from simulator.payloads.basics import simple_user
from simulator.payloads.repositories import full_repository, role
from simulator.routing import REPO, Routes

routes = Routes()

_CLASSIC = {"maintain": "write", "triage": "read", None: "none"}


@routes.add("GET", REPO, "metadata")
def get_repository(call: Call) -> Answer:
    """The repository."""
    body = full_repository(call.urls, call.repo)
    if call.actor.token is not None:
        body["permissions"] = role(call.actor.level(call.repo, "contents"))
    return Answer(body)


@routes.add("GET", f"{REPO}/collaborators/<login>/permission", "metadata")
def get_permission(call: Call, login: str) -> Answer:
    """What somebody may do here; strangers to a public repository may read."""
    user = call.world.users.get(login)
    if user is None:
        raise not_found()
    level = call.repo.role_of(user) or (None if call.repo.private else "read")
    shown = {**simple_user(call.urls, user), "permissions": role(level)}
    return Answer(
        {
            "permission": _CLASSIC.get(level, level),
            "role_name": level or "none",
            "user": {**shown, "role_name": level or "none"},
        }
    )
