"""A local clone as the commands use it: where it is, and what looks into it."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from bot.domain.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.adapters.configurations import CachedConfigurations
    from bot.adapters.git.commits import GitCommits
    from bot.domain.configuration import Configuration
    from bot.domain.scan import Scan

_POINTER: Final = "gitdir: "


@dataclass(frozen=True, slots=True)
class Clone:
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


class LocalScanner(Protocol):
    """The service's scanner, which can look at a working directory too."""

    def scan(self, configuration: "Configuration", commit: str) -> "Scan":
        """Everything found at one commit."""

    def scan_worktree(self, configuration: "Configuration") -> "Scan":
        """Everything found in the working directory, committed or not."""

    def pair(
        self, configuration: "Configuration", base: str, head: str
    ) -> "tuple[Scan, Scan, Mapping[str, str]]":
        """Both ends of a comparison, and the renamed files between them (old path -> new)."""


@dataclass(frozen=True, slots=True)
class Local:
    """A clone, and what the commands ask of it."""

    clone: Clone
    commits: "GitCommits"
    scanner: LocalScanner
    configurations: "CachedConfigurations"

    def directory(self) -> Path:
        """The working directory. Raises `InputError` for a bare repository."""
        if self.clone.directory is None:
            raise InputError(f"{self.clone.git_dir} is bare: it has no working directory")
        return self.clone.directory


def open_local(repo: Path, *, cached: bool) -> Local:
    """The repository at `repo` or around it; `cached` reuses what earlier runs found out."""
    from bot.adapters.configurations import CachedConfigurations
    from bot.adapters.git.commits import GitCommits
    from bot.adapters.scanning import open_scanner

    clone = find_clone(repo)
    cache = cache_directory() if cached else None
    facts = cache / f"{_name(clone.git_dir)}.facts" if cache else None
    return Local(
        clone=clone,
        commits=GitCommits(clone.git_dir),
        scanner=open_scanner(clone.git_dir, cache=facts, worktree=clone.directory),
        configurations=CachedConfigurations(cache / "configurations" if cache else None),
    )


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
