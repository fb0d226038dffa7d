"""Rules and files that are meant to harm the kinds that look for themselves, in real workers."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from bot.adapters.facts.pool import WorkerPool
from bot.ports.scanning import Wanted
from bot.scanner.facts import Depth, Examined, Problem, Trouble
from bot.scanner.kinds import kind
from bot.scanner.limits import GIVEN_UP
from bot.scanner.probes import Query
from bot.scanner.rules import banned_name, pattern, regex, sarif, shared_state
from bot.scanner.sarif import LARGEST
from tests.support.gitrepo import GitRepository

_PATIENCE = 60.0  # seconds for what takes a few on a busy machine, or for ever
_FILE_SIZE = 4 << 20


class _Never:
    def check(self) -> None:
        pass


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    return GitRepository(tmp_path / "repository")


@pytest.fixture
def pool(repository: GitRepository) -> Iterator[WorkerPool]:
    pool = WorkerPool(repository.path / ".git")
    yield pool
    pool.close()


@pytest.fixture
def impatient_pool(repository: GitRepository) -> Iterator[WorkerPool]:
    pool = WorkerPool(repository.path / ".git", silence=1.5)
    yield pool
    pool.close()


def _asked(
    repository: GitRepository, pool: WorkerPool, parameters: Any, *contents: str | bytes
) -> list[Examined]:
    """What a rule is answered about some files, in real processes; fails if it takes long."""
    name = type(parameters).__module__.rpartition(".")[2].replace("_", "-")
    checker = kind(name).prepare(parameters)
    files = {f"f{number}": content for number, content in enumerate(contents)}
    repository.commit(files)
    largest = max(_FILE_SIZE, checker.largest)
    wanted = [
        Wanted(
            repository.git("rev-parse", f"HEAD:{path}"),
            path,
            Depth.NOTHING,
            python=False,
            asked=1,
            largest=largest,
        )
        for path in files
    ]
    started = time.monotonic()
    answers = pool.examine(Query(checker.probes, _FILE_SIZE), wanted, _Never())
    found = {one.path: examined for one, examined in answers}
    assert time.monotonic() - started < _PATIENCE
    assert not psutil.Process().children()
    return [found[path] for path in files]


def _trouble(examined: Examined) -> str:
    """Why the one probe did not find all that there is."""
    assert examined.found == ()
    (trouble,) = examined.troubles
    assert trouble == Trouble(0, Problem(trouble.problem.reason))
    return trouble.problem.reason


def test_a_pattern_that_explodes_is_given_up_for_that_file_alone(
    repository: GitRepository, impatient_pool: WorkerPool
) -> None:
    rule: dict[str, Any] = {"kind": "string"}
    for _ in range(4):
        rule = {"has": {"stopBy": "end", **rule}}
    parameters = pattern.Parameters(language="python", rule={"kind": "call", **rule})
    deep = "f(" * 100 + ")" * 100
    harmless, explosive = _asked(repository, impatient_pool, parameters, "f(g(h('x')))\n", deep)
    assert harmless.found
    assert _trouble(explosive) == GIVEN_UP


_KINDS = [
    pytest.param(pattern.Parameters(language="python", rule={"pattern": "legacy"}), id="pattern"),
    pytest.param(regex.Parameters(pattern="legacy"), id="regex"),
    pytest.param(banned_name.Parameters(names=("legacy",)), id="banned-name"),
    pytest.param(shared_state.Parameters(), id="shared-state"),
]


@pytest.mark.parametrize("parameters", _KINDS)
@pytest.mark.parametrize(
    "content",
    [
        pytest.param("(" * 20_000 + "legacy" + ")" * 20_000, id="nesting"),
        pytest.param("x = {}\ndef f(): x[" + "[" * 20_000 + "legacy", id="open brackets"),
        pytest.param("legacy" + ".x" * 20_000, id="attributes"),
        pytest.param("not " * 20_000 + "legacy", id="operators"),
        pytest.param("x = '" + "a" * (3 << 20) + "'; legacy", id="a long line"),
        pytest.param(b"legacy\0" * 20_000, id="nul bytes"),
        pytest.param(b"\xff\0legacy" * 20_000, id="no text"),
    ],
)
def test_hostile_files_take_little_time_and_harm_nothing(
    repository: GitRepository, pool: WorkerPool, parameters: Any, content: str | bytes
) -> None:
    examined, harmless = _asked(repository, pool, parameters, content, "x = 1\n")
    assert examined.missed is None
    assert (harmless.found, harmless.troubles) == ((), ())


def test_a_log_that_is_nested_deeply_is_refused(
    repository: GitRepository, pool: WorkerPool
) -> None:
    (examined,) = _asked(
        repository, pool, sarif.Parameters(file="f0"), '{"runs":' + "[" * 1_000_000
    )
    assert len(examined.found) == 1
    assert examined.troubles == ()


def test_a_log_that_is_too_large_is_not_read(repository: GitRepository, pool: WorkerPool) -> None:
    (examined,) = _asked(repository, pool, sarif.Parameters(file="f0"), b" " * (LARGEST + 1))
    assert examined.missed == Problem("larger than 32 MiB", skipped=True)


def test_a_log_of_many_small_values_is_read_in_bounded_memory(
    repository: GitRepository, pool: WorkerPool
) -> None:
    results = ",".join(["{}"] * 300_000)
    run = f'{{"tool": {{"driver": {{"name": "x"}}}}, "results": [{results}]}}'
    log = f'{{"version": "2.1.0", "runs": [{run}]}}'
    assert json.loads(log)
    (examined,) = _asked(repository, pool, sarif.Parameters(file="f0"), log)
    assert len(examined.found) == 1
