"""git's smart HTTP protocol, by `git http-backend` behind GitHub's rules for who may do what.

See gitprotocol-http(5) and git-http-backend(1). The program's standard input is a file for a POST
and closed for a GET: reading on without a Content-Length would wait for ever.
"""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.wrappers import Request, Response

from simulator.activity import pushes
from simulator.answers import Refusal
from simulator.auth import ANONYMOUS, Actor, identify, note_actor
from simulator.git import environment
from simulator.model import READ, WRITE, Repository
from simulator.world import World

_PATH = re.compile(
    r"^/(?P<owner>[^/]+)/(?P<name>[^/]+?)(?:\.git)?"
    r"/(?P<rest>info/refs|git-upload-pack|git-receive-pack)$"
)
_CHUNK = 64 * 1024


class GitHttp:
    """`WSGIApplication` for everything that is not REST."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        try:
            response = self._respond(request)
        except Refusal as refusal:
            response = Response(refusal.message + "\n", refusal.status, refusal.headers)
        return response(environ, start_response)

    def _respond(self, request: Request) -> Response:
        match = _PATH.match(request.path)
        if match is None:
            raise Refusal(404, "Not Found")
        rest = match["rest"]
        service = request.args.get("service", "") if rest == "info/refs" else rest
        actor = self._actor(request)
        note_actor(request.environ, actor)
        with self._world.lock:
            full_name = f"{match['owner']}/{match['name']}"
            repo = self._world.repository(full_name)
            moved = self._world.moved(full_name)
            if repo is None and moved is not None and actor.sees(moved):
                location = f"{self._world.urls.clone(moved)}/{rest}?{request.query_string.decode()}"
                return Response("", 301, {"Location": location})
            repo = _allowed(repo, actor, service)
        if service == "git-receive-pack" and rest == service:
            return self._receive(request, repo, actor)
        return _backend(request, repo, rest)

    def _actor(self, request: Request) -> Actor:
        with self._world.lock:
            try:
                return identify(self._world, request.headers.get("Authorization"))
            except Refusal as refusal:
                raise _unauthorized("Invalid username or token.") from refusal

    def _receive(self, request: Request, repo: Repository, actor: Actor) -> Response:
        """Take a push, and tell everybody before the one who pushed hears that it worked."""
        response = _backend(request, repo, "git-receive-pack")
        response.set_data(response.get_data())
        with self._world.lock:
            if actor.user is not None:
                pushes.notice(self._world, repo, actor.user)
        return response


def _allowed(repo: Repository | None, actor: Actor, service: str) -> Repository:
    if repo is None or not actor.sees(repo):
        if actor is ANONYMOUS:
            raise _unauthorized("Repository not found.")
        raise Refusal(404, "Repository not found.")
    if service == "git-receive-pack":
        if actor.user is None:
            raise _unauthorized("Repository not found.")
        if not actor.may(repo, ("contents",), WRITE):
            raise Refusal(403, f"Permission to {repo.full_name}.git denied to {actor}.")
    elif not actor.may(repo, ("contents",), READ):
        raise Refusal(403, "Write access to repository not granted.")
    return repo


def _unauthorized(message: str) -> Refusal:
    return Refusal(401, message, headers={"WWW-Authenticate": 'Basic realm="GitHub"'})


def _backend(request: Request, repo: Repository, rest: str) -> Response:
    body = _body(request)
    process = subprocess.Popen(
        ["git", "http-backend"],
        stdin=body,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_cgi(request, repo, rest, body),
    )
    if body is not None:
        body.close()
    if process.stdout is None:
        raise OSError("git http-backend has no standard output")
    status, headers = _head(process.stdout)
    return Response(_rest(process, process.stdout), status, headers, direct_passthrough=False)


def _body(request: Request) -> IO[bytes] | None:
    if request.method != "POST":
        return None
    spool = tempfile.TemporaryFile()  # noqa: SIM115 - it outlives this function
    shutil.copyfileobj(request.stream, spool, _CHUNK)
    spool.seek(0)
    return spool


def _cgi(request: Request, repo: Repository, rest: str, body: IO[bytes] | None) -> dict[str, str]:
    variables = {
        **environment(),
        "GIT_PROJECT_ROOT": str(repo.git.path.parent),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": f"/{repo.git.path.name}/{rest}",
        "QUERY_STRING": request.query_string.decode(),
        "REQUEST_METHOD": request.method,
        "REMOTE_USER": "simulator",
        "REMOTE_ADDR": "127.0.0.1",
    }
    protocol = request.headers.get("Git-Protocol")
    if protocol is not None:
        variables["GIT_PROTOCOL"] = protocol
    if body is not None:
        variables["CONTENT_TYPE"] = request.headers.get("Content-Type", "")
        variables["HTTP_CONTENT_ENCODING"] = request.headers.get("Content-Encoding", "")
        size = body.seek(0, 2)
        body.seek(0)
        variables["CONTENT_LENGTH"] = str(size)
    return variables


def _head(stdout: IO[bytes]) -> tuple[int, dict[str, str]]:
    status, headers = 200, {}
    while line := stdout.readline().strip().decode():
        name, _, value = line.partition(": ")
        if name.lower() == "status":
            status = int(value.split()[0])
        else:
            headers[name] = value
    return status, headers


def _rest(process: subprocess.Popen[bytes], stdout: IO[bytes]) -> Iterator[bytes]:
    try:
        while chunk := stdout.read1(_CHUNK):  # type: ignore[attr-defined]
            yield chunk
    finally:
        stdout.close()
        process.wait()
