"""The handle that tests and the demo hold: make things, let things happen, look at what stands."""

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from types import TracebackType
from typing import Concatenate, ParamSpec, Self, TypeVar
from wsgiref.types import WSGIApplication

from simulator.activity import (
    accounts,
    checks,
    hooks,
    installations,
    issues,
    merging,
    pulls,
    pushes,
)
from simulator.api import PREFIX, Api
from simulator.faults import Faults
from simulator.git import Files
from simulator.githttp import GitHttp
from simulator.journal import Journal
from simulator.model import (
    App,
    CheckRun,
    CheckSuite,
    Comment,
    Hook,
    Installation,
    Issue,
    MergeGroup,
    Protection,
    PullRequest,
    Repository,
    Status,
    Token,
    User,
    now,
)
from simulator.objects import Person
from simulator.payloads.checks import latest
from simulator.server import Server
from simulator.urls import Urls
from simulator.webhooks import Hookshot
from simulator.world import World

Layer = Callable[[WSGIApplication], WSGIApplication]

P = ParamSpec("P")
R = TypeVar("R")


def _locked(
    method: Callable[Concatenate["GitHubSimulator", P], R],
) -> Callable[Concatenate["GitHubSimulator", P], R]:
    """Hold the world's lock during a method."""

    def locked(self: "GitHubSimulator", /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self.world.lock:
            return method(self, *args, **kwargs)

    return wraps(method)(locked)


class GitHubSimulator:
    """A GitHub on loopback. Use it as a context manager, or call `start` and `stop`.

    `root` is an empty directory for the bare repositories. `port` 0 takes a free one; it stays the
    same from then on, also after `stop` and `start`, which together make an outage. `around_api` is
    a WSGI layer put around the REST side (the contract tests check every exchange with one).

    Whoever does something (`by`) is named by login; an account is made on first mention.
    """

    def __init__(self, root: Path, port: int = 0, *, around_api: Layer | None = None) -> None:
        self.world = World(root)
        self.faults = Faults()
        self.journal = Journal()
        self._port = port
        self._server: Server | None = None
        api: WSGIApplication = Api(self.world)
        if around_api is not None:
            api = around_api(api)
        both = _by_path(api, GitHttp(self.world))
        self._app = self.journal.around(self.faults.around(both))
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

    # Accounts, Apps and credentials

    @_locked
    def user(self, login: str) -> User:
        """The account of that name."""
        return self.world.user(login)

    @_locked
    def organization(self, login: str) -> User:
        """The organization of that name."""
        return self.world.user(login, "Organization")

    @_locked
    def create_app(  # noqa: PLR0913 - the form that registers an App has this many fields
        self,
        slug: str = "canon",
        *,
        webhook_url: str | None = None,
        webhook_secret: str = "",
        permissions: Mapping[str, str] | None = None,
        events: Sequence[str] | None = None,
        private_key: str | None = None,
        owner: str = "canon-authors",
    ) -> App:
        """Register an App; without `permissions` and `events` it has those Canon asks for.

        `private_key` (PEM) saves the time to make one. The App is pinged where it has a webhook.
        """
        app = accounts.create_app(
            self.world,
            slug,
            self.world.user(owner),
            hook=Hook(
                self.world.new_id(),
                webhook_url,
                webhook_secret,
                list(accounts.EVENTS if events is None else events),
            ),
            permissions=dict(accounts.PERMISSIONS if permissions is None else permissions),
            private_key=private_key,
        )
        if webhook_url is not None:
            hooks.ping_app(self.world, app)
        return app

    @_locked
    def create_token(
        self,
        login: str,
        *,
        permissions: Mapping[str, str] | None = None,
        repositories: Collection[Repository] | None = None,
    ) -> str:
        """A user's token: fine-grained when `permissions` are given, classic otherwise."""
        prefix = "ghp_" if permissions is None else "github_pat_"
        token = Token(
            prefix + secrets.token_hex(18),
            self.world.user(login),
            permissions=None if permissions is None else dict(permissions),
            repository_ids=None
            if repositories is None
            else frozenset(repo.id for repo in repositories),
        )
        self.world.tokens[token.value] = token
        return token.value

    @_locked
    def expire_tokens(self, installation: Installation | None = None) -> int:
        """Let installation tokens expire now (of all installations, or of one); how many."""
        dying = [
            token
            for token in self.world.tokens.values()
            if token.valid
            and token.installation is not None
            and installation in (None, token.installation)
        ]
        for token in dying:
            token.expires_at = now()
        return len(dying)

    @_locked
    def install(
        self,
        app: App,
        account: str,
        *,
        permissions: Mapping[str, str] | None = None,
        repositories: Collection[Repository] | None = None,
    ) -> Installation:
        """Install an App on an account, for all repositories unless some are named."""
        owner = self.world.user(account)
        return installations.install(
            self.world,
            app,
            owner,
            owner,
            permissions=None if permissions is None else dict(permissions),
            repositories=repositories,
        )

    @_locked
    def uninstall(self, installation: Installation) -> None:
        """Remove an installation."""
        installations.uninstall(self.world, installation, installation.account)

    @_locked
    def suspend(self, installation: Installation) -> None:
        """Suspend an installation."""
        installations.suspend(self.world, installation, installation.account)

    @_locked
    def unsuspend(self, installation: Installation) -> None:
        """Let it work again."""
        installations.unsuspend(self.world, installation, installation.account)

    @_locked
    def choose_repositories(
        self, installation: Installation, repositories: Collection[Repository]
    ) -> None:
        """Change what an installation covers."""
        owner = installation.account
        installations.choose(self.world, installation, owner, repositories)

    @_locked
    def accept_permissions(
        self, installation: Installation, permissions: Mapping[str, str]
    ) -> None:
        """Change what an installation may do."""
        owner = installation.account
        installations.accept_permissions(self.world, installation, owner, dict(permissions))

    @_locked
    def add_hook(
        self, repo: Repository, url: str, secret: str, events: Sequence[str] = ("*",)
    ) -> Hook:
        """Add a webhook of the repository itself, as one does without an App."""
        return hooks.add(self.world, repo, url, secret, events)

    # Repositories and what is pushed to them

    @_locked
    def create_repository(
        self,
        full_name: str,
        files: Files | None = None,
        *,
        private: bool = True,
        default_branch: str = "main",
    ) -> Repository:
        """Make a repository, with a first commit of `files` (path -> content) if there are any."""
        repo = accounts.create_repository(
            self.world, full_name, private=private, default_branch=default_branch
        )
        if files:
            self.commit(repo, default_branch, files, message="Initial commit")
        return repo

    @_locked
    def fork(self, repo: Repository, login: str) -> Repository:
        """Fork a repository to somebody's account, with all its branches."""
        return accounts.fork(self.world, repo, self.world.user(login))

    @_locked
    def rename(self, repo: Repository, name: str) -> None:
        """Rename a repository; the old name redirects."""
        installations.rename(self.world, repo, name, repo.owner)

    @_locked
    def grant(self, repo: Repository, login: str, role: str) -> None:
        """Make somebody a collaborator: read, triage, write, maintain or admin."""
        repo.collaborators[self.world.user(login).login] = role

    @_locked
    def protect(
        self,
        repo: Repository,
        branch: str,
        required: Sequence[str],
        *,
        strict: bool = False,
        app: App | None = None,
    ) -> None:
        """Require checks or statuses on a branch; of one App only, where it is given."""
        app_id = None if app is None else app.id
        repo.protections[branch] = Protection(list(required), strict, app_id)

    @_locked
    def commit(  # noqa: PLR0913 - the parts of a commit
        self,
        repo: Repository,
        branch: str,
        files: Files,
        *,
        message: str = "Change",
        parent: str | None = None,
        by: str | None = None,
    ) -> str:
        """Commit files (path -> content, None deletes) and push; the new commit.

        The parent is the branch's head, else the default branch's. Another `parent` (a branch or
        commit) starts there instead: a force push where the branch exists.
        """
        pusher = repo.owner if by is None else self.world.user(by)
        start = repo.git.resolve(parent) if parent is not None else repo.head(branch)
        if start is None:
            start = repo.head(repo.default_branch)
        author = Person(
            pusher.login, f"{pusher.login}@users.noreply.github.example", datetime.now(UTC)
        )
        repo.git.write(branch, files, parent=start, message=message, author=author)
        pushes.notice(self.world, repo, pusher)
        return repo.seen[f"refs/heads/{branch}"]

    @_locked
    def push(
        self, repo: Repository, directory: Path, *refspecs: str, by: str | None = None
    ) -> None:
        """Push refspecs ("main:main", "+topic", ":gone") from a local clone, without HTTP."""
        repo.git.receive(directory, refspecs)
        pushes.notice(self.world, repo, repo.owner if by is None else self.world.user(by))

    @_locked
    def set_branch(
        self, repo: Repository, branch: str, sha: str | None, *, by: str | None = None
    ) -> None:
        """Point a branch at a commit that is there (a force push), or delete it with None."""
        repo.git.point(f"refs/heads/{branch}", sha)
        pushes.notice(self.world, repo, repo.owner if by is None else self.world.user(by))

    # Pull requests and the merge queue

    @_locked
    def open_pull_request(  # noqa: PLR0913 - the form has this many fields
        self,
        repo: Repository,
        head: str,
        base: str | None = None,
        *,
        title: str = "A change",
        body: str | None = None,
        draft: bool = False,
        fork: Repository | None = None,
        by: str | None = None,
    ) -> PullRequest:
        """Open a pull request from a branch here, or of `fork`."""
        source = fork or repo
        return pulls.open_pull(
            self.world,
            repo,
            source.owner if by is None else self.world.user(by),
            head_repository=source,
            head=head,
            base=base or repo.default_branch,
            title=title,
            body=body,
            draft=draft,
        )

    @_locked
    def close(self, pull: PullRequest, *, by: str | None = None) -> None:
        """Close it without merging."""
        pulls.close(self.world, pull, self._doer(pull, by))

    @_locked
    def reopen(self, pull: PullRequest, *, by: str | None = None) -> None:
        """Open it again."""
        pulls.reopen(self.world, pull, self._doer(pull, by))

    @_locked
    def retarget(self, pull: PullRequest, base: str, *, by: str | None = None) -> None:
        """Change its base branch."""
        pulls.edit(self.world, pull, self._doer(pull, by), {"base": base})

    @_locked
    def edit(
        self,
        pull: PullRequest,
        *,
        title: str | None = None,
        body: str | None = None,
        by: str | None = None,
    ) -> None:
        """Change its title or body."""
        given = {"title": title, "body": body}
        sent = {name: value for name, value in given.items() if value is not None}
        pulls.edit(self.world, pull, self._doer(pull, by), sent)

    @_locked
    def set_draft(self, pull: PullRequest, *, draft: bool, by: str | None = None) -> None:
        """Convert it to a draft, or mark it ready for review."""
        pulls.set_draft(self.world, pull, self._doer(pull, by), draft=draft)

    @_locked
    def merge(self, pull: PullRequest, *, force: bool = False, by: str | None = None) -> str:
        """Merge it; the merge commit. `force` passes over required checks."""
        return merging.merge(self.world, pull, self._doer(pull, by), force=force)

    @_locked
    def mergeability(self, pull: PullRequest) -> tuple[bool | None, str]:
        """GitHub's `mergeable` and `mergeable_state` (clean, blocked, dirty, behind ...)."""
        return pulls.mergeability(pull)

    @_locked
    def enqueue(self, pull: PullRequest, *, by: str | None = None) -> MergeGroup:
        """Put it into the merge queue: makes the gh-readonly-queue/ branch, requests checks."""
        return merging.enqueue(self.world, pull, self._doer(pull, by))

    @_locked
    def destroy(
        self, group: MergeGroup, reason: str = "dequeued", *, by: str | None = None
    ) -> None:
        """Take a group out of the queue: merged, invalidated or dequeued."""
        merging.destroy(self.world, group, self._doer(group.pull, by), reason)

    # Issues, comments and the buttons on checks

    @_locked
    def open_issue(
        self, repo: Repository, title: str, body: str | None = None, *, by: str | None = None
    ) -> Issue:
        """Open an issue."""
        author = repo.owner if by is None else self.world.user(by)
        return issues.open_issue(self.world, repo, author, title, body)

    @_locked
    def comment(self, on: PullRequest | Issue, body: str, *, by: str | None = None) -> Comment:
        """Comment on an issue or a pull request."""
        issue = on.issue if isinstance(on, PullRequest) else on
        author = issue.repository.owner if by is None else self.world.user(by)
        return issues.comment(self.world, issue, author, body)

    @_locked
    def edit_comment(self, comment: Comment, body: str, *, by: str | None = None) -> None:
        """Change a comment."""
        sender = comment.user if by is None else self.world.user(by)
        issues.edit_comment(self.world, comment, sender, body)

    @_locked
    def delete_comment(self, comment: Comment, *, by: str | None = None) -> None:
        """Delete a comment."""
        sender = comment.user if by is None else self.world.user(by)
        issues.delete_comment(self.world, comment, sender)

    @_locked
    def rerequest(self, check: CheckRun | CheckSuite, *, by: str | None = None) -> None:
        """Press "Re-run" on a check, or "Re-run all" on a suite."""
        sender = check.repository.owner if by is None else self.world.user(by)
        if isinstance(check, CheckRun):
            checks.rerequest(self.world, check, sender)
        else:
            checks.rerequest_suite(self.world, check, sender)

    @_locked
    def request_action(self, check: CheckRun, identifier: str, *, by: str | None = None) -> None:
        """Press a button that the App put on its check."""
        sender = check.repository.owner if by is None else self.world.user(by)
        checks.request_action(self.world, check, identifier, sender)

    # What stands

    @_locked
    def checks(
        self, repo: Repository, sha: str, *, name: str | None = None, every: bool = False
    ) -> list[CheckRun]:
        """Check runs on a commit, oldest first; the newest of each name unless `every`."""
        runs = [run for run in repo.runs.values() if run.head_sha == sha]
        chosen = runs if every else latest(runs)
        return [run for run in chosen if name in (None, run.name)]

    @_locked
    def statuses(self, repo: Repository, sha: str, *, context: str | None = None) -> list[Status]:
        """Commit statuses of a commit, oldest first; the last of a context counts."""
        return [it for it in repo.statuses if it.sha == sha and context in (None, it.context)]

    @_locked
    def comments(self, on: PullRequest | Issue, *, by: str | None = None) -> list[Comment]:
        """Comments on an issue or a pull request, oldest first; of one author if named."""
        issue = on.issue if isinstance(on, PullRequest) else on
        return [it for it in issue.comments if by in (None, it.user.login)]

    def _doer(self, pull: PullRequest, by: str | None) -> User:
        return pull.issue.user if by is None else self.world.user(by)


def _by_path(api: WSGIApplication, git: WSGIApplication) -> WSGIApplication:
    return lambda environ, start_response: (
        api if environ["PATH_INFO"].startswith(PREFIX + "/") else git
    )(environ, start_response)
