"""Environments that set-ups have made, kept by what went into them.

An environment is a directory that is made once, appears under its key when it is complete, and is
never changed again. Its lock is shared by the runs that use it, so that pruning leaves it alone.
"""

import hashlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from bot.adapters.git import command
from bot.adapters.sandbox import locks
from bot.adapters.sandbox.locks import Kind
from bot.ports.sandbox import MIB, SetupFileError, Source

_LARGEST: Final = 16 * MIB
_REGULAR: Final = ("100644", "100755")
_PAUSE: Final = 0.05


def key(setup: str, files: Mapping[str, str], made_with: str) -> str:
    """Identity of an environment: the command, path -> SHA-256 of its files, and the tools."""
    parts = json.dumps([1, setup, dict(sorted(files.items())), made_with])
    return hashlib.sha256(parts.encode("utf-8", "surrogateescape")).hexdigest()[:40]


def digests(source: Source | None, paths: tuple[str, ...]) -> Mapping[str, str]:
    """Path -> SHA-256 of its content, for the files that a set-up declares.

    Raises `SetupFileError` when one is not a regular file of the commit, or all are too large.
    """
    if not paths:
        return {}
    if source is None:
        raise SetupFileError("setup_files: there is no commit to take them from")
    inside = [path for path in paths if ".." not in PurePosixPath(path).parts]
    listing = command.run(
        source.git_dir, "ls-tree", "-l", "-z", "--full-tree", source.commit, "--", *inside
    )
    blobs, size = {}, 0
    for record in command.lines(listing):
        description, _, path = record.partition("\t")
        mode, _, blob, length = description.split()
        if mode in _REGULAR:
            blobs[path] = blob
            size += int(length)
    if missing := [path for path in paths if path not in blobs]:
        raise SetupFileError(f"setup_files: no regular file of this commit: {', '.join(missing)}")
    if size > _LARGEST:
        raise SetupFileError(f"setup_files: {size:,} bytes, more than {_LARGEST:,}")
    return {
        path: hashlib.sha256(command.run(source.git_dir, "cat-file", "blob", blob)).hexdigest()
        for path, blob in blobs.items()
    }


@dataclass(frozen=True, slots=True)
class Environments:
    """The environments in one directory; the `most` last used are kept."""

    directory: Path
    most: int = 20

    @contextmanager
    def use(
        self, key: str, make: Callable[[Path], None], waiting: Callable[[], None]
    ) -> Iterator[Path]:
        """Hold the environment for `key`, making it first where it is missing.

        `make` fills an empty directory, or raises. `waiting` is called now and then while somebody
        else makes the same one, and may raise.
        """
        ready = self.directory / key
        with self._lock(key) as lock:
            while True:
                _wait_for(lock, Kind.SHARED, waiting)
                if ready.exists():
                    break
                _wait_for(lock, Kind.EXCLUSIVE, waiting)
                if not ready.exists():
                    self._make(key, make)
                    self._prune(key)
            os.utime(ready)
            yield ready

    def _make(self, key: str, make: Callable[[Path], None]) -> None:
        draft = self.directory / f"{key}.draft"
        shutil.rmtree(draft, ignore_errors=True)  # of a maker that was killed
        draft.mkdir()
        try:
            make(draft)
            # Its name must not reach the disk before its contents: it is trusted for ever.
            subprocess.run(["sync", "--file-system", str(draft)], check=True)
            draft.rename(self.directory / key)
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def _prune(self, newest: str) -> None:
        others = [
            entry
            for entry in self.directory.iterdir()
            if entry.is_dir() and not entry.suffix and entry.name != newest
        ]
        others.sort(key=lambda entry: entry.stat().st_mtime, reverse=True)
        for entry in others[self.most - 1 :]:
            with self._lock(entry.name) as lock:
                if locks.taken(lock, Kind.EXCLUSIVE):
                    dead = entry.rename(entry.with_suffix(".draft"))
                    shutil.rmtree(dead)

    def _lock(self, key: str) -> AbstractContextManager[int]:
        self.directory.mkdir(parents=True, exist_ok=True)
        return locks.opened(self.directory / f"{key}.lock")


def _wait_for(lock: int, kind: Kind, waiting: Callable[[], None]) -> None:
    while not locks.taken(lock, kind):
        waiting()
        time.sleep(_PAUSE)
