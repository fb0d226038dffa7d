"""Where artifacts are downloaded from: another service than the API, with addresses that expire."""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.wrappers import Request, Response

from simulator.urls import Urls
from simulator.workflows import Artifact
from simulator.world import World

BLOBS = "/_artifacts/"


def address(urls: Urls, artifact: Artifact) -> str:
    """Where the API sends whoever may read an artifact."""
    return f"{urls.web}{BLOBS}{artifact.id}?sig={artifact.key}"


class Blobs:
    """`WSGIApplication` for what lies below `BLOBS`."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        with self._world.lock:
            response = self._respond(request)
        return response(environ, start_response)

    def _respond(self, request: Request) -> Response:
        if "Authorization" in request.headers:  # as Azure's storage does beside a signature
            return Response("InvalidAuthenticationInfo", 400)
        number = request.path.removeprefix(BLOBS)
        found = next((it for it in self._everything() if str(it.id) == number), None)
        if found is None or found.expired or request.args.get("sig") != found.key:
            return Response("AuthenticationFailed", 403)
        return Response(found.content, mimetype="application/zip")

    def _everything(self) -> Iterable[Artifact]:
        for repo in self._world.repositories.values():
            yield from repo.artifacts.values()
