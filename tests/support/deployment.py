"""Canon as it runs: real web and worker processes, a GitHub on loopback, a real database."""

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import psutil
import pytest
import urllib3
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from simulator import GitHubSimulator, sample
from simulator.model import CheckRun, PullRequest, Repository

T = TypeVar("T")
SECRET = "a webhook secret"
_REPOSITORY = Path(__file__).resolve().parents[2]

_GIT_THAT_CAN_BE_HELD = """\
#!/bin/sh
# Writes down how it was called; waits for as long as the file is there, when it names a word.
hold={hold}
echo "$@" >>"$hold.calls"
if [ -f "$hold" ]; then
    for word in "$@"; do
        if [ "$word" = "$(cat "$hold")" ]; then
            touch "$hold.arrived"
            while [ -f "$hold" ]; do sleep 0.05; done
        fi
    done
fi
exec {git} "$@"
"""


class Process:
    """One of Canon's processes."""

    def __init__(self, name: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
        self.name = name
        self.log = log
        self._process = process

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """End the process, and what it started, without a word (SIGKILL)."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ask it to end (SIGTERM), and wait for it; its exit status."""
        if self.running:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._end(signal.SIGKILL)
                raise
        return self._process.returncode

    def _end(self, how: signal.Signals) -> None:
        if self.running:
            os.killpg(self._process.pid, how)
        self._process.wait()


class Deployment:
    """Canon installed on the account `acme` of a simulated GitHub, with a sample repository."""

    def __init__(self, directory: Path, simulator: GitHubSimulator, database_url: str) -> None:
        self.directory = directory
        self.simulator = simulator
        self.port = _free_port()
        self.processes: list[Process] = []
        self.app = simulator.create_app(
            webhook_url=f"http://127.0.0.1:{self.port}/webhooks/github",
            webhook_secret=SECRET,
            private_key=_private_key(),
        )
        self.installation = simulator.install(self.app, "acme")
        self.repo = simulator.create_repository("acme/shop", sample.files())
        self.hold_file = directory / "hold"
        self.settings = {
            "PORT": str(self.port),
            "CANON_HOST": "127.0.0.1",
            "WEB_CONCURRENCY": "1",
            "DATABASE_URL": database_url,
            "CANON_DATA_DIR": str(directory / "data"),
            "CANON_GITHUB_API_URL": simulator.api_url,
            "CANON_GITHUB_URL": simulator.url,
            "CANON_GITHUB_APP_ID": str(self.app.id),
            "CANON_GITHUB_PRIVATE_KEY": self.app.private_key,
            "CANON_GITHUB_WEBHOOK_SECRET": SECRET,
            "CANON_HEARTBEAT_SECONDS": "0.5",
            "CANON_STALLED_SECONDS": "2",
            "CANON_LOG_FORMAT": "json",
        }

    def start(self) -> None:
        """Start one web process and one worker."""
        self.web()
        self.worker()

    def web(self) -> Process:
        """Start the web server, and wait until it answers."""
        process = self._start("serve")
        self.wait_for(lambda: self._answers(process), "the web server to answer")
        return process

    def worker(self, **settings: str) -> Process:
        """Start a worker; `settings` replace the deployment's."""
        return self._start("worker", **settings)

    def run(self) -> Process:
        """Start the supervisor with both of its children, and wait until the web one answers."""
        process = self._start("run")
        self.wait_for(lambda: self._answers(process), "the web server to answer")
        return process

    def kill_children_of(self, supervisor: Process) -> None:
        """Kill the web process and the worker under a supervisor, and wait for their successors."""
        killed = psutil.Process(supervisor.pid).children()
        for child in killed:
            child.kill()

        def replaced() -> bool:
            children = psutil.Process(supervisor.pid).children()
            return len(children) >= len(killed) and not set(children) & set(killed)

        self.wait_for(replaced, "the successors of the killed processes")
        self.wait_for(lambda: self._answers(supervisor), "the web server to answer again")

    def stop(self) -> None:
        """End every process that is still running."""
        for process in reversed(self.processes):
            if process.running:
                process.stop()

    def open(self, files: dict[str, str | None], branch: str = "topic") -> PullRequest:
        """Push a branch and open a pull request from it."""
        self.simulator.commit(self.repo, branch, files)
        return self.simulator.open_pull_request(self.repo, branch, by="bea")

    def completed(self, repo: Repository, sha: str, *, timeout: float = 30) -> CheckRun:
        """Canon's check on a commit, as soon as it has ended."""

        def look() -> CheckRun | None:
            checks = self.simulator.checks(repo, sha, name="canon")
            return next((check for check in checks if check.status == "completed"), None)

        return self.wait_for(look, f"the check on {sha[:8]} to end", timeout=timeout)

    def all_checks(self, sha: str) -> list[CheckRun]:
        """Every check run of Canon's that was ever made on a commit."""
        return self.simulator.checks(self.repo, sha, name="canon", every=True)

    def settle(self, seconds: float = 1.5) -> None:
        """Give whatever might still come the time to come."""
        self.simulator.hookshot.drain()
        time.sleep(seconds)

    def wait_for(self, look: Callable[[], T | None], what: str, *, timeout: float = 30) -> T:
        """What `look` answers as soon as that is something; fails with the processes' logs."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if found := look():
                return found
            time.sleep(0.02)
        logs = "\n".join(
            f"--- {p.name} {p.pid}\n{p.log.read_text()[-6000:]}" for p in self.processes
        )
        pytest.fail(f"waited {timeout:.0f} s for {what}\n{logs}")

    @contextmanager
    def held(self, git_command: str) -> Iterator[None]:
        """Hold every git command of that name from now on; released when the context ends."""
        arrived = self.hold_file.with_name("hold.arrived")
        self.hold_file.write_text(git_command)
        try:
            yield
        finally:
            self.hold_file.unlink(missing_ok=True)
            arrived.unlink(missing_ok=True)

    def wait_for_held(self) -> None:
        """Wait until a held git command has arrived."""
        arrived = self.hold_file.with_name("hold.arrived")
        self.wait_for(arrived.exists, "a held git command")

    def _start(self, command: str, **settings: str) -> Process:
        log = self.directory / f"{command}-{len(self.processes)}.log"
        environment = {
            **os.environ,
            **self.settings,
            **settings,
            "PATH": f"{self._git_folder()}:{os.environ['PATH']}",
        }
        with log.open("wb") as sink:
            process = subprocess.Popen(
                [sys.executable, "-m", "bot", command],
                cwd=_REPOSITORY,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        started = Process(command, process, log)
        self.processes.append(started)
        return started

    def _git_folder(self) -> Path:
        folder = self.directory / "bin"
        folder.mkdir(exist_ok=True)
        script = folder / "git"
        if not script.exists():
            real = subprocess.check_output(["which", "git"], text=True).strip()
            script.write_text(_GIT_THAT_CAN_BE_HELD.format(hold=self.hold_file, git=real))
            script.chmod(script.stat().st_mode | stat.S_IXUSR)
        return folder

    def _answers(self, process: Process) -> bool:
        if not process.running:
            pytest.fail(f"the web server ended:\n{process.log.read_text()}")
        try:
            answer = urllib3.request(
                "GET", f"http://127.0.0.1:{self.port}/healthz", timeout=1, retries=False
            )
        except urllib3.exceptions.HTTPError:
            return False
        return answer.status == 200


@pytest.fixture
def deployment(
    tmp_path: Path, simulator: GitHubSimulator, database_url: str
) -> Iterator[Deployment]:
    """Canon on GitHub, its processes not started yet."""
    directory = tmp_path / "deployment"
    directory.mkdir()
    deployed = Deployment(directory, simulator, database_url)
    yield deployed
    simulator.faults.clear()
    deployed.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


_keys: list[str] = []


def _private_key() -> str:
    """One key for all tests: making one takes longer than most tests."""
    if not _keys:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
        _keys.append(pem.decode())
    return _keys[0]
