"""The demonstration behind `canon demo`: a service, a GitHub, a repository, two pull requests."""

import os
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import urllib3

from bot.adapters.git import command as git
from bot.domain.errors import CouldNotCheckError
from simulator import GitHubSimulator, sample
from simulator.model import CheckRun, Issue, PullRequest, Repository

T = TypeVar("T")

_PATIENCE_SECONDS = 60.0
_ANSWER = "<!-- canon:answer:"
_SECRET = "demonstration"  # noqa: S105 - of a GitHub that lives as long as this process
_AUTHOR = {
    "GIT_AUTHOR_NAME": "Bea",
    "GIT_AUTHOR_EMAIL": "bea@example.com",
    "GIT_COMMITTER_NAME": "Bea",
    "GIT_COMMITTER_EMAIL": "bea@example.com",
}


class Demonstration:
    """Everything that `canon demo` starts; leaving the context ends all of it.

    `folder` is an empty directory, `say` is called with each line for the user. Raises
    `CouldNotCheckError` when something that should have been observed was not.
    """

    def __init__(self, folder: Path, say: Callable[[str], None]) -> None:
        self._folder = folder
        self._say = say
        self._github = GitHubSimulator(folder / "github")
        self._port = _free_port()
        self._log = folder / "service.log"
        self._service: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        (self._folder / "github").mkdir()
        self._github.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._service is not None and self._service.poll() is None:
            self._service.terminate()
            self._service.wait()
        self._github.stop()

    def show(self) -> None:
        """Run the whole flow, saying what happens; returns when all of it was observed."""
        self._start_service()
        repo, issue = self._push_sample()
        adding = self._open(repo, "express-checkout", "Add express checkout", sample.adding())
        self._tell(repo, adding, expected="failure")
        removing = self._open(repo, "search-registry", "Move search on", sample.removing())
        self._tell(repo, removing, expected="success")
        self._follow(issue)
        self._say(f"\nCanon serves on http://localhost:{self._port} (its log: {self._log})")

    def _start_service(self) -> None:
        app = self._github.create_app(
            webhook_url=f"http://127.0.0.1:{self._port}/webhooks/github", webhook_secret=_SECRET
        )
        self._github.install(app, "acme")
        settings = {
            "PORT": str(self._port),
            "CANON_HOST": "127.0.0.1",
            "CANON_PUBLIC_URL": f"http://localhost:{self._port}",
            "CANON_DATA_DIR": str(self._folder / "data"),
            "CANON_GITHUB_API_URL": self._github.api_url,
            "CANON_GITHUB_URL": self._github.url,
            "CANON_GITHUB_APP_ID": str(app.id),
            "CANON_GITHUB_PRIVATE_KEY": app.private_key,
            "CANON_GITHUB_WEBHOOK_SECRET": _SECRET,
            "WEB_CONCURRENCY": "1",
        }
        self._say(f"A GitHub of its own serves on {self._github.url}")
        self._say("Starting Canon: web server, worker, embedded PostgreSQL ...")
        with self._log.open("wb") as log:
            self._service = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                env=_without_settings(os.environ) | settings,
                cwd=self._folder,  # a .env file of the user's is not for the demonstration
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait_for(self._answers, "Canon to answer")

    def _push_sample(self) -> tuple[Repository, Issue]:
        """Push the sample as a user does, git over HTTP; it is tracked by the first issue."""
        repo = self._github.create_repository("acme/shop")
        issue = self._github.open_issue(repo, "One way to get a connection manager")
        clone = self._folder / "shop"
        for path, text in sample.files().items():
            (clone / path).parent.mkdir(parents=True, exist_ok=True)
            (clone / path).write_text(text)
        token = self._github.create_token("acme")
        basic = b64encode(f"acme:{token}".encode()).decode()
        environment = git.environment(
            {
                **_AUTHOR,
                "GIT_CONFIG_COUNT": "1",
                "GIT_CONFIG_KEY_0": f"http.{self._github.url}/.extraHeader",
                "GIT_CONFIG_VALUE_0": f"Authorization: Basic {basic}",
            }
        )
        for words in (
            ["init", "--quiet", "--initial-branch=main"],
            ["add", "."],
            ["commit", "--quiet", "--message", "The shop, in the middle of a migration"],
            ["push", "--quiet", f"{self._github.url}/acme/shop.git", "main"],
        ):
            subprocess.run(["git", *words], cwd=clone, env=environment, check=True)
        self._say(f"Pushed a sample repository of {len(sample.files())} files to acme/shop")
        return repo, issue

    def _open(
        self, repo: Repository, branch: str, title: str, files: Mapping[str, str]
    ) -> PullRequest:
        self._github.commit(repo, branch, files, message=title, by="bea")
        return self._github.open_pull_request(repo, branch, title=title, by="bea")

    def _tell(self, repo: Repository, pull: PullRequest, *, expected: str) -> None:
        """Wait for the verdict and the comment, and say what they say."""
        started = time.monotonic()
        check = self._wait_for(lambda: self._verdict(repo, pull), "the check to end")
        seconds = time.monotonic() - started
        comment = self._wait_for(lambda: self._comment(pull), "the comment")
        number = pull.issue.number
        self._say(f"\nPull request {number}, “{pull.issue.title}”")
        self._say(
            f"  check `{check.name}`: {check.conclusion} after {seconds:.1f} s: {check.title}"
        )
        for note in check.annotations:
            self._say(f"  {note['path']}:{note['start_line']}: {note['message']}")
        self._say("  comment:\n")
        for line in comment.splitlines():
            self._say(f"    {line}" if line else "")
        self._say(f"\n  look at it: {self._github.url}/acme/shop/pull/{number}")
        if check.conclusion != expected:
            raise CouldNotCheckError(
                f"the check on pull request {number} ended as {check.conclusion}, not {expected}"
            )
        if (expected == "failure") != bool(check.annotations):
            raise CouldNotCheckError(f"pull request {number} has the wrong annotations")

    def _follow(self, issue: Issue) -> None:
        """Wait for the status on the tracked issue, and for the answer to a command there."""
        self._wait_for(lambda: self._github.comments(issue), "the status")
        self._github.comment(issue, "/canon report executive")
        report = self._wait_for(
            lambda: next((c for c in self._github.comments(issue) if _ANSWER in c.body), None),
            "the answer to a command",
        )
        self._say(f"\nIssue {issue.number}, “{issue.title}”")
        self._say("  one comment there keeps the state of the migration, with burn-down and next")
        self._say("  steps; another answers `/canon report executive`, which was typed there:\n")
        for line in report.body.partition("-->")[2].strip().splitlines():
            self._say(f"    {line}" if line else "")
        self._say(f"\n  look at it: {self._github.url}/acme/shop/issues/{issue.number}")

    def _verdict(self, repo: Repository, pull: PullRequest) -> CheckRun | None:
        checks = self._github.checks(repo, pull.head_sha)
        return next((check for check in checks if check.status == "completed"), None)

    def _comment(self, pull: PullRequest) -> str | None:
        comments = self._github.comments(pull)
        return comments[0].body.partition("-->")[2].strip() if comments else None

    def _answers(self) -> bool:
        url = f"http://127.0.0.1:{self._port}/readyz"
        try:
            return urllib3.request("GET", url, timeout=1, retries=False).status == 200
        except urllib3.exceptions.HTTPError:
            return False

    def _wait_for(self, look: Callable[[], T | None], what: str) -> T:
        end = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < end:
            if found := look():
                return found
            if self._service is not None and self._service.poll() is not None:
                break
            time.sleep(0.02)
        log = self._log.read_text(errors="replace")[-4000:]
        raise CouldNotCheckError(f"waited in vain for {what}; the service's log ends with:\n{log}")


def _without_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without what configures a Canon for real use."""
    return {
        name: value
        for name, value in environment.items()
        if not name.startswith("CANON_") and name not in {"DATABASE_URL", "PORT"}
    }


def _free_port() -> int:
    """Port 8000 where it is free, as `canon run` has it; else any."""
    for wanted in (8000, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", wanted))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise CouldNotCheckError("no port is free on 127.0.0.1")
