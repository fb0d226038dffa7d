"""A git command that talks to the network: it can be cancelled, and it takes its children along."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.ports.clock import Cancellation

_PATIENCE = 0.05
_STDERR_KEPT = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """One run of git; `environment` may hold credentials and is never shown."""

    arguments: Sequence[str]
    environment: Mapping[str, str]

    def run(self, cancellation: Cancellation) -> str | None:
        """Run to the end: None when it worked, else what git said on standard error.

        `cancellation` is asked many times a second; what it raises ends git and its children.
        """
        with tempfile.TemporaryFile() as stderr:
            process = subprocess.Popen(
                self.arguments,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                start_new_session=True,
            )
            try:
                _wait(process, cancellation)
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
            if process.returncode == 0:
                return None
            size = stderr.seek(0, os.SEEK_END)
            stderr.seek(max(0, size - _STDERR_KEPT))
            said = stderr.read().decode("utf-8", "replace")
            return said or f"git ended with status {process.returncode}"


def _wait(process: "subprocess.Popen[bytes]", cancellation: Cancellation) -> None:
    while True:
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            cancellation.check()
        else:
            return
