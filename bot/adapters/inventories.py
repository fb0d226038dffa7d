"""Inventories of local repositories: their test files, read as they are needed."""

import gc
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from bot.adapters.git import command
from bot.adapters.git.objects import BlobReader, GitTrees
from bot.adapters.git.worktree import read_file
from bot.domain.configuration import Configuration, Migration
from bot.domain.inventory import Inventory
from bot.domain.scan import FileProblem
from bot.ports.scanning import Entry
from bot.scanner.globs import Globs
from bot.scanner.limits import too_large
from bot.suites.inventory import role_of, take_inventory

_REGULAR: Final = ("100644", "100755")


class GitInventories:
    """The `Inventories` port on a local repository, bare or not."""

    def __init__(self, git_dir: Path, directory: Path | None = None) -> None:
        """`directory` is the working directory, for those who ask about it."""
        self._git_dir = git_dir
        self._directory = directory
        self._trees = GitTrees(git_dir)

    def at_commit(
        self, configuration: Configuration, migration: Migration, commit: str
    ) -> Inventory:
        """The inventory at one commit."""
        entries = list(self._trees.entries(self._trees.of_commit(commit)))
        wanted = _Wanted(configuration)
        chosen = [one for one in entries if one.mode in _REGULAR and wanted.includes(one.path)]
        files = self._blobs(chosen, wanted)
        return _taken(migration, configuration, files, (one.path for one in entries), wanted)

    def in_directory(self, configuration: Configuration, migration: Migration) -> Inventory:
        """The inventory of the working directory: what is tracked, or not ignored."""
        assert self._directory is not None
        output = command.run(
            self._git_dir,
            f"--work-tree={self._directory}",
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
            "--deduplicate",
        )
        paths = command.lines(output)
        wanted = _Wanted(configuration)
        files = _on_disk(self._directory, filter(wanted.includes, paths), wanted)
        return _taken(migration, configuration, files, paths, wanted)

    def _blobs(self, entries: Sequence[Entry], wanted: "_Wanted") -> Iterator[tuple[str, bytes]]:
        with BlobReader(self._git_dir, [(one.blob, wanted.largest) for one in entries]) as blobs:
            for entry, (content, _) in zip(entries, blobs, strict=True):
                yield from wanted.kept(entry.path, content)


class _Wanted:
    """Which files an inventory looks at; `skipped` are those that turned out too large."""

    def __init__(self, configuration: Configuration) -> None:
        self.largest = configuration.limits.file_size
        self.skipped: list[FileProblem] = []
        self._exclude = Globs(configuration.exclude)

    def includes(self, path: str) -> bool:
        """By its path."""
        return role_of(path) is not None and not self._exclude.match(path)

    def kept(self, path: str, content: bytes | None) -> Iterator[tuple[str, bytes]]:
        """A file, unless it was too large to be read."""
        if content is None:
            self.skipped.append(FileProblem(path, too_large(self.largest)))
        else:
            yield path, content


def _taken(
    migration: Migration,
    configuration: Configuration,
    files: Iterable[tuple[str, bytes]],
    paths: Iterable[str],
    wanted: _Wanted,
) -> Inventory:
    with _without_collection():
        found = take_inventory(migration, files, roots=configuration.roots, paths=paths)
    skipped = tuple(sorted((*found.skipped, *wanted.skipped), key=lambda one: one.path))
    return replace(found, skipped=skipped, considered=found.considered + len(wanted.skipped))


@contextmanager
def _without_collection() -> Iterator[None]:
    """Keep Python from searching for cycles: syntax trees have none, and it triples the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _on_disk(
    directory: Path, paths: Iterable[str], wanted: "_Wanted"
) -> Iterator[tuple[str, bytes]]:
    for path in paths:
        file = directory / path
        if file.is_file() and not file.is_symlink():
            yield from wanted.kept(path, read_file(os.fsencode(file), wanted.largest))
