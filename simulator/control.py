"""The handle that tests and the demo hold: make things, let things happen, look at what stands."""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self
from wsgiref.types import WSGIApplication

from simulator.api import PREFIX, Api
from simulator.blobs import BLOBS, Blobs
from simulator.controls.accounts import AccountControls
from simulator.controls.pulls import PullControls
from simulator.controls.repositories import RepositoryControls
from simulator.controls.standing import StandingControls
from simulator.controls.talk import TalkControls
from simulator.controls.workflows import WorkflowControls
from simulator.faults import Faults
from simulator.githttp import GitHttp
from simulator.journal import Journal
from simulator.pages import CONVERSATION, Pages
from simulator.server import Server
from simulator.urls import Urls
from simulator.webhooks import Hookshot
from simulator.world import World

Layer = Callable[[WSGIApplication], WSGIApplication]


class GitHubSimulator(
    AccountControls,
    RepositoryControls,
    PullControls,
    TalkControls,
    StandingControls,
    WorkflowControls,
):
    """A GitHub on loopback. Use it as a context manager, or call `start` and `stop`.

    `root` is an empty directory for the bare repositories. `port` 0 takes a free one; it stays the
    same from then on, also after `stop` and `start`, which together make an outage. `hourly_limit`
    is what each token may ask for in an hour. `around_api` is a WSGI layer put around the REST side
    (the contract tests check every exchange with one).

    Whoever does something (`by`) is named by login; an account is made on first mention.
    """

    def __init__(
        self,
        root: Path,
        port: int = 0,
        *,
        hourly_limit: int = 5000,
        around_api: Layer | None = None,
    ) -> None:
        self.world = World(root, hourly_limit)
        self.faults = Faults()
        self.journal = Journal()
        self._port = port
        self._server: Server | None = None
        api: WSGIApplication = Api(self.world)
        if around_api is not None:
            api = around_api(api)
        everything = _by_path(api, Blobs(self.world), Pages(self.world), GitHttp(self.world))
        self._app = self.journal.around(self.faults.around(everything))
        self.errors: list[Exception] = []

    def start(self) -> Self:
        """Begin to serve and to send webhooks."""
        self._server = Server(self._port, self._app, self.errors.append)
        self._port = self._server.port
        url = f"http://127.0.0.1:{self._port}"
        self.world.urls = Urls(url, url + PREFIX)
        self.faults.resume()
        self._server.start()
        self.hookshot.start()
        return self

    def stop(self) -> None:
        """Cut every connection and serve no more; what is known stays known."""
        self.hookshot.stop()
        self.faults.shut()
        if self._server is not None:
            self._server.stop()
            self._server = None
        for repo in self.world.repositories.values():
            repo.git.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Root of web pages and of git (`CANON_GITHUB_URL`)."""
        return self.world.urls.web

    @property
    def api_url(self) -> str:
        """Root of REST (`CANON_GITHUB_API_URL`)."""
        return self.world.urls.api

    @property
    def hookshot(self) -> Hookshot:
        """The sender of webhooks, with everything it delivered."""
        return self.world.hookshot


def _by_path(
    api: WSGIApplication, blobs: WSGIApplication, pages: WSGIApplication, git: WSGIApplication
) -> WSGIApplication:
    def choose(path: str) -> WSGIApplication:
        if path.startswith(PREFIX + "/"):
            return api
        if path.startswith(BLOBS):
            return blobs
        return pages if CONVERSATION.fullmatch(path) else git

    return lambda environ, start_response: choose(environ["PATH_INFO"])(environ, start_response)
