"""The whole scanner on real repositories, with real processes and a real cache."""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.scanning import Scanner, open_scanner
from bot.domain.configuration import Rule
from bot.domain.errors import InputError, UnknownRevisionError
from bot.domain.scan import FileProblem, Scan, Timing
from bot.scanner.rules.absent_file import Parameters as AbsentFile
from bot.scanner.rules.banned_import import Parameters as BannedImport
from bot.scanner.rules.single_definition import Parameters as SingleDefinition
from tests.support.gitrepo import GitRepository
from tests.support.trees import configured

_LEGACY = "from pkg.legacy import Name\n"
_CONFIGURATION = configured(
    Rule(
        id="imports",
        kind="banned-import",
        parameters=BannedImport(modules=("pkg.legacy",), strings=True),
    ),
    Rule(id="gone", kind="absent-file", parameters=AbsentFile(files=("old/**",))),
    Rule(
        id="router",
        kind="single-definition",
        parameters=SingleDefinition(class_=r"\w*Router", canonical="a:Router"),
    ),
)


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    return GitRepository(tmp_path / "repository")


@pytest.fixture
def scanner(repository: GitRepository, tmp_path: Path) -> Iterator[Scanner]:
    with _open(repository, tmp_path / "facts.db") as scanner:
        yield scanner


def _open(repository: GitRepository, cache: Path | None) -> Scanner:
    return open_scanner(repository.path / ".git", cache=cache, worktree=repository.path)


def _bare(scan: Scan) -> Scan:
    return replace(scan, timing=Timing(seconds=0, cache_hits=0, cache_misses=0))


def _places(scan: Scan) -> list[tuple[str, int, str]]:
    return [(one.path, one.line, one.rule) for one in scan.violations]


def test_a_commit_is_scanned_without_a_checkout(repository: GitRepository, tmp_path: Path) -> None:
    commit = repository.commit({"a.py": _LEGACY, "b.py": "x = 1\n", "old/c.txt": "1\n2\n"})
    bare = tmp_path / "bare.git"
    repository.git("clone", "--quiet", "--bare", ".", str(bare))
    with open_scanner(bare, cache=None) as scanner:
        scan = scanner.scan(_CONFIGURATION, commit)
    assert _places(scan) == [("a.py", 1, "imports"), ("old/c.txt", 1, "gone")]
    assert (scan.commit, scan.considered, scan.scanned) == (commit, 2, 2)
    assert scan.violations[1].details == {"lines": 2}


def test_what_is_known_of_a_commit_serves_the_next_process(
    repository: GitRepository, tmp_path: Path
) -> None:
    cache = tmp_path / "cache" / "facts.db"
    first = repository.commit({f"f{number}.py": _LEGACY * number for number in range(20)})
    with _open(repository, cache) as scanner:
        cold = scanner.scan(_CONFIGURATION, first)
    with _open(repository, cache) as scanner:
        warm = scanner.scan(_CONFIGURATION, first)
    assert _bare(cold) == _bare(warm)
    assert (cold.timing.cache_misses, warm.timing.cache_misses) == (20, 0)
    second = repository.commit({"f3.py": "x = 1\n", "new.py": f"\n{_LEGACY}", "f4.py": None})
    with _open(repository, cache) as scanner:
        assert scanner.scan(_CONFIGURATION, second).timing.cache_misses == 2


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_after_random_edits_a_known_history_gives_the_same_as_a_cold_scan(
    repository: GitRepository, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - a repeatable sequence is what is wanted
    paths = [f"{folder}f{n}.py" for folder in ("", "pkg/", "pkg/legacy/", "old/") for n in range(4)]
    texts = [
        _LEGACY,
        "def f():\n    from pkg import legacy\n",
        "from . import x\n",
        "class CartRouter: ...\n",
        "patch('pkg.legacy')\n",
        "import pkg.legacy\n)\n",
        "x = 1\n",
    ]
    with _open(repository, tmp_path / "facts.db") as scanner:
        for _ in range(5):
            changed = {path: chance.choice(texts) for path in chance.sample(paths, 4)}
            present = [path for path in paths if (repository.path / path).exists()]
            gone = set(chance.sample(present, min(2, len(present)))) - changed.keys()
            commit = repository.commit({**changed, **dict.fromkeys(gone)})
            with _open(repository, None) as fresh:
                assert _bare(scanner.scan(_CONFIGURATION, commit)) == _bare(
                    fresh.scan(_CONFIGURATION, commit)
                )


def test_a_pair_is_both_ends_and_the_renames(repository: GitRepository, scanner: Scanner) -> None:
    base = repository.commit({"a.py": _LEGACY * 9, "b.py": _LEGACY, "c.py": ""})
    repository.git("mv", "a.py", "moved.py")
    head = repository.commit({"b.py": "x = 1\n", "new.py": _LEGACY})
    before, after, renames = scanner.pair(_CONFIGURATION, base, head)
    assert _bare(before) == _bare(scanner.scan(_CONFIGURATION, base))
    assert _bare(after) == _bare(scanner.scan(_CONFIGURATION, head))
    assert renames == {"a.py": "moved.py"}
    assert after.timing.cache_misses == 1  # b.py is new text; the other two are known


def test_a_pair_without_a_cache_reads_only_the_difference_twice(
    repository: GitRepository,
) -> None:
    base = repository.commit({f"f{number}.py": f"x = {number}\n" for number in range(30)})
    head = repository.commit({"new.py": _LEGACY})
    with _open(repository, None) as scanner:
        before, after, _ = scanner.pair(_CONFIGURATION, base, head)
    assert (before.timing.cache_misses, after.timing.cache_misses) == (30, 1)


def test_the_working_directory_is_its_commit_and_what_differs(
    repository: GitRepository, scanner: Scanner
) -> None:
    commit = repository.commit({"a.py": _LEGACY, "b.py": _LEGACY, "c.py": ""})
    clean = scanner.scan_worktree(_CONFIGURATION)
    assert _bare(clean) == _bare(scanner.scan(_CONFIGURATION, commit))
    (repository.path / "a.py").write_text("x = 1\n")
    (repository.path / "b.py").unlink()
    (repository.path / "old").mkdir()
    (repository.path / "old/new.py").write_text(f"\n{_LEGACY}")
    (repository.path / "link.py").symlink_to("a.py")
    scan = scanner.scan_worktree(_CONFIGURATION)
    assert scan.commit == f"{commit}+worktree"
    assert _places(scan) == [("old/new.py", 1, "gone"), ("old/new.py", 2, "imports")]
    assert scan.skipped == (FileProblem("link.py", "symbolic link"),)
    assert scan.considered == 4


def test_the_working_directory_gives_what_its_commit_would_give(
    repository: GitRepository, scanner: Scanner
) -> None:
    repository.commit({"a.py": _LEGACY, "pkg/legacy/b.py": "x = 1\n"})
    files = {"a.py": "import os\n", "pkg/legacy/b.py": "from . import c\n", "x/d.py": _LEGACY}
    for path, text in files.items():
        place = repository.path / path
        place.parent.mkdir(exist_ok=True)
        place.write_text(text)
    uncommitted = scanner.scan_worktree(_CONFIGURATION)
    committed = scanner.scan(_CONFIGURATION, repository.commit({}))
    assert _bare(replace(uncommitted, commit="")) == _bare(replace(committed, commit=""))


def test_a_working_directory_can_be_the_head_of_a_pair(
    repository: GitRepository, scanner: Scanner
) -> None:
    base = repository.commit({"a.py": _LEGACY * 9})
    repository.git("mv", "a.py", "b.py")
    repository.commit({})
    repository.git("mv", "b.py", "c.py")
    (repository.path / "new.py").write_text(_LEGACY)
    before, after, renames = scanner.pair(_CONFIGURATION, base, None)
    assert {one.path for one in before.violations} == {"a.py"}
    assert {one.path for one in after.violations} == {"c.py", "new.py"}
    assert renames == {"a.py": "c.py"}


def test_a_bare_repository_has_no_working_directory(repository: GitRepository) -> None:
    with (
        open_scanner(repository.path / ".git", cache=None) as scanner,
        pytest.raises(InputError, match="no working directory"),
    ):
        scanner.scan_worktree(_CONFIGURATION)


def test_an_unknown_commit_is_named(repository: GitRepository, scanner: Scanner) -> None:
    repository.commit({"a.py": ""})
    with pytest.raises(UnknownRevisionError, match="0000"):
        scanner.scan(_CONFIGURATION, "0" * 40)


def test_a_rewritten_history_does_not_confuse_it(
    repository: GitRepository, scanner: Scanner
) -> None:
    repository.commit({"a.py": ""})
    lost = repository.commit({"a.py": _LEGACY})
    scanner.scan(_CONFIGURATION, lost)
    repository.git("reset", "--quiet", "--hard", "HEAD~1")
    repository.git("reflog", "expire", "--expire=now", "--all")
    repository.git("gc", "--quiet", "--prune=now")
    commit = repository.commit({"b.py": _LEGACY})
    assert _places(scanner.scan(_CONFIGURATION, commit)) == [("b.py", 1, "imports")]


def test_an_odd_path_goes_through_the_cache(repository: GitRepository, scanner: Scanner) -> None:
    name = b"caf\xe9.py".decode("utf-8", "surrogateescape")
    commit = repository.commit({name: _LEGACY})
    assert _places(scanner.scan(_CONFIGURATION, commit)) == [(name, 1, "imports")]
    assert _places(scanner.scan(_CONFIGURATION, commit)) == [(name, 1, "imports")]
