"""The REST side as one WSGI application: authentication, routing, rate limit, validators.

See https://docs.github.com/en/rest/using-the-rest-api.
"""

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, RequestRedirect, Rule
from werkzeug.wrappers import Request, Response

from simulator import routes
from simulator.answers import Answer, Refusal, not_found
from simulator.auth import ANONYMOUS, Actor, identify, note_actor
from simulator.calls import Call, etag_of
from simulator.model import Token, now
from simulator.routing import Audience, Route
from simulator.world import World

PREFIX = "/api/v3"

_MAP = Map(
    [
        Rule(PREFIX + route.path, methods=[route.method], endpoint=route)
        for route in routes.every_route()
    ],
    strict_slashes=False,
    merge_slashes=False,
)


class Api:
    """`WSGIApplication` for everything below /api/v3. One request at a time."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        request.get_data()
        with self._world.lock:
            response = self._respond(request)
        return response(environ, start_response)

    def _respond(self, request: Request) -> Response:
        actor = ANONYMOUS
        try:
            actor = identify(self._world, request.headers.get("Authorization"))
            answer = self._answer(request, actor)
        except Refusal as refusal:
            answer = refusal.answer()
        note_actor(request.environ, actor)
        response = _response(request, answer)
        if response.status_code == 304 and actor.token is not None:
            actor.token.requests -= 1  # what has not changed costs nothing
        response.headers.extend(self._limits(actor))
        return response

    def _answer(self, request: Request, actor: Actor) -> Answer:
        route, values = self._match(request)
        call = Call(self._world, request, actor)
        _check_audience(route, actor)
        if route.path.startswith("/repos/"):
            full_name = f"{values.pop('owner')}/{values.pop('name')}"
            moved = self._world.moved(full_name)
            call.found = self._world.repository(full_name)
            if call.found is None and moved is not None and actor.sees(moved):
                return _redirect(request, full_name, moved.id)
            _check_permission(route, call)
        if actor.token is not None and self._spent(actor.token):
            raise Refusal(403, f"API rate limit exceeded for user ID {call.user.id}.")
        return route.handler(call, **values)

    def _match(self, request: Request) -> tuple[Route, dict[str, Any]]:
        path = request.path
        by_id = f"{PREFIX}/repositories/"
        if path.startswith(by_id):
            number, _, rest = path.removeprefix(by_id).partition("/")
            repo = self._world.repositories.get(int(number) if number.isdigit() else 0)
            if repo is None:
                raise not_found()
            path = f"{PREFIX}/repos/{repo.full_name}/{rest}".rstrip("/")
        try:
            endpoint, values = _MAP.bind("").match(path, method=request.method)
        except (NotFound, MethodNotAllowed, RequestRedirect) as error:
            raise not_found() from error
        return endpoint, dict(values)

    def _spent(self, token: Token) -> bool:
        """Count one request against the hourly limit; whether it was one too many."""
        if now() >= token.window_ends:
            token.requests, token.window_ends = 0, now() + timedelta(hours=1)
        token.requests += 1
        return token.requests > self._world.hourly_limit

    def _limits(self, actor: Actor) -> dict[str, str]:
        limit, token = self._world.hourly_limit, actor.token
        used = 0 if token is None else min(token.requests, limit)
        ends = now() + timedelta(hours=1) if token is None else token.window_ends
        return {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(limit - used),
            "X-RateLimit-Used": str(used),
            "X-RateLimit-Reset": str(int(ends.timestamp())),
            "X-RateLimit-Resource": "core",
        }


def _check_audience(route: Route, actor: Actor) -> None:
    installation = actor.installation is not None
    if route.audience is Audience.APP_ITSELF and not actor.is_app_itself:
        raise Refusal(401, "A JSON web token could not be decoded")
    if route.audience is Audience.INSTALLATION and not installation:
        raise Refusal(403, "You must authenticate with an installation access token")
    if route.audience is Audience.USER and (actor.user is None or installation):
        raise Refusal(401, "Requires authentication") if actor.user is None else actor.refusal()


def _check_permission(route: Route, call: Call) -> None:
    repo, actor = call.found, call.actor
    if route.audience is Audience.APP_ITSELF:
        return
    if repo is None or not actor.sees(repo):
        raise not_found()
    if route.permissions and not actor.may(repo, route.permissions, route.level):
        if actor.user is None:
            raise Refusal(401, "Requires authentication")
        raise actor.refusal()


def _redirect(request: Request, full_name: str, repository_id: int) -> Answer:
    old, new = f"/repos/{full_name}", f"/repositories/{repository_id}"
    location = request.url.replace(old, new, 1)
    body = {
        "message": "Moved Permanently",
        "url": location,
        "documentation_url": "https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api",
    }
    return Answer(body, 301, {"Location": location})


def _response(request: Request, answer: Answer) -> Response:
    body = b"" if answer.body is None else json.dumps(answer.body).encode()
    headers = {
        "X-GitHub-Api-Version-Selected": "2022-11-28",
        "X-GitHub-Media-Type": "github.v3; format=json",
        **answer.headers,
    }
    if request.method == "GET" and answer.status == 200:
        headers["ETag"] = etag_of(body)
        headers["Cache-Control"] = "private, max-age=60, s-maxage=60"
        if request.headers.get("If-None-Match") == headers["ETag"]:
            return Response(b"", 304, headers)
    response = Response(body, answer.status, headers)
    if answer.body is not None:
        response.content_type = "application/json; charset=utf-8"
    else:
        del response.headers["Content-Type"]
    return response
