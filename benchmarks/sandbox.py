"""What a sandbox costs: starting one, laying out a large commit in it, and a known environment.

Beside the checkout stands what it cannot do without: `git archive | tar`, into memory (as the
sandbox does it) and to disk.
"""

import os
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.tables import Table, percentile
from bot.adapters.git import command
from bot.adapters.sandbox.bubblewrap import BubblewrapSandbox
from bot.adapters.sandbox.opening import Wishes, open_sandbox
from bot.ports.sandbox import SandboxRequest, SandboxUnavailableError, Setup, Source

STARTS = 50
FILES = 20_000
CHECKOUTS = 5
_FIRST_UID = 200_000
_START_GOAL_MS = 30
_CHECKOUT_GOAL = 3.0
_CACHED_GOAL_MS = 50
_WORDS = ("import", "def", "return", "self", "value", "migration", "legacy", "factory", "\n    ")


def run() -> list[Table]:
    """Measure on this machine; a table with the reason where it has no sandbox."""
    with _directory() as place:
        uid = _FIRST_UID if os.geteuid() == 0 else None
        try:
            sandbox = open_sandbox(Wishes(directory=place / "state", first_uid=uid))
        except SandboxUnavailableError as error:
            return [Table("Sandbox: not measured", ["reason"], [[str(error)]])]
        source = _commit(place / "repository.git")
        return [_starts(sandbox, source), _checkouts(sandbox, source, place)]


def _starts(sandbox: BubblewrapSandbox, source: Source) -> Table:
    bare = SandboxRequest(command="true")
    setup = Setup("echo made >/env/made", ("lock.txt",))
    prepared = SandboxRequest(command="true", source=_small(source), setup=setup)
    unprepared = SandboxRequest(command="true", source=_small(source))
    _seconds(sandbox, prepared)  # makes the environment
    started = _measured(lambda: _seconds(sandbox, bare))
    cached = _measured(lambda: sandbox.run(prepared, lambda _: None).setup_seconds)
    with_tree = _measured(lambda: _seconds(sandbox, unprepared))
    shell = _measured(lambda: _timed(["sh", "-c", "true"]))
    rows = [
        ["`sh -c true` without a sandbox", *shell, ""],
        ["`true` in a sandbox, start to end", *started, f"{_START_GOAL_MS}"],
        ["the same with a commit of one file", *with_tree, ""],
        ["until a known environment is there", *cached, f"{_CACHED_GOAL_MS}"],
    ]
    return Table(f"Sandbox start, {STARTS} times", ["", "p50 ms", "p95 ms", "goal"], rows)


def _checkouts(sandbox: BubblewrapSandbox, source: Source, place: Path) -> Table:
    def plain(target: Path) -> float:
        target.mkdir()
        archive = command.arguments(source.git_dir, "archive", "--format=tar", source.commit)
        began = time.perf_counter()
        with subprocess.Popen(archive, stdout=subprocess.PIPE) as feeder:
            subprocess.run(["tar", "-x", "-C", target], stdin=feeder.stdout, check=True)
        seconds = time.perf_counter() - began
        shutil.rmtree(target)
        return seconds

    request = SandboxRequest(command="true", source=source)
    disk = [plain(place / "checkout")]
    memory, confined = [], []
    for _ in range(CHECKOUTS):  # in turns, so that whatever else goes on meets both
        memory.append(plain(Path("/dev/shm", place.name)))  # noqa: S108 - its own directory
        confined.append(_seconds(sandbox, request))
    best = percentile(memory, 0.5)
    rows = [
        [name, f"{percentile(times, 0.5):.2f}", f"{percentile(times, 0.5) / best:.2f}", goal]
        for name, times, goal in (
            ("`git archive \\| tar` into memory", memory, ""),
            ("`git archive \\| tar` to disk", disk, ""),
            ("a sandbox with the files, start to end", confined, f"{_CHECKOUT_GOAL:g}"),
        )
    ]
    title = f"Checkout of {FILES:,} files, {CHECKOUTS} times in turns (to disk once)"
    return Table(title, ["", "p50 s", "times", "goal"], rows)


def _measured(once: Callable[[], float]) -> list[str]:
    times = [once() * 1000 for _ in range(STARTS)]
    return [f"{percentile(times, share):.1f}" for share in (0.5, 0.95)]


def _seconds(sandbox: BubblewrapSandbox, request: SandboxRequest) -> float:
    began = time.perf_counter()
    result = sandbox.run(request, lambda _: None)
    seconds = time.perf_counter() - began
    assert result.status == 0, result
    return seconds


def _timed(words: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(words, check=True)
    return time.perf_counter() - began


def _small(source: Source) -> Source:
    return Source(source.git_dir, f"{source.commit}~1")


def _commit(git_dir: Path) -> Source:
    """A packed repository: a commit of one file, and one of many, as large as code is."""
    generator = random.Random(0)  # noqa: S311 - no secret
    stream = [_commit_of("one file", {"lock.txt": "tinydep==1.0\n"})]
    many = {}
    for number in range(FILES):
        length = int(generator.lognormvariate(6, 1))
        text = " ".join(generator.choices(_WORDS, k=length))
        many[f"package{number % 200}/module{number}.py"] = text
    stream.append(_commit_of("many files", many))
    command.run(None, "init", "--quiet", "--bare", str(git_dir))
    command.run(git_dir, "fast-import", "--quiet", stdin=b"".join(stream))
    head = command.run(git_dir, "rev-parse", "refs/heads/main").decode().strip()
    return Source(git_dir, head)


def _commit_of(message: str, files: dict[str, str]) -> bytes:
    """git-fast-import(1)'s words for a commit on main that adds these files."""
    parts = [
        b"commit refs/heads/main\n",
        b"committer Ada <ada@example.com> 1790000000 +0000\n",
        b"data %d\n%s\n" % (len(message), message.encode()),
    ]
    for path, text in files.items():
        content = text.encode()
        parts.append(b"M 100644 inline %s\ndata %d\n" % (path.encode(), len(content)))
        parts.append(content + b"\n")
    return b"".join([*parts, b"\n"])


@contextmanager
def _directory() -> Iterator[Path]:
    """A directory that the sandbox's uids can pass through."""
    place = Path(tempfile.mkdtemp(prefix="canon-bench-", dir="/var/tmp"))
    place.chmod(0o711)
    try:
        yield place
    finally:
        shutil.rmtree(place)
