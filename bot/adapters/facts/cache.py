"""What earlier scans found out, in one SQLite file beside the repository.

A cache, never state: deleting it costs time and nothing else. Several processes may use it.
"""

import os
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from bot.adapters.git.worktree import Signature
from bot.domain.errors import CouldNotCheckError
from bot.scanner.facts import EXTRACTOR, Depth, Examined, Facts
from bot.scanner.snapshot import Conclusion, FileResult, Snapshot

_SCHEMA_VERSION: Final = 1
_SCHEMA: Final = """
    CREATE TABLE IF NOT EXISTS queries
        (id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, used REAL NOT NULL);
    CREATE TABLE IF NOT EXISTS examined
        (query INTEGER NOT NULL, blob BLOB NOT NULL, answer BLOB, PRIMARY KEY (query, blob))
        WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS facts
        (extractor INTEGER NOT NULL, blob BLOB NOT NULL, depth INTEGER NOT NULL,
         facts BLOB NOT NULL, PRIMARY KEY (extractor, blob));
    CREATE TABLE IF NOT EXISTS snapshots
        (rules TEXT NOT NULL, tree TEXT NOT NULL, used REAL NOT NULL, snapshot BLOB NOT NULL,
         PRIMARY KEY (rules, tree));
    CREATE TABLE IF NOT EXISTS signatures
        (path BLOB PRIMARY KEY, signature BLOB NOT NULL, blob BLOB NOT NULL);
    PRAGMA user_version = 1;
"""
_FORGET_ALL: Final = (
    "DELETE FROM queries",
    "DELETE FROM examined",
    "DELETE FROM facts",
    "DELETE FROM snapshots",
    "DELETE FROM signatures",
)
_EXTRACTOR: Final = EXTRACTOR * 1000 + sys.version_info.minor  # a new parser finds other facts
_KEPT_QUERIES: Final = 8
_KEPT_SNAPSHOTS: Final = 64
_LARGEST: Final = 1 << 30  # bytes; above, the cache starts anew
_AT_A_TIME: Final = 500  # below every SQLite's limit of variables in a statement

_encode: Final = msgspec.msgpack.Encoder().encode
_NOTHING: Final = Examined()
_examined: Final = msgspec.msgpack.Decoder(Examined).decode
_facts: Final = msgspec.msgpack.Decoder(Facts).decode


class _Stored(msgspec.Struct, frozen=True, array_like=True):
    """A snapshot with its paths as bytes: not all of them are text."""

    considered: int
    results: dict[bytes, FileResult]
    conclusions: dict[bytes, tuple[Conclusion, ...]]


_stored: Final = msgspec.msgpack.Decoder(_Stored).decode


class FactsCache:
    """The `Memory` port, and the stat signatures of a working directory."""

    def __init__(self, path: Path | None, *, patience: float = 30.0) -> None:
        """Open or make the file; None keeps everything in memory, for one process.

        `patience` is how many seconds to wait for another process that writes. A file that is no
        database of this version is made anew. Raises `CouldNotCheckError` for a place that cannot
        be written.
        """
        self._place = ":memory:" if path is None else str(path)
        try:
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._database = _opened(self._place, patience)
        except (OSError, sqlite3.OperationalError) as error:
            raise CouldNotCheckError(f"the cache {path} cannot be used: {error}") from error
        except sqlite3.DatabaseError:
            assert path is not None
            for suffix in ("", "-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
            self._database = _opened(self._place, patience)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def examined(self, query: str, blobs: Iterable[str] | None) -> Mapping[str, Examined]:
        """What is known of blobs for a query, without facts; of all blobs if None."""
        rows = self._database.execute("SELECT id FROM queries WHERE digest = ?", (query,))
        number = next((number for (number,) in rows), None)
        if number is None:
            return {}
        sql = "SELECT blob, answer FROM examined WHERE query = ?"
        found: Iterable[tuple[bytes, bytes | None]]
        if blobs is None:
            found = self._database.execute(sql, (number,))
        else:
            found = self._in(f"{sql} AND blob IN ({{}})", blobs, number)
        return {
            blob.hex(): _NOTHING if answer is None else _examined(answer) for blob, answer in found
        }

    def facts(self, blobs: Iterable[str]) -> Mapping[str, Facts]:
        """The facts of blobs, as deep as they are known."""
        sql = "SELECT blob, facts FROM facts WHERE extractor = ? AND blob IN ({})"
        rows = self._in(sql, blobs, _EXTRACTOR)
        return {blob.hex(): _facts(facts) for blob, facts in rows}

    def known(self, blobs: Iterable[str]) -> set[str]:
        """The blobs whose facts are known in full depth."""
        sql = "SELECT blob FROM facts WHERE extractor = ? AND depth = ? AND blob IN ({})"
        rows = self._in(sql, blobs, _EXTRACTOR, Depth.SYNTAX)
        return {blob.hex() for (blob,) in rows}

    def keep(self, query: str, examined: Mapping[str, Examined]) -> None:
        """Remember examinations; facts never get shallower."""

        def write(database: sqlite3.Connection) -> None:
            database.execute(
                "INSERT INTO queries (digest, used) VALUES (?, ?)"
                " ON CONFLICT (digest) DO UPDATE SET used = excluded.used",
                (query, time.time()),
            )
            (number,) = next(database.execute("SELECT id FROM queries WHERE digest = ?", (query,)))
            ordered = sorted(examined.items())
            database.executemany(
                "INSERT OR REPLACE INTO examined (query, blob, answer) VALUES (?, ?, ?)",
                ((number, bytes.fromhex(blob), _answer(one)) for blob, one in ordered),
            )
            database.executemany(
                "INSERT INTO facts (extractor, blob, depth, facts) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (extractor, blob) DO UPDATE"
                " SET depth = excluded.depth, facts = excluded.facts"
                " WHERE excluded.depth >= depth",
                (
                    (_EXTRACTOR, bytes.fromhex(blob), one.facts.depth, _encode(one.facts))
                    for blob, one in ordered
                    if one.facts is not None
                ),
            )
            self._forget_queries(database)

        self._write(write)

    def snapshot(self, rules: str, tree: str) -> Snapshot | None:
        """What a set of rules found in a tree."""
        sql = "SELECT snapshot FROM snapshots WHERE rules = ? AND tree = ?"
        rows = self._database.execute(sql, (rules, tree))
        for (stored,) in rows:
            found = _stored(stored)
            results = {os.fsdecode(path): result for path, result in found.results.items()}
            conclusions = {os.fsdecode(path): all_ for path, all_ in found.conclusions.items()}
            return Snapshot(found.considered, results, conclusions)
        return None

    def latest(self, rules: str) -> Sequence[str]:
        """Trees that have a snapshot for a set of rules, the latest first."""
        sql = "SELECT tree FROM snapshots WHERE rules = ? ORDER BY used DESC"
        return [tree for (tree,) in self._database.execute(sql, (rules,))]

    def keep_snapshot(self, rules: str, tree: str, snapshot: Snapshot) -> None:
        """Remember what a set of rules found in a tree; the oldest are forgotten."""
        results = {os.fsencode(path): result for path, result in snapshot.results.items()}
        conclusions = {os.fsencode(path): all_ for path, all_ in snapshot.conclusions.items()}
        stored = _encode(_Stored(snapshot.considered, results, conclusions))

        def write(database: sqlite3.Connection) -> None:
            database.execute(
                "INSERT OR REPLACE INTO snapshots (rules, tree, used, snapshot)"
                " VALUES (?, ?, ?, ?)",
                (rules, tree, time.time(), stored),
            )
            database.execute(
                "DELETE FROM snapshots WHERE rowid NOT IN"
                " (SELECT rowid FROM snapshots ORDER BY used DESC LIMIT ?)",
                (_KEPT_SNAPSHOTS,),
            )

        self._write(write)

    def signed(self, paths: Iterable[bytes]) -> Mapping[bytes, tuple[Signature, str]]:
        """The signature and blob that files (absolute paths) had when they were last read."""
        wanted = set(paths)
        rows = self._database.execute("SELECT path, signature, blob FROM signatures")
        return {
            path: (Signature(*msgspec.msgpack.decode(signature)), blob.hex())
            for path, signature, blob in rows
            if path in wanted
        }

    def sign(self, files: Mapping[bytes, tuple[Signature, str]]) -> None:
        """Remember the signature and blob of files."""

        def write(database: sqlite3.Connection) -> None:
            database.executemany(
                "INSERT OR REPLACE INTO signatures (path, signature, blob) VALUES (?, ?, ?)",
                (
                    (path, _encode(tuple(signature)), bytes.fromhex(blob))
                    for path, (signature, blob) in files.items()
                ),
            )

        self._write(write)

    def _in(self, sql: str, blobs: Iterable[str], *before: object) -> Iterator[Any]:
        """Ask about many blobs, a few hundred at a time."""
        left = iter(blobs)
        while some := [bytes.fromhex(blob) for blob in islice(left, _AT_A_TIME)]:
            marks = ",".join("?" * len(some))
            yield from self._database.execute(sql.format(marks), (*before, *some))

    def _write(self, write: Callable[[sqlite3.Connection], None]) -> None:
        """One transaction; when others keep the file busy for long, nothing is remembered."""
        try:
            with self._database as database:
                database.execute("BEGIN IMMEDIATE")
                write(database)
                self._bound(database)
        except sqlite3.OperationalError as error:
            import logging

            logging.getLogger(__name__).warning("nothing is kept in %s: %s", self._place, error)

    def _bound(self, database: sqlite3.Connection) -> None:
        pages, size = (
            next(database.execute(f"PRAGMA {name}"))[0] for name in ("page_count", "page_size")
        )
        if pages * size > _LARGEST:
            for statement in _FORGET_ALL:
                database.execute(statement)

    def _forget_queries(self, database: sqlite3.Connection) -> None:
        forgotten = database.execute(
            "DELETE FROM queries WHERE id NOT IN"
            " (SELECT id FROM queries ORDER BY used DESC LIMIT ?) RETURNING id",
            (_KEPT_QUERIES,),
        ).fetchall()
        database.executemany("DELETE FROM examined WHERE query = ?", forgotten)


def _opened(place: str, patience: float) -> sqlite3.Connection:
    database = sqlite3.connect(
        place, timeout=patience, isolation_level=None, check_same_thread=False
    )
    # A new file has nothing in it that could be lost, and waiting for the disk takes 30 ms.
    database.execute("PRAGMA synchronous = OFF")
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")
    (version,) = next(database.execute("PRAGMA user_version"))
    if version not in {0, _SCHEMA_VERSION}:
        raise sqlite3.DatabaseError("another version's cache")
    if version == 0:
        database.executescript(_SCHEMA)
    return database


def _answer(examined: Examined) -> bytes | None:
    """An examination without its facts; None, which is stored fastest, for nothing at all."""
    bare = replace(examined, facts=None)
    return None if bare == _NOTHING else _encode(bare)
