from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.handlers.testing import Testing
from bot.ports.clock import Clock
from bot.ports.git import Commits, Mirrors
from bot.ports.github import GitHubAccess
from bot.ports.queue import Queue
from bot.ports.scanner import Scanner
from bot.ports.store import Runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The world as the handlers reach it, and what the operator has set.

    `commits` and `scanner` open a mirror by its directory. `deadline` is how long one attempt at
    a run may take.
    """

    github: GitHubAccess
    mirrors: Mirrors
    commits: Callable[[Path], Commits]
    scanner: Callable[[Path], AbstractContextManager[Scanner]]
    runs: Runs
    queue: Queue
    testing: Testing
    clock: Clock
    github_url: str
    check_name: str
    public_url: str | None = None
    deadline: timedelta = timedelta(minutes=10)
