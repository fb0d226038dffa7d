"""How long a scan takes as a whole process, beside git's own reading of the same blobs and ruff.

The corpus is about 11,000 Python files (benchmarks/corpus.py) in a bare repository. git's figure is
`git cat-file --batch --buffer` of all of them to /dev/null, in two processes: what reading alone
costs. ruff checks a checkout for the same banned imports (TID251). Each figure is the median of
several runs, the page cache being warm.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import corpus
from benchmarks.tables import Table
from bot.adapters.git import command

RUNS = 5
MODULES = ("six", "oslo_utils.timeutils", "pandas.compat", "sympy.core.compatibility")
_BIN = Path(sys.executable).parent


def run() -> list[Table]:
    """Measure git, ruff and Canon, one after the other."""
    git_dir = corpus.repository()
    with tempfile.TemporaryDirectory(prefix="canon-bench-") as name:
        bench = _Bench(git_dir, Path(name))
        inflate = _median(bench.inflate)
        figures = [
            ("git inflate, two processes", inflate, ""),
            ("ruff TID251, no cache", _median(bench.ruff), ""),
            ("ruff TID251, its cache", _median(bench.ruff_cached), ""),
            ("canon scan, cold", _median(bench.cold), "3.0"),
            ("canon scan, warm", _median(bench.warm), "0.6"),
            ("canon compare with the parent", _median(bench.diff, bench.forget_head), "0.6"),
        ]
        start_up = _median(bench.start_up)
    rows = [
        [what, f"{seconds:.2f}", f"{seconds / inflate:.2f}", goal]
        for what, seconds, goal in figures
    ]
    rows.append(["canon --version", f"{start_up:.2f}", "", "0.15 s"])
    title = f"Scan of {bench.files:,} Python files, {bench.megabytes:.0f} MB, whole processes"
    return [Table(title, ["what", "seconds", "x git inflate", "goal, at most"], rows)]


class _Bench:
    def __init__(self, git_dir: Path, folder: Path) -> None:
        self._git_dir = git_dir
        self._folder = folder
        self._configuration = folder / "canon.yml"
        self._configuration.write_text(_configuration())
        self._checkout = folder / "checkout"
        self._checkout.mkdir()
        archive = command.run(git_dir, "archive", "--format=tar", "main")
        subprocess.run(["tar", "-x", "-C", str(self._checkout)], input=archive, check=True)
        listing = command.lines(command.run(git_dir, "ls-tree", "-r", "-l", "-z", "main"))
        python = [entry.split()[2:4] for entry in listing if entry.endswith(".py")]
        self.files = len(python)
        self.megabytes = sum(int(size) for _, size in python) / 1e6
        self._blobs = sorted({blob for blob, _ in python})
        self._base_cache: Path | None = None

    def inflate(self) -> None:
        """Read every blob with two processes of git, to /dev/null."""
        processes = []
        for half in (self._blobs[::2], self._blobs[1::2]):
            asked = self._folder / f"half-{len(processes)}"
            asked.write_text("".join(f"{blob}\n" for blob in half))
            words = command.arguments(self._git_dir, "cat-file", "--batch", "--buffer")
            with asked.open("rb") as source:
                processes.append(
                    subprocess.Popen(
                        words,
                        stdin=source,
                        stdout=subprocess.DEVNULL,
                        env=command.environment(),
                    )
                )
        assert all(process.wait() == 0 for process in processes)

    def ruff(self) -> None:
        """Check the checkout for the banned imports, without a cache."""
        self._ruff("--no-cache")

    def ruff_cached(self) -> None:
        """The same with ruff's cache, which the first of the runs fills."""
        self._ruff("--cache-dir", str(self._folder / "ruff-cache"))

    def cold(self) -> None:
        """Scan with nothing known."""
        shutil.rmtree(self._folder / "cold", ignore_errors=True)
        self._canon("cold", "scan", "--rev", "main")

    def warm(self) -> None:
        """Scan the same commit again."""
        self._canon("warm", "scan", "--rev", "main")

    def forget_head(self) -> None:
        """Know the parent's files, and nothing of what changed since."""
        if self._base_cache is None:
            self._base_cache = self._folder / "base"
            self._canon("base", "scan", "--rev", "main~1")
        shutil.rmtree(self._folder / "diff", ignore_errors=True)
        shutil.copytree(self._base_cache, self._folder / "diff")

    def diff(self) -> None:
        """Compare the head with its parent."""
        self._canon("diff", "compare", "--base", "main~1", "--head", "main")

    def start_up(self) -> None:
        """Start and end."""
        subprocess.run([_BIN / "canon", "--version"], stdout=subprocess.DEVNULL, check=True)

    def _canon(self, cache: str, *words: str) -> None:
        where = ["--repo", str(self._git_dir), "--config", str(self._configuration)]
        done = subprocess.run(
            [_BIN / "canon", *words, *where, "--format", "json"],
            env={**os.environ, "CANON_CACHE_DIR": str(self._folder / cache)},
            stdout=subprocess.DEVNULL,
            check=False,
        )
        assert done.returncode in {0, 1}, done.returncode

    def _ruff(self, *cache: str) -> None:
        banned = ", ".join(f'"{module}" = {{msg = "no"}}' for module in MODULES)
        done = subprocess.run(
            [
                *(_BIN / "ruff", "check", "--isolated", "--quiet", "--select", "TID251"),
                *("--config", f"lint.flake8-tidy-imports.banned-api = {{{banned}}}"),
                *cache,
                str(self._checkout),
            ],
            stdout=subprocess.DEVNULL,
            check=False,
        )
        assert done.returncode in {0, 1}, done.returncode


def _configuration() -> str:
    rules = "".join(
        f"      - {{id: rule-{number}, kind: banned-import, modules: [{module}]}}\n"
        for number, module in enumerate(MODULES)
    )
    return (
        "version: 1\nmigrations:\n  - issue: 1\n    title: Benchmark\n    phase: migrate\n"
        f"    rules:\n{rules}"
    )


def _median(measured: Callable[[], None], before: Callable[[], None] = lambda: None) -> float:
    """Median seconds of several runs, after one that is not counted."""
    seconds: list[float] = []
    for _ in range(RUNS + 1):
        before()
        began = time.perf_counter()
        measured()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds[1:])
