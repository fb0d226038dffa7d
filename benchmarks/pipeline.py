"""How soon a pull request has its verdict: from the webhook's sending to what stands on GitHub.

The repository is the corpus (about 11,000 Python files), its mirror is warm, each pull request
changes 20 files. Web server and worker are real processes; GitHub is the simulator, on the same
two cores, so its own work is inside the figures.
"""

import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks import corpus
from benchmarks.tables import Table, percentile
from bot.adapters.embedded import EmbeddedPostgres
from bot.adapters.git import command
from bot.adapters.git.commits import GitCommits
from simulator import GitHubSimulator
from simulator.model import PullRequest
from tests.support.deployment import Deployment

PULL_REQUESTS = 20
CHANGED_FILES = 20
_GOAL_SECONDS = 1.0

CONFIGURATION = """\
version: 1
migrations:
  - issue: 1
    title: Away from the old helpers
    phase: migrate
    rules:
      - {id: six, kind: banned-import, modules: [six]}
      - {id: oslo, kind: banned-import, modules: [oslo_utils.timeutils]}
      - {id: both, kind: dual-import, modules: [six, oslo_utils]}
      - {id: one-manager, kind: single-definition, class: "[A-Za-z]*Manager"}
"""


def run() -> list[Table]:
    """Open one pull request after the other, and measure each."""
    with _service() as deployment:
        _verdict(deployment, 0)  # the mirror, the facts and every process are warm after it
        times = [_verdict(deployment, number) for number in range(1, PULL_REQUESTS + 1)]
    rows = [
        [what, f"{percentile(seconds, 0.5):.2f}", f"{percentile(seconds, 0.95):.2f}"]
        for what, seconds in (
            ("check in progress", [begun for begun, _ in times]),
            ("check completed", [ended for _, ended in times]),
        )
    ]
    title = (
        f"Webhook to check, {CHANGED_FILES}-file pull requests on {_files():,} Python files"
        f" (goal: completed in under {_GOAL_SECONDS:.0f} s p50)"
    )
    return [Table(title, ["after the webhook was sent", "p50 s", "p95 s"], rows)]


@contextmanager
def _service() -> Iterator[Deployment]:
    with tempfile.TemporaryDirectory(prefix="canon-bench-") as name:
        folder = Path(name)
        (folder / "github").mkdir()
        server = EmbeddedPostgres(folder / "database")
        with GitHubSimulator(folder / "github") as simulator:
            deployment = Deployment(folder, simulator, server.start())
            simulator.push(deployment.repo, corpus.repository(), "+main:main")
            simulator.commit(deployment.repo, "main", {".github/canon.yml": CONFIGURATION})
            try:
                deployment.start()
                yield deployment
            finally:
                deployment.stop()
                server.stop()


def _verdict(deployment: Deployment, number: int) -> tuple[float, float]:
    """Seconds from the sending of the webhook until the check is in progress, and completed."""
    simulator = deployment.simulator
    branch = f"topic-{number}"
    simulator.commit(deployment.repo, branch, _change(number))
    simulator.hookshot.drain()
    sent = time.monotonic()
    pull = simulator.open_pull_request(deployment.repo, branch)
    begun = deployment.wait_for(lambda: _since(deployment, pull, sent, done=False), "the check")
    ended = deployment.wait_for(
        lambda: _since(deployment, pull, sent, done=True), "the verdict", timeout=300
    )
    simulator.hookshot.drain()
    return begun, ended


def _since(deployment: Deployment, pull: PullRequest, sent: float, *, done: bool) -> float | None:
    checks = deployment.simulator.checks(deployment.repo, pull.head_sha)
    if any(check.status == "completed" or not done for check in checks):
        return time.monotonic() - sent
    return None


def _change(number: int) -> Mapping[str, bytes]:
    """Twenty files, other ones for each pull request, each with one more legacy import."""
    git_dir = corpus.repository()
    paths = _python_files(git_dir)[number :: len(_python_files(git_dir)) // CHANGED_FILES]
    files = GitCommits(git_dir).files("main", paths[:CHANGED_FILES], largest=1 << 20)
    return {path: content + b"\nimport six\n" for path, content in files.items()}


def _python_files(git_dir: Path) -> list[str]:
    listing = command.lines(command.run(git_dir, "ls-tree", "-r", "-z", "--name-only", "main"))
    return [path for path in listing if path.endswith(".py")]


def _files() -> int:
    return len(_python_files(corpus.repository()))
