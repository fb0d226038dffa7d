"""One REST request on its way to a route, and the helpers every route needs."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from werkzeug.wrappers import Request

from simulator.answers import Answer, Refusal, invalid, not_found
from simulator.auth import Actor
from simulator.model import App, Json, Repository, User
from simulator.urls import Urls
from simulator.world import World

T = TypeVar("T")

_MOST_PER_PAGE = 100


@dataclass(eq=False)
class Call:
    """What a route is given. `repo` is set for routes under /repos/{owner}/{repo}."""

    world: World
    request: Request
    actor: Actor
    found: Repository | None = field(default=None)

    @property
    def urls(self) -> Urls:
        """Where things are."""
        return self.world.urls

    @property
    def repo(self) -> Repository:
        """The repository in the path."""
        if self.found is None:
            raise not_found()
        return self.found

    @property
    def user(self) -> User:
        """The account that acts; 401 without one."""
        if self.actor.user is None:
            raise Refusal(401, "Requires authentication")
        return self.actor.user

    @property
    def app(self) -> App:
        """The App that acts, by JWT or as an installation; 403 for everybody else."""
        if self.actor.app is None:
            raise Refusal(403, "You must authenticate via a GitHub App.")
        return self.actor.app

    @cached_property
    def body(self) -> Json:
        """The JSON object that was sent; empty when nothing was."""
        raw = self.request.get_data()
        if not raw:
            return {}
        try:
            parsed = json.loads(raw)
        except ValueError as error:
            raise Refusal(400, "Problems parsing JSON") from error
        if not isinstance(parsed, dict):
            raise Refusal(400, "Body should be a JSON object")
        return parsed

    def required(self, name: str, kind: type[T], resource: str) -> T:
        """A member that has to be there; 422 otherwise."""
        value = self.body.get(name)
        if value is None:
            raise invalid(resource, name, "missing_field")
        if not isinstance(value, kind):
            raise invalid(resource, name, "invalid")
        return value

    def query(self, name: str, default: str = "") -> str:
        """A query parameter."""
        return self.request.args.get(name, default)

    def page_of(
        self,
        items: Sequence[T],
        render: Callable[[T], Json],
        wrap: Callable[[list[Json]], Any] = lambda page: page,
    ) -> Answer:
        """The asked-for page of a list, with a Link header to its neighbours."""
        size = min(max(self._number("per_page", 30), 1), _MOST_PER_PAGE)
        page = max(self._number("page", 1), 1)
        last = max(-(-len(items) // size), 1)
        chosen = items[(page - 1) * size : page * size]
        links = {"prev": page - 1, "first": 1} if page > 1 else {}
        if page < last:
            links |= {"next": page + 1, "last": last}
        header = ", ".join(
            f'<{self._page_url(number)}>; rel="{rel}"' for rel, number in links.items()
        )
        body = wrap([render(item) for item in chosen])
        return Answer(body, headers={"Link": header} if header else {})

    def _number(self, name: str, default: int) -> int:
        value = self.query(name)
        return int(value) if value.isdigit() else default

    def _page_url(self, number: int) -> str:
        arguments = self.request.args.copy()
        arguments["page"] = str(number)
        query = "&".join(f"{key}={value}" for key, value in arguments.items(multi=True))
        return f"{self.urls.web}{self.request.path}?{query}"


def etag_of(body: bytes) -> str:
    """A weak validator of an answer's bytes."""
    return f'W/"{hashlib.sha256(body).hexdigest()}"'
