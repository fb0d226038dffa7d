"""https://docs.github.com/en/rest/apps/apps and https://docs.github.com/en/rest/apps/installations."""

from simulator.activity import installations
from simulator.answers import Answer, Refusal, not_found
from simulator.calls import Call
from simulator.model import Installation, Repository
from simulator.payloads import apps as payloads
from simulator.routing import REPO, Audience, Routes

routes = Routes()


@routes.add("GET", "/app", audience=Audience.APP_ITSELF)
def get_app(call: Call) -> Answer:
    """The App itself."""
    count = sum(it.app is call.app for it in call.world.installations.values())
    return Answer({**payloads.integration(call.urls, call.app), "installations_count": count})


@routes.add("GET", "/app/hook/config", audience=Audience.APP_ITSELF)
def get_hook_config(call: Call) -> Answer:
    """Where its webhooks go."""
    return Answer(payloads.hook_config(call.app.hook))


@routes.add("PATCH", "/app/hook/config", audience=Audience.APP_ITSELF)
def set_hook_config(call: Call) -> Answer:
    """Send them elsewhere, or sign them otherwise."""
    hook = call.app.hook
    hook.url = call.body.get("url", hook.url)
    hook.secret = call.body.get("secret", hook.secret)
    return Answer(payloads.hook_config(hook))


@routes.add("GET", "/app/installations", audience=Audience.APP_ITSELF)
def list_installations(call: Call) -> Answer:
    """Where it is installed."""
    mine = [it for it in call.world.installations.values() if it.app is call.app]
    return call.page_of(mine, lambda it: payloads.installation(call.urls, it))


@routes.add("GET", "/app/installations/<int:number>", audience=Audience.APP_ITSELF)
def get_installation(call: Call, number: int) -> Answer:
    """One installation."""
    return Answer(payloads.installation(call.urls, _mine(call, number)))


@routes.add("GET", f"{REPO}/installation", audience=Audience.APP_ITSELF)
def find_installation(call: Call) -> Answer:
    """The installation that covers a repository."""
    it = call.world.installation(call.app, call.repo)
    if it is None:
        raise not_found()
    return Answer(payloads.installation(call.urls, it))


@routes.add("POST", "/app/installations/<int:number>/access_tokens", audience=Audience.APP_ITSELF)
def create_token(call: Call, number: int) -> Answer:
    """A token for an installation, narrowed to repositories and permissions."""
    it = _mine(call, number)
    chosen = _chosen(call, it)
    token = installations.issue_token(call.world, it, call.body.get("permissions"), chosen)
    return Answer(payloads.installation_token(call.urls, token, chosen), 201)


@routes.add("GET", "/installation/repositories", audience=Audience.INSTALLATION)
def list_accessible(call: Call) -> Answer:
    """The repositories that an installation token reaches."""
    it, token = call.actor.installation, call.actor.token
    if it is None or token is None:
        raise not_found()
    ids = token.repository_ids
    repos = [
        repo for repo in installations.covered(call.world, it) if ids is None or repo.id in ids
    ]
    level = (token.permissions or {}).get("contents")
    selection = "all" if it.selected is None and ids is None else "selected"
    return call.page_of(
        repos,
        lambda repo: payloads.accessible_repository(call.urls, repo, level),
        lambda page: {
            "total_count": len(repos),
            "repository_selection": selection,
            "repositories": page,
        },
    )


@routes.add("DELETE", "/installation/token", audience=Audience.INSTALLATION)
def revoke_token(call: Call) -> Answer:
    """Make the token that was shown worthless."""
    if call.actor.token is not None:
        call.actor.token.revoked = True
    return Answer(None, 204)


def _mine(call: Call, number: int) -> Installation:
    it = call.world.installations.get(number)
    if it is None or it.app is not call.app:
        raise not_found()
    return it


def _chosen(call: Call, it: Installation) -> list[Repository] | None:
    names, ids = call.body.get("repositories"), call.body.get("repository_ids")
    if names is None and ids is None:
        return None
    login = it.account.login
    found = [call.world.repository(f"{login}/{name}") for name in names or []]
    found += [call.world.repositories.get(number) for number in ids or []]
    if None in found:
        raise Refusal(
            422,
            "There is at least one repository that does not exist or is not accessible to the"
            " parent installation.",
        )
    return [repo for repo in found if repo is not None]
