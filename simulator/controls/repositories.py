from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from simulator.activity import accounts, installations, pushes
from simulator.controls.base import Controls, locked
from simulator.git import Files
from simulator.model import App, Protection, Repository
from simulator.objects import Person


class RepositoryControls(Controls):
    """Repositories, and what is pushed to them."""

    @locked
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

    @locked
    def fork(self, repo: Repository, login: str) -> Repository:
        """Fork a repository to somebody's account, with all its branches."""
        return accounts.fork(self.world, repo, self.world.user(login))

    @locked
    def rename(self, repo: Repository, name: str) -> None:
        """Rename a repository; the old name redirects."""
        installations.rename(self.world, repo, name, repo.owner)

    @locked
    def grant(self, repo: Repository, login: str, role: str) -> None:
        """Make somebody a collaborator: read, triage, write, maintain or admin."""
        repo.collaborators[self.world.user(login).login] = role

    @locked
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

    @locked
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
        pusher = self.doer(repo, by)
        start = repo.git.resolve(parent) if parent is not None else repo.head(branch)
        if start is None:
            start = repo.head(repo.default_branch)
        author = Person(
            pusher.login, f"{pusher.login}@users.noreply.github.example", datetime.now(UTC)
        )
        repo.git.write(branch, files, parent=start, message=message, author=author)
        pushes.notice(self.world, repo, pusher)
        return repo.seen[f"refs/heads/{branch}"]

    @locked
    def push(
        self, repo: Repository, directory: Path, *refspecs: str, by: str | None = None
    ) -> None:
        """Push refspecs ("main:main", "+topic", ":gone") from a local clone, without HTTP."""
        repo.git.receive(directory, refspecs)
        pushes.notice(self.world, repo, self.doer(repo, by))

    @locked
    def set_branch(
        self, repo: Repository, branch: str, sha: str | None, *, by: str | None = None
    ) -> None:
        """Point a branch at a commit that is there (a force push), or delete it with None."""
        repo.git.point(f"refs/heads/{branch}", sha)
        pushes.notice(self.world, repo, self.doer(repo, by))
