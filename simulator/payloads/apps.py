from simulator.model import App, Hook, Installation, Json, Repository, Token
from simulator.payloads.basics import node_id, optional_timestamp, simple_user, timestamp
from simulator.payloads.repositories import repository, role
from simulator.urls import Urls


def integration(urls: Urls, app: App) -> Json:
    """`integration`: an App."""
    return {
        "id": app.id,
        "slug": app.slug,
        "client_id": app.client_id,
        "node_id": node_id("A", app.id),
        "owner": simple_user(urls, app.owner),
        "name": app.name,
        "description": "",
        "external_url": app.hook.url or urls.app(app),
        "html_url": urls.app(app),
        "created_at": timestamp(app.created_at),
        "updated_at": timestamp(app.created_at),
        "permissions": dict(app.permissions),
        "events": list(app.hook.events),
    }


def installation(urls: Urls, it: Installation) -> Json:
    """`installation`: an App on an account."""
    suspender = it.suspended_by
    return {
        "id": it.id,
        "account": simple_user(urls, it.account),
        "repository_selection": "all" if it.selected is None else "selected",
        "access_tokens_url": f"{urls.api}/app/installations/{it.id}/access_tokens",
        "repositories_url": f"{urls.api}/installation/repositories",
        "html_url": f"{urls.web}/settings/installations/{it.id}",
        "app_id": it.app.id,
        "client_id": it.app.client_id,
        "app_slug": it.app.slug,
        "target_id": it.account.id,
        "target_type": it.account.type,
        "permissions": dict(it.permissions),
        "events": list(it.app.hook.events),
        "created_at": timestamp(it.created_at),
        "updated_at": timestamp(it.created_at),
        "single_file_name": None,
        "has_multiple_single_files": False,
        "single_file_paths": [],
        "suspended_by": None if suspender is None else simple_user(urls, suspender),
        "suspended_at": optional_timestamp(it.suspended_at),
    }


def simple_installation(it: Installation) -> Json:
    """`simple-installation`: what every event of an App carries."""
    return {"id": it.id, "node_id": node_id("IN", it.id)}


def installed_repository(repo: Repository) -> Json:
    """A repository as `installation` events list it."""
    return {
        "id": repo.id,
        "node_id": node_id("R", repo.id),
        "name": repo.name,
        "full_name": repo.full_name,
        "private": repo.private,
    }


def accessible_repository(urls: Urls, repo: Repository, level: str | None) -> Json:
    """A repository with what the asker may do there."""
    return {**repository(urls, repo), "permissions": role(level)}


def installation_token(urls: Urls, token: Token, chosen: list[Repository] | None) -> Json:
    """`installation-token`; `chosen` are the repositories it was narrowed to."""
    listed = {} if chosen is None else {"repositories": [repository(urls, r) for r in chosen]}
    selected = chosen is not None or (
        token.installation is not None and token.installation.selected is not None
    )
    return {
        "token": token.value,
        "expires_at": optional_timestamp(token.expires_at),
        "permissions": dict(token.permissions or {}),
        "repository_selection": "selected" if selected else "all",
        **listed,
    }


def hook_config(hook: Hook) -> Json:
    """`webhook-config`; the secret is never shown."""
    url = {} if hook.url is None else {"url": hook.url}
    return {**url, "content_type": "json", "insecure_ssl": "0", "secret": "********"}


def app_hook(urls: Urls, app: App) -> Json:
    """The hook in a `ping` event."""
    return {
        "type": "App",
        "id": app.hook.id,
        "name": "web",
        "active": app.hook.active,
        "events": list(app.hook.events),
        "config": hook_config(app.hook),
        "updated_at": timestamp(app.hook.created_at),
        "created_at": timestamp(app.hook.created_at),
        "app_id": app.id,
        "deliveries_url": f"{urls.api}/app/hook/deliveries",
    }


def repository_hook(urls: Urls, repo: Repository, hook: Hook) -> Json:
    """`hook`: a webhook of one repository."""
    url = f"{urls.repository(repo)}/hooks/{hook.id}"
    return {
        "type": "Repository",
        "id": hook.id,
        "name": "web",
        "active": hook.active,
        "events": list(hook.events),
        "config": hook_config(hook),
        "updated_at": timestamp(hook.created_at),
        "created_at": timestamp(hook.created_at),
        "url": url,
        "test_url": f"{url}/test",
        "ping_url": f"{url}/pings",
        "deliveries_url": f"{url}/deliveries",
        "last_response": {"code": None, "status": "unused", "message": None},
    }
