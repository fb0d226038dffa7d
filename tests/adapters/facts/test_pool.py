import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from bot.adapters.facts import worker
from bot.adapters.facts.forked import Forked, fork
from bot.adapters.facts.messages import Worker
from bot.adapters.facts.pool import WorkerPool
from bot.domain.errors import CouldNotCheckError, SupersededError
from bot.ports.scanning import Wanted
from bot.scanner.facts import Depth, Examined, Problem
from bot.scanner.probes import ImportProbe, Query
from tests.support.gitrepo import GitRepository

_QUERY = Query((ImportProbe("legacy"),), 1 << 20)
_LEGACY = "import legacy\n"


class _Never:
    def check(self) -> None:
        pass


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    return GitRepository(tmp_path / "repository")


@pytest.fixture(params=[worker.start, fork], ids=["started", "forked"])
def pool(repository: GitRepository, request: pytest.FixtureRequest) -> Iterator[WorkerPool]:
    pool = WorkerPool(repository.path / ".git", repository.path, start=request.param)
    yield pool
    pool.close()


def _blobs(repository: GitRepository, files: dict[str, str | bytes]) -> list[Wanted]:
    repository.commit(files)
    return [
        Wanted(repository.git("rev-parse", f"HEAD:{path}"), path, Depth.NOTHING) for path in files
    ]


def _examined(pool: WorkerPool, wanted: list[Wanted], query: Query = _QUERY) -> dict[str, Examined]:
    return {one.path: examined for one, examined in pool.examine(query, wanted, _Never())}


def test_every_blob_is_examined(repository: GitRepository, pool: WorkerPool) -> None:
    wanted = _blobs(repository, {"a.py": _LEGACY, "b.py": "import other\n", "c.py": ""})
    examined = _examined(pool, wanted)
    assert {path: one.hits for path, one in examined.items()} == {
        "a.py": (0,),
        "b.py": (),
        "c.py": (),
    }


@pytest.mark.slow
def test_many_blobs_are_shared_by_two_processes(
    repository: GitRepository, pool: WorkerPool
) -> None:
    files = {f"f{number}.py": f"{_LEGACY}x = {number}\n" for number in range(700)}
    examined = _examined(pool, _blobs(repository, files))
    assert examined.keys() == files.keys()
    assert all(one.facts and one.facts.imports[0].line == 1 for one in examined.values())


def test_what_is_not_there_or_too_large_has_a_problem(
    repository: GitRepository, pool: WorkerPool
) -> None:
    (large,) = _blobs(repository, {"large.py": "x" * 5000})
    wanted = [Wanted("0" * 40, "gone.py", Depth.LINES), large]
    examined = _examined(pool, wanted, Query(_QUERY.probes, 4096))
    assert examined["gone.py"].problem == Problem("missing from the repository", True, False)
    assert examined["large.py"].problem == Problem("larger than 4 KiB", skipped=True)


def test_a_file_of_the_working_directory_is_read_from_disk(
    repository: GitRepository, pool: WorkerPool
) -> None:
    (repository.path / "new.py").write_text(_LEGACY)
    blob = repository.git("hash-object", "new.py")
    wanted = [Wanted(blob, "new.py", Depth.NOTHING, in_worktree=True)]
    assert _examined(pool, wanted)["new.py"].hits == (0,)


@pytest.mark.parametrize("what", ["changed", "gone", "link", "pipe"])
def test_a_file_that_is_not_what_it_was_is_not_read(
    repository: GitRepository, pool: WorkerPool, what: str
) -> None:
    place = repository.path / "new.py"
    place.write_text(_LEGACY)
    blob = repository.git("hash-object", "new.py")
    place.unlink()
    if what == "changed":
        place.write_text("x = 1\n")
    elif what == "link":
        (repository.path / "elsewhere").write_text(_LEGACY)
        place.symlink_to("elsewhere")
    elif what == "pipe":
        os.mkfifo(place)
    wanted = [Wanted(blob, "new.py", Depth.NOTHING, in_worktree=True)]
    assert _examined(pool, wanted)["new.py"].problem == Problem(
        "could not be read, or changed meanwhile", skipped=True, lasting=False
    )


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param("(" * 100_000, id="parentheses"),
        pytest.param("x = " + "-" * 500_000 + "1", id="signs"),
        pytest.param("x = " + "not " * 200_000 + "1", id="nots"),
        pytest.param("x = " + "[" * 90 + "]" * 90 + "\n" + "a." * 200_000 + "b", id="attributes"),
        pytest.param("".join(f"{' ' * n}if x:\n" for n in range(99)) + " " * 99 + "x", id="blocks"),
        pytest.param("x = " + "a if b else " * 80_000 + "c", id="conditions"),
        pytest.param("x = " + "lambda: " * 100_000 + "1", id="lambdas"),
        pytest.param("x = " + "1," * 500_000, id="a long tuple"),
        pytest.param("x = " + "f'{" * 30_000, id="replacement fields"),
        pytest.param("x" + " = x" * 200_000, id="assignments"),
        pytest.param("x = " + "a + " * 250_000 + "a", id="sums"),
        pytest.param("x = {" + "1: {" * 50_000, id="maps"),
    ],
)
def test_deep_nesting_harms_only_its_own_file(
    repository: GitRepository, pool: WorkerPool, hostile: str
) -> None:
    wanted = _blobs(
        repository, {"a.py": _LEGACY, "b.py": _LEGACY + hostile, "c.py": f"{_LEGACY}\n"}
    )
    deep = [one._replace(depth=Depth.SYNTAX) for one in wanted]
    examined = _examined(pool, deep)
    for path in ("a.py", "b.py", "c.py"):
        facts = examined[path].facts
        assert facts is not None
        assert [one.dotted for one in facts.imports[:1]] == ["legacy"]
    assert examined["a.py"].problem is examined["c.py"].problem is None


_DEADLY = """
import os, signal, sys, time
sys.path[:0] = {path!r}
from bot.adapters.facts import worker
from bot.scanner import reading
tree = reading.tree

def deadly(text):
    if b"die" in text:
        os.kill(os.getpid(), signal.SIGSEGV)
    if b"hang" in text:
        time.sleep(60)
    if b"memory" in text:
        raise MemoryError
    if b"fail" in text:
        raise RuntimeError("a fault of our own")
    return tree(text)

reading.tree = deadly
worker.main()
"""


def _deadly() -> Worker:
    """A real worker process whose parser does what the text says."""
    program = _DEADLY.format(path=[folder for folder in sys.path if folder])
    return subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.fixture
def deadly_pool(repository: GitRepository) -> WorkerPool:
    return WorkerPool(repository.path / ".git", silence=2.0, start=_deadly)


@pytest.mark.slow
@pytest.mark.parametrize("word", ["die", "memory"])
def test_a_blob_that_kills_its_worker_is_degraded_and_the_rest_is_fine(
    repository: GitRepository, deadly_pool: WorkerPool, word: str
) -> None:
    files: dict[str, str | bytes] = {
        f"f{number}.py": f"{_LEGACY}x = {number}\n" for number in range(20)
    }
    files |= {"f7.py": f"{_LEGACY}# {word}\n", "f13.py": f"{_LEGACY}x = '{word}'\n"}
    examined = _examined(deadly_pool, _blobs(repository, files))
    assert examined.keys() == files.keys()
    assert all(one.hits == (0,) for one in examined.values())
    problems = {path: one.facts.problem for path, one in examined.items() if one.facts}
    degraded = Problem("the parser did not survive this file, or took too long")
    assert {path for path, one in problems.items() if one == degraded} == {"f7.py", "f13.py"}
    assert sum(one is not None for one in problems.values()) == 2


@pytest.mark.slow
def test_a_blob_that_takes_for_ever_is_given_up(
    repository: GitRepository, deadly_pool: WorkerPool
) -> None:
    files: dict[str, str | bytes] = {"a.py": _LEGACY, "b.py": f"{_LEGACY}# hang\n"}
    examined = _examined(deadly_pool, _blobs(repository, files))
    facts = examined["b.py"].facts
    assert facts is not None
    assert facts.problem == Problem("the parser did not survive this file, or took too long")
    assert examined["a.py"].hits == (0,)


def test_a_fault_of_our_own_is_not_blamed_on_the_blob(
    repository: GitRepository, deadly_pool: WorkerPool
) -> None:
    wanted = _blobs(repository, {"a.py": f"{_LEGACY}# fail\n"})
    with pytest.raises(CouldNotCheckError, match="a fault of our own"):
        _examined(deadly_pool, wanted)


def test_a_repository_that_is_gone_is_an_error(tmp_path: Path) -> None:
    pool = WorkerPool(tmp_path / "nowhere")
    with pytest.raises(CouldNotCheckError, match="git stopped"):
        _examined(pool, [Wanted("0" * 40, "a.py", Depth.NOTHING)])


@dataclass
class _After:
    calls: int

    def check(self) -> None:
        self.calls -= 1
        if self.calls < 0:
            raise SupersededError("a newer commit")


def _children() -> set[int]:
    return {child.pid for child in psutil.Process().children(recursive=True)}


@pytest.mark.slow
def test_a_cancelled_examination_leaves_no_process_behind(
    repository: GitRepository, deadly_pool: WorkerPool
) -> None:
    before = _children()
    wanted = _blobs(repository, {"a.py": f"{_LEGACY}# hang\n"})
    started = time.monotonic()
    with pytest.raises(SupersededError):
        list(deadly_pool.examine(_QUERY, wanted, _After(20)))
    assert time.monotonic() - started < 10
    _wait_until(lambda: _children() <= before)


def test_workers_that_were_not_asked_end_with_the_pool(pool: WorkerPool) -> None:
    before = _children()
    pool.expect(1000)
    assert len(_children() - before) == 2
    pool.close()
    assert _children() <= before


@pytest.mark.parametrize("start", [worker.start, fork])
def test_a_worker_whose_parent_is_killed_ends(start: Callable[[], Worker]) -> None:
    process = start()
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait() != 0
    for pipe in (process.stdout, process.stderr):
        assert pipe is not None
        pipe.close()


def test_a_process_with_threads_is_not_forked() -> None:
    ended = threading.Event()
    thread = threading.Thread(target=ended.wait)
    thread.start()
    process = fork()
    ended.set()
    thread.join()
    assert not isinstance(process, Forked)
    process.communicate()


def test_a_forked_worker_has_no_files_of_its_parent(repository: GitRepository) -> None:
    (repository.path / "open").touch()
    with (repository.path / "open").open("rb"):
        process = fork()
        assert isinstance(process, Forked)
        _wait_until(lambda: len(_files(process.pid)) == 3)
        assert all("pipe" in target for target in _files(process.pid))
    process.kill()
    assert process.wait() == -signal.SIGKILL
    for pipe in (process.stdin, process.stdout, process.stderr):
        pipe.close()


def _files(process: int) -> list[str]:
    return [str(one.readlink()) for one in Path(f"/proc/{process}/fd").iterdir()]


@pytest.mark.slow
def test_threads_examine_at_the_same_time(repository: GitRepository) -> None:
    wanted = _blobs(repository, {"a.py": _LEGACY, "b.py": "import other\n"})
    results: list[dict[str, Examined]] = []

    def examine() -> None:
        pool = WorkerPool(repository.path / ".git")
        results.append(_examined(pool, wanted))

    threads = [threading.Thread(target=examine) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(results) == 4
    assert all(one == results[0] for one in results)


def test_a_worker_killed_from_outside_is_replaced(
    repository: GitRepository, pool: WorkerPool
) -> None:
    wanted = _blobs(repository, {"a.py": _LEGACY})
    before = _children()
    pool.expect(1)
    (victim,) = _children() - before
    os.kill(victim, signal.SIGKILL)
    assert _examined(pool, wanted)["a.py"].hits == (0,)


def _wait_until(holds: object) -> None:
    assert callable(holds)
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)
