"""Everything the simulator knows, and the one lock that guards it."""

import itertools
import threading
from pathlib import Path

from simulator.git import BareRepository
from simulator.model import App, Installation, Repository, Token, User
from simulator.urls import Urls
from simulator.webhooks import Hookshot

# Ids start above 2**31, as many of GitHub's do: a 32-bit column must fail here, not there.
FIRST_ID = 3_000_000_000


class World:
    """The state. Hold `lock` while reading or changing it."""

    def __init__(self, root: Path, hourly_limit: int) -> None:
        self.root = root
        self.lock = threading.RLock()
        self.urls = Urls("", "")
        self.users: dict[str, User] = {}
        self.apps: dict[int, App] = {}
        self.installations: dict[int, Installation] = {}
        self.repositories: dict[int, Repository] = {}
        self.tokens: dict[str, Token] = {}
        self.former_names: dict[str, int] = {}
        self.hourly_limit = hourly_limit
        self.tells_dispatched_runs = True  # False: as servers before return_run_details
        self._ids = itertools.count(FIRST_ID)
        self.hookshot = Hookshot(self.new_id)

    def new_id(self) -> int:
        """A number that nothing else has."""
        return next(self._ids)

    def user(self, login: str, type_: str = "User") -> User:
        """The account of that name; made on first mention."""
        if login not in self.users:
            self.users[login] = User(self.new_id(), login, type_)
        return self.users[login]

    def repository(self, full_name: str) -> Repository | None:
        """The repository that has this name now, in any case of letters."""
        wanted = full_name.lower()
        return next(
            (repo for repo in self.repositories.values() if repo.full_name.lower() == wanted), None
        )

    def moved(self, full_name: str) -> Repository | None:
        """The repository that had this name once and was renamed."""
        return self.repositories.get(self.former_names.get(full_name.lower(), 0))

    def installation(self, app: App, repo: Repository) -> Installation | None:
        """Where the App is installed so that it covers the repository."""
        return next(
            (
                it
                for it in self.installations.values()
                if it.app is app and it.suspended_at is None and it.covers(repo)
            ),
            None,
        )

    def new_git(self, repository_id: int, default_branch: str) -> BareRepository:
        """An empty bare repository on disk."""
        return BareRepository.create(self.root / f"{repository_id}.git", default_branch)
