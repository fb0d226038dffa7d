"""A local clone as the commands use it: where it is, and what looks into it."""

import hashlib
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.domain.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.adapters.configurations import CachedConfigurations
    from bot.adapters.facts.messages import Worker
    from bot.adapters.git.commits import GitCommits
    from bot.adapters.scanning import Scanner

_POINTER: Final = "gitdir: "


class Clone(NamedTuple):
    """Where a repository is; `directory` is its working directory, None for a bare one."""

    git_dir: Path
    directory: Path | None


def find_clone(place: Path) -> Clone:
    """The repository at `place` or around it. Raises `InputError` where there is none."""
    found = clone_around(place)
    if found is None:
        raise InputError(f"there is no git repository at {place}: name one with --repo DIR")
    return found


def clone_around(place: Path) -> Clone | None:
    """The repository at `place` or around it; None where there is none.

    Found without git, which refuses repositories of other owners (safe.directory) when it has to
    look for one by itself.
    """
    here = place.resolve()
    for folder in (here, *here.parents):
        inside = folder / ".git"
        if inside.is_dir():
            return Clone(inside, folder)
        if inside.is_file():  # a submodule, or a working tree beside the first (git-worktree(1))
            pointer = inside.read_text(encoding="utf-8", errors="surrogateescape").strip()
            return Clone(folder / pointer.removeprefix(_POINTER), folder)
        if (folder / "HEAD").is_file() and (folder / "objects").is_dir():
            return Clone(folder, None)
    return None


class Local(NamedTuple):
    """A clone, and what the commands ask of it."""

    clone: Clone
    commits: "GitCommits"
    scanner: "Scanner"
    configurations: "CachedConfigurations"
    known: bool  # whether there is a cache of earlier scans

    def directory(self) -> Path:
        """The working directory. Raises `InputError` for a bare repository."""
        if self.clone.directory is None:
            raise InputError(f"{self.clone.git_dir} is bare: it has no working directory")
        return self.clone.directory


@contextmanager
def open_local(
    repo: Path, *, cached: bool, scans: bool = False, compares: bool = False
) -> "Iterator[Local]":
    """The repository at `repo` or around it; `cached` reuses what earlier runs found out.

    Whoever `scans` or `compares` will want processes that read files. One starts here, and gets
    ready while this one does; two would take the processors from this one.
    """
    clone = find_clone(repo)
    cache = cache_directory() if cached else None
    facts = cache / f"{_name(clone.git_dir)}.facts" if cache else None
    known = facts is not None and facts.exists()
    ready: Sequence[Worker] = ()
    if compares or (scans and not known):
        ready = [_forked(few=known)]

    from bot.adapters.configurations import CachedConfigurations
    from bot.adapters.facts.forked import fork
    from bot.adapters.git.commits import GitCommits
    from bot.adapters.scanning import open_scanner
    from bot.cli.sandbox import LocalTools

    with open_scanner(
        clone.git_dir,
        cache=facts,
        worktree=clone.directory,
        start=fork,
        ready=ready,
        tools=LocalTools(clone.git_dir),
    ) as scanner:
        yield Local(
            clone=clone,
            commits=GitCommits(clone.git_dir),
            scanner=scanner,
            known=known,
            configurations=CachedConfigurations(cache / "configurations" if cache else None),
        )


def _forked(*, few: bool) -> "Worker":
    from bot.adapters.facts.forked import fork

    return fork(few=few)


def cache_directory() -> Path:
    """CANON_CACHE_DIR, or the platform's cache directory.

    Read here and not from the service's settings: those take longer to load than a scan does, and
    a `.env` in a repository that is only looked at must not say where files are written.
    """
    chosen = os.environ.get("CANON_CACHE_DIR")
    if chosen:
        return Path(chosen).expanduser().absolute()
    from platformdirs import user_cache_path

    return user_cache_path("canon", appauthor=False)


def _name(git_dir: Path) -> str:
    return hashlib.sha256(os.fsencode(git_dir.resolve())).hexdigest()[:16]
