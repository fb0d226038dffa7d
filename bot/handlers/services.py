from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.handlers.testing import Testing
from bot.ports.clock import Clock
from bot.ports.comments import Comments
from bot.ports.git import Commits, Mirrors
from bot.ports.github import GitHubAccess
from bot.ports.history import History
from bot.ports.inventories import Inventories
from bot.ports.layouts import Layouts
from bot.ports.notes import Notes
from bot.ports.pages import ReportPages
from bot.ports.probes import ProbeBook
from bot.ports.queue import Queue
from bot.ports.scanner import Scanner
from bot.ports.store import Runs
from bot.ports.waivers import Waivers


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The world as the handlers reach it, and what the operator has set.

    `commits`, `scanner` and `inventories` open a mirror by its directory; the scanner
    is told too why the commands of rules may not be run, or None. `deadline` is how long
    one attempt at a run may take. `phase_labels` puts a migration's phase on its issue as a label,
    `weekly_summary` a comment on Mondays.
    """

    github: GitHubAccess
    mirrors: Mirrors
    commits: Callable[[Path], Commits]
    scanner: Callable[[Path, str | None], AbstractContextManager[Scanner]]
    inventories: Callable[[Path], Inventories]
    runs: Runs
    comments: Comments
    waivers: Waivers
    queue: Queue
    testing: Testing
    history: History
    notes: Notes
    probes: ProbeBook
    pages: ReportPages
    layouts: Layouts
    clock: Clock
    github_url: str
    check_name: str
    public_url: str | None = None
    deadline: timedelta = timedelta(minutes=10)
    phase_labels: bool = False
    weekly_summary: bool = False
