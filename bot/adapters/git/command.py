"""How Canon calls git: one environment and one set of switches for every call.

Repositories are hostile: nothing in them may run a program, prompt, or reach the network. See the
`SECURITY` section of git(1) and git-config(1) for the switches.
"""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.domain.errors import CouldNotCheckError

SAFE_CONFIGURATION = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.untrackedCache=false",
    "core.attributesFile=/dev/null",
    "protocol.allow=never",
    "submodule.recurse=false",
    "credential.helper=",
    "gc.auto=0",
    "maintenance.auto=false",
)

_LONGEST_SECONDS = 120
_PASSED_ON = ("PATH", "HOME", "TMPDIR", "LANG", "SSL_CERT_FILE", "SSL_CERT_DIR")


class GitFailedError(CouldNotCheckError):
    """git ended with a status other than 0; `stderr` is bounded and holds no credentials."""

    def __init__(self, operation: str, status: int, stderr: str) -> None:
        self.operation = operation
        self.status = status
        self.stderr = stderr
        super().__init__(f"git {operation} failed with status {status}: {stderr.strip()[-500:]}")


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The whole environment of a git process: nothing of ours leaks in by inheritance."""
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {
        **kept,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
        **(extra or {}),
    }


def arguments(git_dir: Path | str | None, *args: str) -> list[str]:
    """The argument list for git on `git_dir`, with every safe switch in front."""
    switches = [word for setting in SAFE_CONFIGURATION for word in ("-c", setting)]
    where = [f"--git-dir={git_dir}"] if git_dir is not None else []
    return ["git", *switches, *where, *args]


def run(git_dir: Path | str | None, *args: str, stdin: bytes = b"") -> bytes:
    """Run one short local git command and return its standard output.

    Raises `GitFailedError` on a non-zero status, `CouldNotCheckError` when it hangs. For commands
    that take long or reach the network use the mirror, which can be cancelled.
    """
    try:
        done = subprocess.run(
            arguments(git_dir, *args),
            input=stdin,
            env=environment(),
            capture_output=True,
            check=False,
            timeout=_LONGEST_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise CouldNotCheckError(
            f"git {args[0]} did not end within {_LONGEST_SECONDS} seconds"
        ) from error
    if done.returncode:
        raise GitFailedError(args[0], done.returncode, done.stderr.decode("utf-8", "replace"))
    return done.stdout


def lines(output: bytes) -> Sequence[str]:
    """NUL-terminated records as text; bytes that are no UTF-8 survive as surrogates."""
    return [record.decode("utf-8", "surrogateescape") for record in output.split(b"\0") if record]
