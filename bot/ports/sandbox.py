"""Running commands from repositories without trusting them.

Inside, `TREE` holds the commit's files and is the working directory, `RESULTS` is where a command
leaves what is to be read afterwards, and `EVENTS` is a pipe: each line written to it reaches the
caller while the command runs. Everything that is written stays in memory and is gone afterwards.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol

from bot.domain.errors import CouldNotCheckError

TREE: Final = "/sandbox/tree"
RESULTS: Final = "/sandbox/results"
EVENTS: Final = "/run/canon/events"
PLUGINS: Final = "/run/canon/plugins"
"""Python modules that the sandbox offers: `canon_reporter`, a plug-in for pytest."""
DATA: Final = "/run/canon/data"
"""Where the files of `SandboxRequest.data` are."""

MIB: Final = 1024 * 1024
GIB: Final = 1024 * MIB


class SandboxError(CouldNotCheckError):
    """The command was not run; nothing is said about the code."""


class SandboxUnavailableError(SandboxError):
    """This machine, as it is set up, has no safe sandbox; the text says what is missing."""


class CheckoutFailedError(SandboxError):
    """The commit's files could not be laid out, or do not fit."""


class SetupFileError(SandboxError):
    """A file that a set-up declares is not a regular file of the commit, or is too large."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxLimits:
    """Bounds on one run, for all its processes together; sizes in bytes, times in seconds.

    `memory` includes what the run writes to files, of which there may be `disk`. At `seconds` the
    command is interrupted, and killed after another `grace`. More than `output` kills it; what is
    kept is bounded anyway. `result` is the largest result file that is read.
    """

    seconds: float = 600.0
    grace: float = 10.0
    memory: int = 3 * GIB
    processes: int = 512
    cpus: float = 2.0
    disk: int = 2 * GIB
    output: int = 256 * MIB
    result: int = 16 * MIB


@dataclass(frozen=True, slots=True)
class Source:
    """A commit (40 or 64 hex digits) of a local repository; `git_dir` is only read."""

    git_dir: Path
    commit: str


@dataclass(frozen=True, slots=True)
class Setup:
    """How the environment at /env is made.

    `command` sees nothing of the commit but `files` (paths from its root), so that equal files
    mean an equal environment, whoever declared them.
    """

    command: str
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxRequest:
    """A shell command, what it sees, and what is wanted back.

    `results` are paths below /sandbox ("results/junit.xml", "tree/coverage.xml").
    """

    command: str
    source: Source | None = None
    setup: Setup | None = None
    limits: SandboxLimits = SandboxLimits()
    variables: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, bytes] = field(default_factory=dict)
    results: tuple[str, ...] = ()


class SandboxStage(StrEnum):
    """What a run is busy with."""

    WAITING = "waiting"
    SETUP = "setup"
    CHECKOUT = "checkout"
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class SandboxProgress:
    """Told at least once a second; `lines` are those that were written to `EVENTS` since."""

    stage: SandboxStage
    seconds: float
    lines: tuple[bytes, ...] = ()


class Ending(StrEnum):
    """How the command ended."""

    EXITED = "exited"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    TOO_MUCH_OUTPUT = "too_much_output"
    SETUP_FAILED = "setup_failed"  # the set-up's, which is why the command was not started


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A result file that was not read, and why: a link, a device, too large ..."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxResult:
    """What came of a command.

    `status` is 128 + n where signal n ended it. `output` is standard output and standard error as
    they came, its middle left out where it was long. `files` lacks what was not written. `notes`
    are for the reader of a report (submodules left empty, a limit reached ...).
    """

    ending: Ending
    status: int | None
    seconds: float
    output: bytes
    output_bytes: int
    files: Mapping[str, bytes | RefusedFile] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    memory_peak: int | None = None
    setup_seconds: float = 0.0


class Sandbox(Protocol):
    """Somewhere to run what nobody vouches for: no network, no secrets, hard limits."""

    def run(
        self, request: SandboxRequest, progress: Callable[[SandboxProgress], None]
    ) -> SandboxResult:
        """Run the command to its end, or to a limit; nothing of it is left alive.

        What `progress` raises kills the run and is passed on. Raises `SandboxError` when the
        command could not be started as asked, and never starts it with less protection.
        """
