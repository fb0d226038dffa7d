"""Values that occur everywhere: times, node ids, accounts."""

import base64
from datetime import UTC, datetime

from simulator.model import Json, User
from simulator.urls import Urls


def timestamp(moment: datetime) -> str:
    """ISO 8601 in UTC with seconds, GitHub's only format."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def optional_timestamp(moment: datetime | None) -> str | None:
    """The same; None stays None."""
    return None if moment is None else timestamp(moment)


def node_id(kind: str, number: int) -> str:
    """The opaque global id of the GraphQL side."""
    packed = base64.urlsafe_b64encode(number.to_bytes(8, "big")).decode().rstrip("=")
    return f"{kind}_{packed}"


def simple_user(urls: Urls, user: User) -> Json:
    """`simple-user`: an account as it stands in other objects."""
    url = urls.user(user)
    return {
        "login": user.login,
        "id": user.id,
        "node_id": node_id("U", user.id),
        "avatar_url": f"{urls.web}/avatars/{user.id}",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{urls.web}/{user.login}",
        "followers_url": f"{url}/followers",
        "following_url": f"{url}/following{{/other_user}}",
        "gists_url": f"{url}/gists{{/gist_id}}",
        "starred_url": f"{url}/starred{{/owner}}{{/repo}}",
        "subscriptions_url": f"{url}/subscriptions",
        "organizations_url": f"{url}/orgs",
        "repos_url": f"{url}/repos",
        "events_url": f"{url}/events{{/privacy}}",
        "received_events_url": f"{url}/received_events",
        "type": user.type,
        "user_view_type": "public",
        "site_admin": False,
    }


def public_user(urls: Urls, user: User) -> Json:
    """`public-user`: an account asked for by its own address."""
    unknown = ("company", "blog", "location", "email", "hireable", "bio", "twitter_username")
    return {
        **simple_user(urls, user),
        **dict.fromkeys(unknown),
        "name": user.login,
        "public_repos": 0,
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": timestamp(user.created_at),
        "updated_at": timestamp(user.created_at),
    }


def reactions(url: str, contents: list[str]) -> Json:
    """`reaction-rollup`: how often each emoji was given."""
    kinds = ("+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes")
    counts = {kind: contents.count(kind) for kind in kinds}
    return {"url": f"{url}/reactions", "total_count": len(contents), **counts}
