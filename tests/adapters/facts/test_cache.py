import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.adapters.facts.cache import FactsCache
from bot.adapters.git.worktree import Signature
from bot.domain.errors import CouldNotCheckError
from bot.scanner.facts import Definition, Depth, Examined, Facts, Import, Problem, Syntax
from bot.scanner.snapshot import FileResult, Finding, Snapshot

_A, _B, _C = "a" * 40, "b" * 40, "c" * 40
_IMPORTS = Facts(Depth.IMPORTS, 3, (Import(1, 8, "a.b", None), Import(2, 9, ".", "c", "try")))
_SYNTAX = Facts(
    Depth.SYNTAX,
    3,
    _IMPORTS.imports,
    Syntax((Definition(1, 1, "A", True, "", False, "module"),), ()),
)


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[FactsCache]:
    cache = FactsCache(tmp_path / "facts.db")
    yield cache
    cache.close()


def test_what_is_kept_is_there_for_the_next_process(tmp_path: Path) -> None:
    place = tmp_path / "deeper" / "facts.db"
    first = FactsCache(place)
    examined = Examined((0, 70), Depth.SYNTAX, Problem("odd"), _SYNTAX)
    first.keep("q", {_A: examined, _B: Examined()})
    first.close()
    second = FactsCache(place)
    assert second.examined("q", [_A, _B, _C]) == {
        _A: Examined((0, 70), Depth.SYNTAX, Problem("odd")),
        _B: Examined(),
    }
    assert second.facts([_A, _B]) == {_A: _SYNTAX}
    assert second.known([_A, _B]) == {_A}
    second.close()


def test_answers_belong_to_a_query_and_facts_to_all(cache: FactsCache) -> None:
    cache.keep("one", {_A: Examined((1,), Depth.IMPORTS, None, _IMPORTS)})
    assert cache.examined("other", [_A]) == {}
    assert cache.examined("one", None) == {_A: Examined((1,), Depth.IMPORTS)}
    assert cache.facts([_A]) == {_A: _IMPORTS}


def test_facts_never_get_shallower(cache: FactsCache) -> None:
    cache.keep("q", {_A: Examined((), Depth.SYNTAX, None, _SYNTAX)})
    cache.keep("r", {_A: Examined((), Depth.IMPORTS, None, _IMPORTS)})
    assert cache.facts([_A]) == {_A: _SYNTAX}


def test_many_blobs_are_asked_for_at_once(cache: FactsCache) -> None:
    blobs = [f"{number:040x}" for number in range(2500)]
    cache.keep("q", {blob: Examined((), Depth.IMPORTS, None, _IMPORTS) for blob in blobs})
    assert cache.examined("q", blobs).keys() == set(blobs)
    assert cache.facts(blobs).keys() == set(blobs)


def test_blobs_of_sha_256_repositories_have_longer_names(cache: FactsCache) -> None:
    cache.keep("q", {"d" * 64: Examined((3,))})
    assert cache.examined("q", ["d" * 64]) == {"d" * 64: Examined((3,))}


def test_a_snapshot_comes_back_as_it_was(cache: FactsCache) -> None:
    finding = Finding(1, 2, "a.b", "m", "try", "string", "a.c", {"modules": ["x", "y"]})
    path = b"caf\xe9.py".decode("utf-8", "surrogateescape")
    snapshot = Snapshot(
        3, {path: FileResult(None, ((0, finding),)), "b.py": FileResult(Problem("p", True), ())}
    )
    cache.keep_snapshot("r", "t", snapshot)
    assert cache.snapshot("r", "t") == snapshot
    assert cache.snapshot("r", "other") is None
    assert cache.snapshot("other", "t") is None


def test_the_latest_snapshots_are_kept(cache: FactsCache) -> None:
    for number in range(70):
        cache.keep_snapshot("r", f"{number}", Snapshot(number, {}))
    latest = list(cache.latest("r"))
    assert latest[:3] == ["69", "68", "67"]
    assert len(latest) == 64
    assert cache.snapshot("r", "0") is None


def test_old_queries_are_forgotten_facts_are_not(cache: FactsCache) -> None:
    for number in range(10):
        cache.keep(f"q{number}", {_A: Examined((number,), Depth.SYNTAX, None, _SYNTAX)})
    assert cache.examined("q0", None) == {}
    assert cache.examined("q9", None) == {_A: Examined((9,), Depth.SYNTAX)}
    assert cache.facts([_A]) == {_A: _SYNTAX}


def test_signatures_come_back_by_path(cache: FactsCache) -> None:
    one, other = Signature(1, 2, 3, 4), Signature(5, 6, 7, 8)
    cache.sign({b"/a": (one, _A), b"/caf\xe9": (other, _B)})
    assert cache.signed([b"/caf\xe9", b"/gone"]) == {b"/caf\xe9": (other, _B)}


@pytest.mark.parametrize("garbage", [b"this is no database at all, not in the least", b"\0" * 8192])
def test_a_file_that_is_no_cache_is_made_anew(tmp_path: Path, garbage: bytes) -> None:
    place = tmp_path / "facts.db"
    place.write_bytes(garbage)
    cache = FactsCache(place)
    cache.keep("q", {_A: Examined((1,))})
    assert cache.examined("q", [_A]) == {_A: Examined((1,))}
    cache.close()


def test_another_versions_cache_is_made_anew(tmp_path: Path) -> None:
    place = tmp_path / "facts.db"
    with sqlite3.connect(place) as database:
        database.execute("CREATE TABLE queries (other TEXT)")
        database.execute("PRAGMA user_version = 4711")
    database.close()
    cache = FactsCache(place)
    cache.keep("q", {_A: Examined((1,))})
    assert cache.examined("q", [_A]) == {_A: Examined((1,))}
    cache.close()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CouldNotCheckError, match=r"file/facts\.db cannot be used"):
        FactsCache(tmp_path / "file" / "facts.db")


def test_without_a_path_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    cache = FactsCache(None)
    cache.keep("q", {_A: Examined((1,))})
    assert cache.examined("q", [_A]) == {_A: Examined((1,))}
    cache.close()
    assert list(tmp_path.iterdir()) == []


_WRITER = """
import sys
from pathlib import Path
from bot.adapters.facts.cache import FactsCache
from bot.scanner.facts import Examined
start = int(sys.argv[2])
cache = FactsCache(Path(sys.argv[1]))
for number in range(start, start + 50):
    cache.keep("q", {f"{number:040x}": Examined((1,))})
"""


@pytest.mark.slow
def test_processes_share_a_cache(tmp_path: Path) -> None:
    place = tmp_path / "facts.db"
    writers = [
        subprocess.Popen([sys.executable, "-c", _WRITER, str(place), str(start)])
        for start in (0, 50, 100)
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    cache = FactsCache(place)
    assert len(cache.examined("q", None)) == 150
    cache.close()


def test_a_cache_that_stays_busy_is_left_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    place = tmp_path / "facts.db"
    cache = FactsCache(place, patience=0.1)
    other = sqlite3.connect(place, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    cache.keep("q", {_A: Examined((1,))})
    assert "nothing is kept" in caplog.text
    other.execute("ROLLBACK")
    other.close()
    assert cache.examined("q", None) == {}
    cache.close()
