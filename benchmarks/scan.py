"""How long a scan takes as a whole process, beside git's own reading of the same blobs and peers.

The corpus is about 11,000 Python files (benchmarks/corpus.py) in a bare repository. git's figure is
`git cat-file --batch --buffer` of all of them to /dev/null, in two processes: what reading alone
costs. Peers check a checkout for the same banned imports. Each figure is the median of several
runs, the page cache being warm; what takes seconds runs once. Canon's modules are compiled before,
as installers leave them, also where Python is told to write no bytecode. A second table has made
repositories of ever more files, in which there is always the same to find and to compare.

The machine should have nothing else to do: what others do to its memory slows git more than Canon,
and so flatters Canon's ratios.
"""

import compileall
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import psutil

import bot
from benchmarks import corpus, peers, rules
from benchmarks.tables import Table
from bot.adapters.git import command

RUNS = 5
SIZES = (1_000, 10_000, 100_000)
_BIN = Path(sys.executable).parent
_COLUMNS = ("what", "seconds", "x git inflate", "goal, at most", "x ruff", "goal, at most")


def run() -> list[Table]:
    """Measure git, peers and Canon, one after the other."""
    assert compileall.compile_dir(Path(bot.__file__).parent, quiet=1)
    with tempfile.TemporaryDirectory(prefix="canon-bench-") as name:
        tables = [_corpus(Path(name))]
    rows = []
    for size in SIZES:
        with tempfile.TemporaryDirectory(prefix="canon-bench-") as name:
            rows.append(_curve(corpus.made(size), size, Path(name)))
    title = "Scans of made repositories, seconds (and times git's inflate)"
    columns = ("files", "git inflate", "cold", "warm", "20 files changed")
    return [*tables, Table(title, columns, rows)]


def _corpus(folder: Path) -> Table:
    bench = _Bench(corpus.repository(), folder)
    bench.check_out()
    inflate, ruff = _median(bench.inflate), _median(bench.ruff)
    cold = _median(bench.cold)
    thirty = _median(bench.thirty, runs=0)
    figures = [
        ("git inflate, two processes", inflate, "", ""),
        ("ruff TID251, no cache", ruff, "", ""),
        ("ruff TID251, its cache", _median(bench.ruff_cached), "", ""),
        *bench.others(),
        ("canon scan, cold", cold, "2.5", "0.75"),
        ("canon scan, warm", _median(bench.warm), "0.6", ""),
        ("canon compare with the parent", _median(bench.diff, bench.forget_head), "0.6", ""),
    ]
    rows = [
        [what, f"{took:.2f}", f"{took / inflate:.2f}", goal, f"{took / ruff:.2f}", other]
        for what, took, goal, other in figures
    ]
    slower = f"{thirty / cold:.1f} x cold; goal 2"
    rows.append(["canon scan, cold, 30 rules", f"{thirty:.2f}", "", "", slower, ""])
    rows.append(["canon --version", f"{_median(bench.start_up):.2f}", "", "0.15 s", "", ""])
    peak = f"{bench.peak():.0f} MB"
    rows.append(["memory of a cold scan, all processes", peak, "", "400 MB", "", ""])
    title = f"Scan of {bench.files:,} Python files, {bench.megabytes:.0f} MB, whole processes"
    return Table(title, _COLUMNS, rows)


def _curve(git_dir: Path, size: int, folder: Path) -> Sequence[str]:
    bench = _Bench(git_dir, folder)
    inflate = _median(bench.inflate, runs=1)
    cold, warm = _median(bench.cold, runs=1), _median(bench.warm, runs=1)
    times = (cold, warm, _median(bench.diff, bench.forget_head, runs=1))
    shown = (f"{took:.2f} ({took / inflate:.2f})" for took in times)
    return [f"{size:,}", f"{inflate:.2f}", *shown]


class _Bench:
    def __init__(self, git_dir: Path, folder: Path) -> None:
        self._git_dir = git_dir
        self._folder = folder
        self._four, self._thirty = folder / "four.yml", folder / "thirty.yml"
        self._four.write_text(rules.imports())
        self._thirty.write_text(rules.thirty())
        self._checkout = folder / "checkout"
        listing = command.lines(command.run(git_dir, "ls-tree", "-r", "-l", "-z", "main"))
        python = [entry.split()[2:4] for entry in listing if entry.endswith(".py")]
        self.files = len(python)
        self.megabytes = sum(int(size) for _, size in python) / 1e6
        self._blobs = sorted({blob for blob, _ in python})
        self._base_cache: Path | None = None

    def check_out(self) -> None:
        """Lay the files out for those who read no repositories."""
        self._checkout.mkdir()
        archive = command.run(self._git_dir, "archive", "--format=tar", "main")
        subprocess.run(["tar", "-x", "-C", str(self._checkout)], input=archive, check=True)

    def inflate(self) -> None:
        """Read every blob with two processes of git, to /dev/null."""
        processes: list[subprocess.Popen[bytes]] = []
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
        _check(peers.ruff(rules.IMPORTS, self._checkout, "--no-cache"))

    def ruff_cached(self) -> None:
        """The same with ruff's cache, which the first of the runs fills."""
        cache = ("--cache-dir", str(self._folder / "ruff-cache"))
        _check(peers.ruff(rules.IMPORTS, self._checkout, *cache))

    def others(self) -> Sequence[tuple[str, float, str, str]]:
        """What takes others seconds, once each; nothing where they cannot be installed."""
        programs = peers.environment()
        if programs is None:
            return ()
        rule = self._folder / "rule.yml"
        found = []
        for name, words in (("ast-grep", peers.ast_grep), ("semgrep", peers.semgrep)):
            asked = words(programs, rules.IMPORTS, self._checkout, rule)
            seconds = _median(partial(_check, asked), runs=0)
            found.append((f"{name}, once", seconds, "", ""))
        return found

    def cold(self) -> None:
        """Scan with nothing known."""
        shutil.rmtree(self._folder / "cold", ignore_errors=True)
        self._canon("cold", "scan", "--rev", "main")

    def thirty(self) -> None:
        """The same with thirty rules."""
        shutil.rmtree(self._folder / "thirty", ignore_errors=True)
        self._canon("thirty", "scan", "--rev", "main", rules=self._thirty)

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

    def peak(self) -> float:
        """The most memory (MB) that a cold scan has at a time, shared pages counted once."""
        ended = threading.Event()
        seen: list[int] = []
        watcher = threading.Thread(target=_watch, args=(ended, seen))
        watcher.start()
        self.cold()
        ended.set()
        watcher.join()
        return max(seen) / 1e6

    def _canon(self, cache: str, *words: str, rules: Path | None = None) -> None:
        where = ["--repo", str(self._git_dir), "--config", str(rules or self._four)]
        _check(
            [str(_BIN / "canon"), *words, *where, "--format", "json"],
            {"CANON_CACHE_DIR": str(self._folder / cache)},
        )


def _watch(ended: threading.Event, seen: list[int]) -> None:
    """Note, many times a second, the memory of all processes below this one."""
    this = psutil.Process()
    while not ended.wait(0.01):
        total = 0
        for process in this.children(recursive=True):
            try:
                total += process.memory_full_info().pss
            except psutil.Error:  # it has ended
                continue
        seen.append(total)


def _check(words: Sequence[str], environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(
        words,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode in {0, 1}, (words, done.returncode)


def _median(
    measured: Callable[[], None], before: Callable[[], None] = lambda: None, *, runs: int = RUNS
) -> float:
    """Median seconds of several runs, after one that is not counted; of that one if `runs` is 0."""
    seconds: list[float] = []
    for _ in range(runs + 1):
        before()
        began = time.perf_counter()
        measured()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds[1:] or seconds)
